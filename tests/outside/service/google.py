"""Google: OAuth 2.0 and Calendar v3 (tests/outside/google), and what tests order of them.

    POST   /_settings  {"latency_ms": 20, "auto_user": "alice@example.com", ...}  (google/state.py)
    POST   /_fault     {"call": "events.insert", "status": 403, "reason": "...", "times": 2}  (google/fault.py)
    POST   /_grant     {"email": ..., "scope": ...}: tokens without a browser
    POST   /_act       {"act": "delete_event", ...}: what people do on Google's own pages
    GET    /_state     calendars, events, counters, settings
    GET    /_calls     every call since the last reset: [call, email, status]; /_counts: how many
    DELETE /_state     everything as at the start; /_fault: no faults; /_calls: counters at zero
"""

import json
import time

from .. import failure
from ..google import calendar, fault, oauth
from ..google.state import CLIENT_ID, CLIENT_SECRET, ISSUER, SETTINGS, State

NAME = "google"
URL_KEYS = []
BASE_PATH = ""

PAGES = {("GET", "/o/oauth2/v2/auth"): ("auth", oauth.authorize),
         ("GET", "/oauth2/v3/certs"): ("certs", oauth.certificates),
         ("POST", "/revoke"): ("revoke", oauth.revoke)}


def config(base):
    """The configuration keys that lead Podium here."""
    return {"GOOGLE_CLIENT_ID": CLIENT_ID, "GOOGLE_CLIENT_SECRET": CLIENT_SECRET, "GOOGLE_ISSUER": ISSUER,
            "GOOGLE_AUTH_URL": f"{base}/o/oauth2/v2/auth", "GOOGLE_TOKEN_URL": f"{base}/token",
            "GOOGLE_REVOKE_URL": f"{base}/revoke", "GOOGLE_JWKS_URL": f"{base}/oauth2/v3/certs",
            "GOOGLE_CALENDAR_URL": f"{base}/calendar/v3"}


def serve(request):
    state = request.state
    if request.path.startswith("/_"):
        try:
            return 200, *failure.as_json(order(state, request))
        except (ValueError, KeyError, TypeError) as wrong:
            return 400, *failure.as_json({"error": repr(wrong)})
    if (request.method, request.path) == ("POST", "/o/oauth2/v2/auth/callback"):
        return oauth.consent(state, oauth.form_of(request.body.decode("utf-8", "replace")))
    call = find(state, request)
    return play(state, request, *call) if call else None


def find(state, request):
    """(call, email, what answers it), or None."""
    page = PAGES.get((request.method, request.path))
    if page:
        email = oauth.revoke_user(state, request) if page[0] == "revoke" else None
        return page[0], email, lambda: page[1](state, request)
    if (request.method, request.path) == ("POST", "/token"):
        kind = "refresh" if b"grant_type=refresh_token" in request.body else "code"
        return f"token.{kind}", oauth.refresh_user(state, request), lambda: oauth.token(state, request)
    if not request.path.startswith("/calendar/v3"):
        return None
    found = calendar.route(request.method, request.path[len("/calendar/v3"):])
    if found is None:
        return None
    name, function, arguments = found
    grant = calendar.bearer(state, request)
    return name, grant.person.email if grant else None, lambda: calendar.run(
        state, grant, request, function, arguments)


def play(state, request, call, email, answer):
    rule = fault.take(state, call, email)
    wait = (rule or {}).get("latency_ms", 0) + (state.settings["latency_ms"] if call != "auth" else 0)
    if wait:
        time.sleep(wait / 1000)
    if rule is None or rule.get("after") or not set(rule) & {"status", "reset"}:
        said = answer()
    if rule is not None:
        said = spoil(request, rule, said if "said" in locals() else None)
    with state.lock:
        state.counts[call] += 1
        state.counts[f"{call} {said[0]}"] += 1
        state.calls.append((call, email, said[0]))
    return said


def spoil(request, rule, said):
    if rule.get("reset"):
        request.mode = failure.Mode("connection_refused")
        return said or (0, "text/plain", b"")
    if rule.get("cut"):
        request.mode = failure.Mode("cut")
    if "status" not in rule:
        return said
    body = rule.get("body")
    if body is None:
        body = json.dumps(fault.error_body(rule["status"], rule["reason"])) if "reason" in rule else ""
    return rule["status"], "application/json; charset=UTF-8", body.encode(), rule.get("headers", {})


# ---- orders ----------------------------------------------------------------------------------------

def order(state, request):
    given = json.loads(request.body) if request.body else {}
    what = request.path[2:], request.method
    if what == ("settings", "POST"):
        unknown = set(given) - set(SETTINGS)
        if unknown:
            raise ValueError(f"no such settings: {sorted(unknown)}")
        state.settings.update(given)
    elif what == ("fault", "POST"):
        fault.add(state, given)
    elif what == ("fault", "DELETE"):
        state.faults.clear()
    elif what == ("grant", "POST"):
        return new_grant(state, given)
    elif what == ("act", "POST"):
        return ACTS[given.pop("act")](state, **given)
    elif what == ("calls", "GET"):
        return list(state.calls)
    elif what == ("counts", "GET"):
        return dict(state.counts)
    elif what == ("calls", "DELETE"):
        state.counts.clear()
        state.calls.clear()
    elif what == ("state", "DELETE"):
        state.reset()
    elif what != ("state", "GET"):
        raise ValueError("no such order")
    return summary(state)


def new_grant(state, given):
    with state.lock:
        grant = state.grant(given["email"], given["scope"].split())
        return {"refresh_token": state.new_refresh(grant), "access_token": state.new_access(grant),
                "sub": grant.person.sub}


def summary(state):
    with state.lock:
        return {
            "settings": state.settings, "counts": dict(state.counts), "faults": state.faults,
            "people": {p.email: {"sub": p.sub, "verified": p.verified} for p in state.people.values()},
            "refresh": {t: g.person.email for t, g in state.refresh.items() if not g.ended},
            "calendars": {c.id: {"owner": c.owner, "made": c.made, "deleted": c.deleted, **c.body,
                                 "events": {k: calendar.shown(e) for k, e in c.events.items()}}
                          for c in state.calendars.values()}}


def calendars_of(state, email, made=None):
    return [c for c in state.calendars.values()
            if c.owner == email and not c.deleted and made in (None, c.made)]


def delete_event(state, email, event):
    for c in calendars_of(state, email):
        if event in c.events:
            c.events[event]["status"] = "cancelled"
            calendar.stamp(state, c.events[event])
    return {}


def edit_event(state, email, event, **fields):
    for c in calendars_of(state, email):
        if event in c.events:
            c.events[event] = calendar.stamp(state, calendar.merge(c.events[event], fields))
    return {}


def purge_event(state, email, event):
    """Long after a deletion: even the tombstone is gone."""
    for c in calendars_of(state, email):
        c.events.pop(event, None)
    return {}


def delete_calendars(state, email):
    for c in calendars_of(state, email, made=True):
        c.deleted = True
    return {}


def end_grants(state, email, why="Token has been expired or revoked."):
    state.end_grants(email, why)
    return {}


def expire_access(state, email=None):
    state.expire_access(email)
    return {}


def rotate_keys(state):
    state.rotate_keys()
    return {}


def set_person(state, email, **fields):
    person = state.person(email)
    for name, value in fields.items():
        if name not in ("name", "verified", "sub", "email"):
            raise ValueError(name)
        setattr(person, name, value)
    return {"sub": person.sub}


ACTS = {f.__name__: f for f in (delete_event, edit_event, purge_event, delete_calendars, end_grants,
                                expire_access, rotate_keys, set_person)}
