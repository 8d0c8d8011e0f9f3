"""An installation with a member, contests that the test makes, and a calendar server that may be named."""

from .client import Browser
from .podium import Podium
from .process import wait_until
from .radicale import PASSWORD, USER

MEMBER = ("mia@example.org", "a password of mine")
OWN = f"/{USER}/podium-contests/"
HOUR = 3600


class Site:
    """Web and jobs, a member who is signed in, and contests that the test makes."""

    def __init__(self, folder, postgres, database, **keys):
        self.postgres, self.database = postgres, database
        self.podium = Podium(
            folder / "p", postgres.conninfo(database, "podium_owner"), SYNC_BACKOFF_MS=5, SYNC_COOLDOWN_S=0,
            CALDAV_PRIVATE="127.0.0.1", BASE_URL="http://podium.example", **keys)
        self.sql("UPDATE job_cron SET enabled = false WHERE name LIKE 'alert%'")
        self.podium.cli("user", "create", MEMBER[0], "Mia", "member", text_input=MEMBER[1] + "\n")
        self.podium.start_web()
        self.jobs = self.podium.start_jobs()
        self.browser = Browser(self.podium.socket)
        assert self.browser.sign_in(*MEMBER).status == 303

    def sql(self, text, *arguments):
        return self.postgres.execute(self.database, text, *arguments)

    def one(self, text, *arguments):
        return self.sql(text, *arguments)[0][0]

    def contest(self, native, title="Round", start=24 * HOUR, length=2 * HOUR, platform="codeforces"):
        """Made or changed, as a fetch would do it."""
        self.sql("""INSERT INTO external_contest AS c (platform, native_id, title, start_at, end_at, url,
                first_seen_at, last_seen_at, changed_at)
            VALUES (%s, %s, %s, date_trunc('second', now()) + make_interval(secs => %s),
                date_trunc('second', now()) + make_interval(secs => %s), 'https://codeforces.com/contest/' || %s,
                now(), now(), clock_timestamp())
            ON CONFLICT (platform, native_id) DO UPDATE SET title = excluded.title, start_at = excluded.start_at,
                end_at = excluded.end_at, changed_at = clock_timestamp(), status = 'upcoming', cancelled_at = NULL,
                sequence = c.sequence + 1""",
                 platform, native, title, start, start + length, native)

    def cancel(self, native):
        self.sql("UPDATE external_contest SET status = 'cancelled', cancelled_at = clock_timestamp(),"
                 " changed_at = clock_timestamp() WHERE native_id = %s", native)

    def post(self, path, **form):
        return self.browser.ask(path, "POST", {"csrf": self.browser.token("/dashboard"), **form})

    def connect(self, server, account=USER, password=PASSWORD):
        reply = self.post("/settings/calendars/caldav", server=server, account=account, password=password)
        assert reply.status == 303, reply.text
        return self.settled()

    def settled(self, seconds=20):
        """Waits for the end of whatever sync was asked for and returns its (status, reason)."""
        wait_until(lambda: self.one(
            "SELECT count(*) FROM job WHERE kind LIKE 'calendar.%' AND kind <> 'calendar.tend'") == 0 and
            self.one("SELECT count(*) FROM sync_state WHERE status IN ('queued', 'syncing')") == 0,
            seconds, "the end of the sync")
        found = self.sql("SELECT status, reason FROM sync_state")
        return found[0] if found else None

    def sync(self):
        reply = self.post("/sync")
        assert reply.status == 202, reply.text
        return self.settled()

    def states(self):
        return dict(self.sql("SELECT contest_key, state FROM synced_event"))

    def link(self):
        return self.one("SELECT state FROM calendar_link WHERE sink = 'caldav'")
