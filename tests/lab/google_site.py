"""A site whose members have their calendars at Google: connected through the pages, written by the jobs."""

import collections
import contextlib
import hashlib
import itertools
import os
import pathlib
import tempfile

from . import google as lab
from .client import Browser
from .podium import Podium
from .process import wait_until
from .queue import trust

FIXED = "codeforces"
N = 3  # contests
ALL = {f"{FIXED}:{100 + i}": 1 for i in range(N)}


class Site:
    numbers = itertools.count(1)

    def __init__(self, folder, postgres, **keys):
        self.postgres = postgres
        self.google = lab.start(folder)
        self.name = postgres.create_database("podium_template", "podium_owner")
        keys = {**self.google.config(), "SYNC_BACKOFF_MS": 5, "JOB_WORKERS": 6, **keys}
        self.web = Podium(folder / "w", postgres.conninfo(self.name, "podium_web"), **keys)
        same = {k: self.web.keys[k] for k in ("ENCRYPTION_KEY", "SESSION_SECRET")}
        self.jobs = Podium(folder / "j", postgres.conninfo(self.name, "podium_job"), **keys, **same)
        for i in range(N):
            self.contest(f"{100 + i}", f"Round {i}", days=i + 2)
        self.web.start_web()
        self.start_jobs()

    @classmethod
    @contextlib.contextmanager
    def running(cls, postgres, lab_folder):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
        os.chmod(folder, 0o711)
        made = cls(folder, postgres)
        yield made
        made.stop()

    @contextlib.contextmanager
    def visit(self):
        """For one test: Google is empty at its beginning, and no job about calendars has died at its end."""
        self.google.reset()
        yield self
        dead = self.sql("SELECT kind, last_error FROM job_dead WHERE kind LIKE 'calendar%%'")
        assert not dead, dead

    def start_jobs(self):
        made = self.jobs.start_jobs()
        trust(self.sql, "sync")
        return made

    def sql(self, text, *arguments):
        return self.postgres.execute(self.name, text, *arguments)

    def contest(self, native, title, days):
        self.sql("INSERT INTO external_contest (platform, native_id, title, url, first_seen_at, last_seen_at,"
                 " changed_at, start_at, end_at) VALUES (%s, %s, %s, %s, now(), now(), now(),"
                 " date_trunc('minute', now()) + %s * interval '1 day',"
                 " date_trunc('minute', now()) + %s * interval '1 day' + interval '2 h')", FIXED, native, title,
                 f"https://codeforces.com/contests/{native}", days, days)

    def change(self, what, *natives):
        """What a fetch does to contests."""
        self.sql(f"UPDATE external_contest SET changed_at = clock_timestamp(), {what} WHERE native_id = ANY (%s)",
                 list(natives))

    def member(self):
        number = next(self.numbers)
        return Member(self, number)

    def synced_member(self):
        made = self.member()
        assert made.connect().status == 303
        self.wait(made)
        assert made.status() == ("success", None) and made.keys() == ALL
        return made

    def add_sync(self, *members):
        """As sync_request does, for all of them."""
        users = [m.user for m in members]
        self.sql("UPDATE sync_state SET asked = asked + 1, asked_at = clock_timestamp(), version = version + 1,"
                 " status = 'queued' WHERE user_id = ANY (%s)", users)
        self.sql("DELETE FROM job_later WHERE kind = 'calendar.sync' AND (payload ->> 'user')::int8 = ANY (%s)", users)
        self.sql("DELETE FROM job_unique WHERE key = ANY (%s)", [f"sync:{u}" for u in users])
        self.sql("INSERT INTO job (queue, priority, kind, payload) SELECT q.id, 0, 'calendar.sync',"
                 " json_build_object('user', u) FROM job_queue q, unnest(%s) u WHERE q.name = 'sync'", users)

    def wait(self, *members, seconds=60):
        users = [m.user for m in members]
        wait_until(lambda: self.sql(
            "SELECT count(*) FROM sync_state WHERE user_id = ANY (%s) AND status IN ('success', 'failed')"
            " AND NOT EXISTS (SELECT FROM job WHERE kind = 'calendar.sync' AND (payload ->> 'user')::int8 = ANY (%s))",
            users, users) == [(len(users),)], seconds, "the syncs' end", every=0.1)

    def sync(self, *members):
        self.add_sync(*members)
        self.wait(*members)

    def stop(self):
        self.web.stop()
        self.jobs.stop()
        self.google.outside.stop()
        self.postgres.drop_database(self.name)


class Member:
    def __init__(self, site, number):
        self.site, self.email = site, f"m{number}@example.com"
        (self.user,), = site.sql(
            "INSERT INTO app_user (email, name, email_verified_at) VALUES (%s, 'M', now()) RETURNING id", self.email)
        token = os.urandom(32)
        site.sql("INSERT INTO session (token_hash, user_id, expires_at) VALUES (%s, %s, now() + '1 day')",
                 hashlib.sha256(token).digest(), self.user)
        self.browser = Browser(site.web.socket)
        self.browser.cookies["session"] = token.hex()

    def connect(self, calendar="own", granted=None, deny=False):
        self.site.sql("TRUNCATE rate_window")
        reply = self.browser.ask("/settings/calendars/google", "POST",
                                 {"csrf": self.browser.token(), "calendar": calendar})
        assert reply.status == 200, reply.text
        self.left = reply.header("Refresh").partition("; url=")[2]
        back = self.site.google.consent(self.left, self.email, granted=granted, deny=deny)
        return self.browser.ask(back[len("http://localhost"):])

    def link(self):
        names = ["state", "reason", "calendar", "is_own", "stopped"]
        row, = self.site.sql("SELECT state, reason, calendar, is_own, stopped_until > now() FROM calendar_link"
                             " WHERE user_id = %s AND sink = 'google'", self.user)
        return dict(zip(names, row))

    def status(self):
        return self.site.sql("SELECT status, reason FROM sync_state WHERE user_id = %s", self.user)[0]

    def recorded(self):
        return dict(self.site.sql(
            "SELECT s.contest_key, s.state FROM synced_event s JOIN calendar_link l ON l.id = s.link_id"
            " WHERE l.user_id = %s", self.user))

    def keys(self, state=None):
        """How often each contest stands in the person's calendars."""
        calendars = (state or self.site.google.state())["calendars"].values()
        return collections.Counter(
            e["extendedProperties"]["private"]["contestKey"] for c in calendars
            if c["owner"] == self.email and not c["deleted"] for e in c["events"].values()
            if e["status"] == "confirmed")

    def event(self, native):
        found = [e for e in self.site.google.events(self.email, ("confirmed", "cancelled")).values()
                 if e["extendedProperties"]["private"]["contestKey"] == f"{FIXED}:{native}"]
        assert len(found) == 1, found
        return found[0]
