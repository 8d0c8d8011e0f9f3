"""GeeksforGeeks: events of several types, page by page, India's wall clock without a zone."""

import datetime

from .. import failure, schedule

NAME = "geeksforgeeks"
URL_KEYS = ["GEEKSFORGEEKS_URL"]
BASE_PATH = ""
IST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
PAGE = 3


def serve(request):
    if request.path.rstrip("/") != "/api/vr/events":
        return None
    file = schedule.load("geeksforgeeks.json")
    known = schedule.contests(file["rules"], request.now)
    rows = request.mode.edit(known, request.now)
    ahead = [row(file["row"], c, request.now) for c in rows if c.end > request.now]
    past = [row(file["row"], c, request.now) for c in rows if c.end <= request.now]
    if request.mode.name != "empty":
        ahead += file["always"]
    if request.mode.name == "talks_between":
        ahead[PAGE:PAGE] = [{**ahead[0], "slug": f"talk-{n}", "type": 1} for n in range(PAGE)]
    at = (request.number("page_number", 1) - 1) * PAGE
    name = "events" if request.mode.name == "layout_changed" else "upcoming"
    first = request.query.get("sub_type") == "all"
    return 200, *failure.as_json({
        "next_upcoming": at + PAGE < len(ahead),
        "results": {name: ahead[at:at + PAGE], "past": past if first else []}})


def row(shape, contest, now):
    start = datetime.datetime.fromtimestamp(contest.start, IST)
    end = datetime.datetime.fromtimestamp(contest.end, IST)
    left = max(contest.start - now, 0)
    return schedule.fill(shape, {
        "id": contest.id, "title": contest.title, "type": contest.extra.get("_type", 3),
        "start": 20261011 if contest.broken else start.strftime("%Y-%m-%dT%H:%M:%S"),
        "end": end.strftime("%Y-%m-%dT%H:%M:%S"),
        "status": "past" if contest.end <= now else "upcoming",
        "days": left // 86400, "hours": left // 3600 % 24, "mins": left // 60 % 60,
        "secs": left % 60, "date": start.strftime("%B %d, %Y"), "time": start.strftime("%I:%M %p")})
