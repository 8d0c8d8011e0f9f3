"""Calendar v3: calendars and their events, with identifiers, tombstones, versions and quotas."""

import copy
import datetime
import json
import re
import secrets
import urllib.parse

from . import fault

SCOPE = "https://www.googleapis.com/auth/"
ALL, EVENTS, OWNED, MADE = (SCOPE + s for s in ("calendar", "calendar.events", "calendar.events.owned",
                                                "calendar.app.created"))
EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
PAGE_MOST = 2500


class Refused(Exception):
    def __init__(self, status, reason, message=None):
        super().__init__(reason)
        self.status, self.reason, self.message = status, reason, message


class Calendar:
    def __init__(self, name, owner, zone="UTC", made=True):
        self.id, self.owner, self.made = name, owner, made
        self.body = {"summary": name, "timeZone": zone}
        self.events = {}
        self.deleted = False


def primary(state, person):
    if person.email not in state.calendars:
        state.calendars[person.email] = Calendar(person.email, person.email, made=False)
    return state.calendars[person.email]


def find(state, grant, name):
    calendar = primary(state, grant.person) if name == "primary" else state.calendars.get(name)
    if name == grant.person.email:
        calendar = primary(state, grant.person)
    if calendar is None or calendar.deleted or calendar.owner != grant.person.email:
        raise Refused(404, "notFound")
    return calendar


def may_events(grant, calendar):
    if grant.scopes & {ALL, EVENTS, OWNED} or (MADE in grant.scopes and calendar.made):
        return
    raise Refused(403, "insufficientPermissions")


def moment(value, where):
    """A start or an end as seconds; refused as Google refuses it."""
    if not isinstance(value, dict) or not (value.get("dateTime") or value.get("date")):
        raise Refused(400, "required", f"Missing {where} time.")
    text = value.get("dateTime") or value["date"] + "T00:00:00Z"
    found = MOMENT.fullmatch(text) if isinstance(text, str) else None
    if not found or not (found.group(2) or value.get("timeZone")):
        raise Refused(400, "invalid", f"Invalid value for {where}")
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise Refused(400, "invalid", f"Invalid value for {where}") from None


def check(event):
    """What Google takes for an event."""
    if moment(event.get("end"), "end") < moment(event.get("start"), "start"):
        raise Refused(400, "timeRangeEmpty")
    overrides = event.get("reminders", {}).get("overrides", [])
    if len(overrides) > 5 or any(not 0 <= o.get("minutes", -1) <= 40320 or
                                 o.get("method") not in ("popup", "email") for o in overrides):
        raise Refused(400, "invalid", "Invalid reminders")
    if overrides and event["reminders"].get("useDefault"):
        raise Refused(400, "cannotUseDefaultRemindersAndSpecifyOverride")
    for kind in event.get("extendedProperties", {}).values():
        if any(len(k) > 44 or not isinstance(v, str) or len(v) > 1024 for k, v in kind.items()):
            raise Refused(400, "invalid", "Invalid extended property")
    if event.get("colorId", "1") not in [str(i) for i in range(1, 12)]:
        raise Refused(400, "invalid", "Invalid color")
    if event.get("status", "confirmed") not in ("confirmed", "tentative", "cancelled"):
        raise Refused(400, "invalid", "Invalid status")


