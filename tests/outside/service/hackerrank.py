"""HackerRank: the old list of contests, page by page, and the events of the community."""

import datetime

from .. import failure, schedule

NAME = "hackerrank"
URL_KEYS = ["HACKERRANK_URL"]
BASE_PATH = ""


def serve(request):
    file = schedule.load("hackerrank.json")
    if request.path == "/rest/contests/upcoming":
        return contests(request, file)
    if request.path == "/community/engage/events":
        return events(request, file)
    return None


def known(request, rules):
    found = schedule.contests(rules, request.now)
    return request.mode.edit(found, request.now)


def contests(request, file):
    rows = [row(file["row"], c, request.now) for c in known(request, file["rules"])]
    rows += file["always"]
    offset, limit = request.number("offset", 0), request.number("limit", 10)
    name = "contests" if request.mode.name == "layout_changed" else "models"
    return 200, *failure.as_json({name: rows[offset:offset + limit], "total": len(rows)})


def events(request, file):
    if request.mode.name == "second_fails":
        return 503, "text/html", failure.page(503, "Service Temporarily Unavailable")
    found = known(request, file["event_rules"])
    ongoing = [event(file["event"], c) for c in found if c.end > request.now]
    ongoing += file["foreign_events"]
    past = [event(file["event"], c) for c in found if c.end <= request.now]
    name = "current" if request.mode.name == "layout_changed" else "ongoing_events"
    return 200, *failure.as_json({"data": {"events": {name: ongoing, "past_events": past}}})


def iso(time, end="Z"):
    return datetime.datetime.utcfromtimestamp(time).strftime("%Y-%m-%dT%H:%M:%S") + end


def row(shape, contest, now):
    return schedule.fill(shape, {
        "id": contest.id, "title": contest.title, "number": contest.start // 600,
        "started": contest.start <= now, "ended": contest.end <= now,
        "start": "--" if contest.broken else contest.start, "end": contest.end,
        "start_iso": "--" if contest.broken else iso(contest.start), "end_iso": iso(contest.end),
        "left": contest.start - now + 0.25})


def event(shape, contest):
    return schedule.fill(shape, {
        "id": contest.id, "title": contest.title, "number": str(contest.start // 600),
        "start": [1] if contest.broken else iso(contest.start, ".000Z"), "end": iso(contest.end)})
