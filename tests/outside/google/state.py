"""What Google remembers: people, tokens, calendars, how it was told to misbehave, and what was asked."""

import collections
import secrets
import threading
import time

from .keys import Key

CLIENT_ID = "podium.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-of-the-stand-in"
ISSUER = "https://accounts.google.com"

SETTINGS = {
    "latency_ms": 0,            # before every answer of token endpoint and calendar
    "auto_user": None,          # this person consents at once, without a page
    "redirect_uris": [],        # exact ones; none: any loopback address
    "grant": None,              # the scopes that are granted, whatever is asked for
    "access_s": 3599,           # life of an access token
    "code_s": 600,              # and of a code
    "rotate_refresh": False,    # each refresh gives a new refresh token and ends the old one
    "skew_s": 0,                # Google's clock before ours
    "id_token": {},             # aud, iss, nonce, alg, kid, exp_s, sub, email...: other than they should be
    "user_per_minute": 0,       # quotas; 0: none
    "project_per_minute": 0,
    "quota_status": 403,        # or 429
    "patch_deleted": 200,       # a patch of a deleted event: 200 (it stays deleted), 404 or 410
    "revive": True,             # False: reviving a deleted event is 403
}


class Person:
    def __init__(self, email, name, verified=True):
        self.email, self.name, self.verified = email, name, verified
        self.sub = str(10 ** 20 + secrets.randbelow(10 ** 20))
        self.consented = False


class Grant:
    """What one consent gave. Its refresh tokens and access tokens end with it."""

    def __init__(self, person, scopes, offline):
        self.person, self.scopes, self.offline = person, scopes, offline
        self.ended = None  # why refreshing does not work any more


class State:
    def __init__(self, now=time.time):
        self.clock = now
        self.lock = threading.RLock()
        self.reset()

    def reset(self):
        with self.lock:
            self.settings = {**SETTINGS}
            self.faults = []
            self.people = {}
            self.codes = {}
            self.refresh = {}
            self.access = {}
            self.calendars = {}
            self.keys = getattr(self, "keys", [])
            self.counts = collections.Counter()
            self.calls = collections.deque(maxlen=200000)
            self.recent = collections.defaultdict(collections.deque)
            self.versions = 0
            for email, name, verified in (
                    ("alice@example.com", "Alice Example", True), ("bob@example.com", "Bob Example", True),
                    ("carol@example.com", "Carol Unconfirmed", False)):
                self.people[email] = Person(email, name, verified)

    def now(self):
        return self.clock() + self.settings["skew_s"]

    def person(self, email, verified=True):
        if email not in self.people:
            self.people[email] = Person(email, email.split("@")[0].title(), verified)
        return self.people[email]

    def signing_keys(self):
        with self.lock:
            if not self.keys:
                self.keys.append(Key())
            return self.keys

    def rotate_keys(self):
        """The next tokens are signed by a new key; the old one is not published any more."""
        with self.lock:
            self.keys[:] = [Key()]

    def grant(self, email, scopes, offline=True):
        grant = Grant(self.person(email), set(scopes), offline)
        grant.person.consented = True
        return grant

    def new_refresh(self, grant):
        token = "1//0" + secrets.token_urlsafe(60)
        self.refresh[token] = grant
        return token

    def new_access(self, grant):
        token = "ya29." + secrets.token_urlsafe(90)
        self.access[token] = (grant, self.now() + self.settings["access_s"])
        return token

    def end_grants(self, email, why):
        with self.lock:
            for grant in {*self.refresh.values(), *(g for g, _ in self.access.values())}:
                if grant.person.email == email:
                    grant.ended = why

    def expire_access(self, email=None):
        with self.lock:
            for token, (grant, _) in self.access.items():
                if email in (None, grant.person.email):
                    self.access[token] = (grant, 0)

    def over_quota(self, email):
        """The reason of the refusal, or None. Counts the call."""
        now = time.monotonic()
        for key, most, reason in ((email, self.settings["user_per_minute"], "userRateLimitExceeded"),
                                  ("*", self.settings["project_per_minute"], "rateLimitExceeded")):
            if not most:
                continue
            seen = self.recent[key]
            while seen and seen[0] < now - 60:
                seen.popleft()
            if len(seen) >= most:
                return reason
            seen.append(now)
        return None

    def version(self):
        self.versions += 1
        return 3580000000000000 + self.versions * 2000