def stamp(state, event):
    version = state.version()
    event["etag"] = f'"{version}"'
    event["updated"] = datetime.datetime.fromtimestamp(
        state.now(), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    event["_version"] = version
    return event


def shown(event):
    return {k: v for k, v in event.items() if not k.startswith("_")}


def of(calendar, name):
    if name not in calendar.events:
        raise Refused(404, "notFound")
    return calendar.events[name]


def check_match(request, event):
    wanted = request.headers.get("if-match")
    if wanted and wanted not in ("*", event["etag"]):
        raise Refused(412, "conditionNotMet")


def body_of(request):
    try:
        value = json.loads(request.body)
    except ValueError:
        raise Refused(400, "parseError", "Parse Error") from None
    if not isinstance(value, dict):
        raise Refused(400, "parseError", "Parse Error")
    return value


def merge(old, change):
    """Objects deep, everything else replaced, null takes away."""
    new = copy.deepcopy(old)
    for key, value in change.items():
        if value is None:
            new.pop(key, None)
        elif isinstance(value, dict):
            new[key] = merge(new[key] if isinstance(new.get(key), dict) else {}, value)
        else:
            new[key] = value
    return new


# ---- the calls -------------------------------------------------------------------------------------

def calendars_insert(state, grant, request, *_):
    if not grant.scopes & {ALL, MADE}:
        raise Refused(403, "insufficientPermissions")
    body = body_of(request)
    if not body.get("summary"):
        raise Refused(400, "required", "Missing title.")
    calendar = Calendar(f"c_{secrets.token_hex(24)}@group.calendar.google.com", grant.person.email)
    calendar.body = {"summary": body["summary"], "timeZone": body.get("timeZone", "UTC"),
                     **({"description": body["description"]} if "description" in body else {})}
    state.calendars[calendar.id] = calendar
    return 200, calendar_shown(state, calendar)


def calendar_shown(state, calendar):
    return {"kind": "calendar#calendar", "etag": f'"{state.version()}"', "id": calendar.id, **calendar.body}


def calendars_get(state, grant, request, name):
    calendar = find(state, grant, name)
    if not grant.scopes & {ALL, MADE} or (ALL not in grant.scopes and not calendar.made):
        raise Refused(403, "insufficientPermissions")
    return 200, calendar_shown(state, calendar)


def calendars_delete(state, grant, request, name):
    calendar = find(state, grant, name)
    if not grant.scopes & {ALL, MADE} or not calendar.made:
        raise Refused(403, "insufficientPermissions" if calendar.made else "forbidden")
    calendar.deleted = True
    return 204, None


def calendar_list(state, grant, request):
    if not grant.scopes & {ALL, SCOPE + "calendar.calendarlist.readonly", SCOPE + "calendar.readonly"}:
        raise Refused(403, "insufficientPermissions")
    primary(state, grant.person)
    own = [c for c in state.calendars.values() if c.owner == grant.person.email and not c.deleted]
    return 200, {"kind": "calendar#calendarList", "items": [
        {**calendar_shown(state, c), "accessRole": "owner", "primary": not c.made} for c in own]}


def events_insert(state, grant, request, name):
    calendar = find(state, grant, name)
    may_events(grant, calendar)
    event = merge({}, body_of(request))
    event.setdefault("id", secrets.token_hex(13))
    if not isinstance(event["id"], str) or not EVENT_ID.fullmatch(event["id"]):
        raise Refused(400, "invalid", "Invalid resource id value.")
    check(event)
    if event["id"] in calendar.events:
        raise Refused(409, "duplicate")
    event = {"kind": "calendar#event", "status": "confirmed", "sequence": 0,
             "iCalUID": event["id"] + "@google.com", "creator": {"email": grant.person.email, "self": True},
             "organizer": {"email": calendar.id, "self": True},
             "htmlLink": "https://www.google.com/calendar/event?eid=" + event["id"], **event}
    calendar.events[event["id"]] = stamp(state, event)
    return 200, shown(event)


def events_get(state, grant, request, name, event):
    calendar = find(state, grant, name)
    may_events(grant, calendar)
    found = of(calendar, event)
    if request.headers.get("if-none-match") == found["etag"]:
        return 304, None
    return 200, shown(found)


def change(state, grant, request, name, event, whole):
    calendar = find(state, grant, name)
    may_events(grant, calendar)
    old = of(calendar, event)
    check_match(request, old)
    given = body_of(request)
    gone = old["status"] == "cancelled"
    if gone and given.get("status") in ("confirmed", "tentative") and not state.settings["revive"]:
        raise Refused(403, "forbidden")
    if gone and "status" not in given and state.settings["patch_deleted"] != 200:
        status = state.settings["patch_deleted"]
        raise Refused(status, "deleted" if status == 410 else "notFound")
    given.pop("id", None)
    if whole:
        keep = ("kind", "id", "iCalUID", "creator", "organizer", "htmlLink", "sequence", "status")
        new = {**{k: old[k] for k in keep}, **given}
    else:
        new = merge(old, given)
    check(new)
    new["sequence"] = old["sequence"] + (new["start"] != old["start"] or new["end"] != old["end"])
    calendar.events[event] = stamp(state, new)
    return 200, shown(new)


def events_patch(state, grant, request, name, event):
    return change(state, grant, request, name, event, False)


def events_update(state, grant, request, name, event):
    return change(state, grant, request, name, event, True)


def events_delete(state, grant, request, name, event):
    calendar = find(state, grant, name)
    may_events(grant, calendar)
    found = of(calendar, event)
    if found["status"] == "cancelled":
        raise Refused(410, "deleted")
    check_match(request, found)
    found["status"] = "cancelled"
    stamp(state, found)
    return 204, None


def matches(event, query):
    if event["status"] == "cancelled" and query.get("showDeleted") != "true" and "syncToken" not in query:
        return False
    start, end = moment(event["start"], "start"), moment(event["end"], "end")
    for name, fits in (("timeMin", lambda t: end > t), ("timeMax", lambda t: start < t)):
        if name in query and not fits(moment({"dateTime": query[name]}, name)):
            return False
    for pair in [v for k, v in query.items() if k == "privateExtendedProperty"]:
        key, _, value = pair.partition("=")
        if event.get("extendedProperties", {}).get("private", {}).get(key) != value:
            return False
    return True


def since(calendar, query):
    """The version behind a sync token; 0 for a full list."""
    token = query.get("syncToken")
    if token is None:
        return 0
    if {"timeMin", "timeMax", "orderBy", "q", "updatedMin", "privateExtendedProperty"} & set(query):
        raise Refused(400, "badRequest", "Sync token cannot be used with these parameters.")
    owner, _, version = token.rpartition(".")
    if owner != str(len(calendar.id)) or not version.isdigit():
        raise Refused(410, "fullSyncRequired")
    return int(version)


def events_list(state, grant, request, name):
    calendar = find(state, grant, name)
    may_events(grant, calendar)
    query = request.query
    first = since(calendar, query)
    found = [e for e in calendar.events.values() if e["_version"] > first and matches(e, query)]
    found.sort(key=lambda e: (e["start"].get("dateTime", ""), e["id"])
               if query.get("orderBy") == "startTime" else e["_version"])
    size = min(max(request.number("maxResults", 250), 1), PAGE_MOST)
    begin = request.number("pageToken", 0)
    answer = {"kind": "calendar#events", "summary": calendar.body["summary"], "timeZone": "UTC",
              "items": [shown(e) for e in found[begin:begin + size]]}
    if begin + size < len(found):
        answer["nextPageToken"] = str(begin + size)
    else:
        answer["nextSyncToken"] = f"{len(calendar.id)}.{state.version()}"
    return 200, answer


CALLS = {
    ("POST", 1): ("calendars.insert", calendars_insert),
    ("GET", 2): ("calendars.get", calendars_get),
    ("DELETE", 2): ("calendars.delete", calendars_delete),
    ("POST", 3): ("events.insert", events_insert),
    ("GET", 3): ("events.list", events_list),
    ("GET", 4): ("events.get", events_get),
    ("PATCH", 4): ("events.patch", events_patch),
    ("PUT", 4): ("events.update", events_update),
    ("DELETE", 4): ("events.delete", events_delete),
}


def route(method, path):
    """(name of the call, function, arguments), or None."""
    if (method, path) == ("GET", "/users/me/calendarList"):
        return "calendarList.list", calendar_list, ()
    parts = [urllib.parse.unquote(p) for p in path.strip("/").split("/")]
    if parts[0] != "calendars" or len(parts) > 4 or (len(parts) > 2 and parts[2] != "events"):
        return None
    call = CALLS.get((method, len(parts)))
    return (*call, (parts[1::2])) if call else None


def bearer(state, request):
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    grant, until = state.access.get(token, (None, 0))
    if kind != "Bearer" or grant is None or grant.ended or state.now() >= until:
        return None
    return grant


def as_answer(status, value, headers=None):
    body = b"" if value is None else json.dumps(value).encode()
    return status, "application/json; charset=UTF-8", body, headers or {}


def run(state, grant, request, function, arguments):
    if grant is None:
        return as_answer(401, fault.error_body(401, "authError"))
    with state.lock:
        reason = state.over_quota(grant.person.email)
        if reason:
            status = state.settings["quota_status"]
            return as_answer(status, fault.error_body(status, reason if status == 403 else "rateLimitExceeded"))
        try:
            status, value = function(state, grant, request, *arguments)
        except Refused as no:
            return as_answer(no.status, fault.error_body(no.status, no.reason, no.message))
    etag = {"ETag": value["etag"]} if value and "etag" in value else {}
    return as_answer(status, value, etag)
