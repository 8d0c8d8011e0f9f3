"""Rooms with their players: web, runner and the stand-in for Codeforces over one database, each with its own rights."""

import contextlib
import hashlib
import itertools
import json
import os
import secrets
import time

from .client import Browser
from .outside import Outside
from .podium import Podium
from .process import new_folder, wait_until

LETTERS = "abcdefghjkmnpqrstvwxyz0123456789"


@contextlib.contextmanager
def race_in(folder, postgres, **keys):
    """A Race in a folder of its own there; nothing of it is started."""
    made = Race(new_folder(folder), postgres, **keys)
    try:
        yield made
    finally:
        made.stop()


class Race:
    numbers = itertools.count(1)

    def __init__(self, folder, postgres, **keys):
        self.postgres = postgres
        self.outside = Outside(folder).start()
        self.database = postgres.create_database("podium_template", "podium_owner")
        keys = {"CODEFORCES_INTERVAL_MS": 1, "JOB_WORKERS": 4, **self.outside.urls(), **keys}
        self.web = Podium(folder / "w", postgres.conninfo(self.database, "podium_web"), **keys)
        same = {k: self.web.keys[k] for k in ("ENCRYPTION_KEY", "SESSION_SECRET", "WAKE_DIR")}
        self.jobs = Podium(folder / "j", postgres.conninfo(self.database, "podium_job"), **{**keys, **same})

    def start(self):
        self.web.start_web()
        self.start_jobs()
        return self

    def start_jobs(self):
        before = self.sql("SELECT coalesce(max(id), 0) FROM job_runner")[0][0]
        self.runner = self.jobs.start_jobs()
        wait_until(lambda: self.sql("SELECT 1 FROM job_runner WHERE id > %s", before), 20, "the runner")
        wait_until(lambda: len(self.sql("SELECT 1 FROM job_queue WHERE name IN ('room', 'cf_sync', 'track')")) == 3, 20, "queues")
        return self.runner

    def stop(self):
        self.web.stop()
        self.jobs.stop()
        self.outside.stop()
        self.postgres.drop_database(self.database)

    def sql(self, text, *arguments):
        return self.postgres.execute(self.database, text, *arguments)

    def order(self, what, **value):
        return self.outside.ask("POST", f"/codeforces/_{what}", value)

    def calls(self):
        return self.outside.ask("GET", "/codeforces/_counts").get("user.status", 0)

    def forget(self):
        """The next test begins with nothing that the one before it has asked or was told."""
        for table in ("bucket", "cache", "cache_lock", "rate_window"):
            self.sql(f"DELETE FROM {table}")
        self.sql("UPDATE job_queue SET paused_until = NULL, breaker_until = NULL, breaker_trips = 0, window_ok = 0,"
                 " window_failed = 0")
        self.outside.calm()
        self.outside.ask("DELETE", "/codeforces/_counts")
        self.order("settings", latency_ms=0)

    @contextlib.contextmanager
    def fresh(self):
        """For one test."""
        self.forget()
        try:
            yield self
        finally:
            self.forget()

    def player(self, name=None, handle=None, proved=True):
        return Player(self, name or f"Player {next(self.numbers)}", handle or f"cf_{secrets.token_hex(4)}", proved)

    def room(self, teams, problems=("2100/A",), lockout=True, begin=-600, length=3600, grace=120, reveal=0, names=None,
             together=None, is_open=True):
        """A room in which each of the teams, lists of players, is in; begin: seconds from now. Its moments are looked
        after by a job."""
        public = "".join(secrets.choice(LETTERS) for _ in range(16))
        many = together if together is not None else any(len(t) > 1 for t in teams)
        room, = self.sql(
            "INSERT INTO room (public_id, invite, title, made_by, is_lockout, is_teams, is_open, starts_at, ends_at,"
            " grace_s, reveal_s) SELECT %s, %s, 'A race', %s, %s, %s, %s, s, s + %s * interval '1 s', %s, %s FROM"
            " (SELECT date_trunc('second', now()) + %s * interval '1 s' AS s) x RETURNING id",
            public, secrets.token_hex(16), teams[0][0].user if teams and teams[0] else None, lockout, many, is_open, length,
            grace, reveal, begin)[0]
        for i, team in enumerate(teams, 1):
            self.sql("INSERT INTO room_team (room_id, team, name) VALUES (%s, %s, %s)", room, i,
                     (names or [f"Team {n}" for n in range(1, 99)])[i - 1] if many else "")
            for player in team:
                self.sql("INSERT INTO room_player (room_id, team, user_id) VALUES (%s, %s, %s)", room, i, player.user)
        for i, problem in enumerate(problems, 1):
            self.sql("INSERT INTO room_problem (room_id, ordinal, problem, name, points, opens_at) SELECT id, %s, %s, %s, %s,"
                     " starts_at + %s * interval '1 s' FROM room WHERE id = %s", i, problem, f"Problem of {problem}", 100 * i,
                     reveal * (i - 1), room)
        return Room(self, room, public)

    def turn(self, room):
        """Has what is due in a room done now."""
        job = self.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'room.turn', %s::json FROM job_queue"
                       " WHERE name = 'room' RETURNING id", json.dumps({"room": room.id}))[0][0]
        wait_until(lambda: self.sql("SELECT 1 FROM job_done WHERE id = %s", job), 20, "the turn")

    def events(self, scope, *kinds):
        return [(k, p) for k, p in self.sql("SELECT kind, payload FROM event WHERE scope = %s ORDER BY id", scope)
                if not kinds or k in kinds]


class Room:
    def __init__(self, race, room, public):
        self.race, self.id, self.public = race, room, public
        self.scope = f"room:{public}"

    def claims(self):
        """(team, ordinal, submission, whether it holds), in the order in which they were made."""
        return self.race.sql("SELECT team, ordinal, cf_id, holds FROM room_claim WHERE room_id = %s ORDER BY id", self.id)

    def claim(self, player, ordinal=1, at=0, cf=1, holds=True, lockout=None):
        """What cf_sync makes of a submission that came in so many seconds after the start."""
        self.race.sql(
            "INSERT INTO room_claim (room_id, is_lockout, ordinal, team, player_id, cf_id, solved_at, holds, record, record_hash)"
            " SELECT r.id, coalesce(%s, r.is_lockout), %s, p.team, p.id, %s, r.starts_at + %s * interval '1 s', %s, '{}',"
            " sha256('{}') FROM room r JOIN room_player p ON p.room_id = r.id WHERE r.id = %s AND p.user_id = %s",
            lockout, ordinal, cf, at, holds, self.id, player.user)

    def holders(self):
        return {ordinal: team for team, ordinal, _, holds in self.claims() if holds}

    def starts(self):
        return self.race.sql("SELECT extract(epoch FROM starts_at)::int8 FROM room WHERE id = %s", self.id)[0][0]


class Player:
    def __init__(self, race, name, handle, proved):
        self.race, self.name, self.handle = race, name, handle
        (self.user,), = race.sql("INSERT INTO app_user (email, name, email_verified_at) VALUES (%s, %s, now()) RETURNING id",
                                 f"{handle}@example.com", name)
        race.sql("INSERT INTO member (user_id, name, handle, proved_at) VALUES (%s, %s, %s, CASE WHEN %s THEN now() END)",
                 self.user, name, handle, proved)
        race.order("person", handle=handle, rating=1500)
        token = os.urandom(32)
        race.sql("INSERT INTO session (token_hash, user_id, expires_at) VALUES (%s, %s, now() + '1 day')",
                 hashlib.sha256(token).digest(), self.user)
        self.session = token.hex()
        self.browser = Browser(race.web.socket)
        self.browser.cookies["session"] = self.session
        self.scope = f"user:{self.user}"

    def sends(self, problem="2100/A", verdict="OK", ago=30, **more):
        contest, index = problem.split("/")
        more.setdefault("name", f"Problem of {problem}")
        return self.race.order("submit", handle=self.handle, contest=int(contest), index=index, verdict=verdict,
                               at=int(time.time()) - ago, **more)["id"]

    def press(self, room, problem="2100/A", **options):
        if not hasattr(self, "csrf"):
            self.csrf = self.browser.token()
        return self.browser.ask("/api/contests/sync", "POST", json.dumps({"roomId": room.public, "problemId": problem}).encode(),
                                {"Content-Type": "application/json", "X-CSRF-Token": self.csrf}, **options)

    def told(self, *kinds):
        return self.race.events(self.scope, *(kinds or ("sync.queued", "sync.detected", "sync.failed")))

    def again(self):
        """The minute between two presses is over."""
        self.race.sql("DELETE FROM cache_lock WHERE name = %s", f"ratelimit:sync:{self.user}")

    def sync(self, room, problem="2100/A", seconds=30):
        """Presses and gives what came of it: ("sync.detected", {...}) or ("sync.failed", {...})."""
        before = len(self.told("sync.detected", "sync.failed"))
        self.again()
        reply = self.press(room, problem)
        assert reply.status == 202 and reply.json() == {"queued": True}, reply.text
        wait_until(lambda: len(self.told("sync.detected", "sync.failed")) > before, seconds, "what came of it")
        return self.told("sync.detected", "sync.failed")[-1]
