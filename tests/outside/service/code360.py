"""Naukri Code360: events newest first, page by page; also the older host of the same service."""

from .. import failure, schedule

NAME = "code360"
URL_KEYS = ["CODE360_URL", "CODE360_FALLBACK_URL"]
BASE_PATH = ""


def serve(request):
    if request.path not in ("/api/v4/public_section/contest_list",
                            "/api/v3/public_section/contest_list"):
        return None
    file = schedule.load("code360.json")
    known = schedule.contests(file["rules"], request.now)
    rows = request.mode.edit(known, request.now)
    ahead = [c for c in rows if c.end > request.now]
    past = [c for c in reversed(rows) if c.end <= request.now]
    events = [row(file["row"], c, request.now) for c in ahead + past]
    size = max(1, request.number("page_size", 10))
    page = max(1, request.number("page", 1))
    if request.mode.name == "layout_changed":
        return 200, *failure.as_json({"data": None, "message": "something went wrong"})
    return 200, *failure.as_json({"data": {
        "events": events[(page - 1) * size:page * size], "current_page": page,
        "total_pages": (len(events) + size - 1) // size}})


def row(shape, contest, now):
    kinds = {"text": str, "fraction": float}
    typed = kinds.get(contest.extra.get("_times"), int)
    return schedule.fill(shape, {
        "id": contest.id, "title": contest.title,
        "category": contest.extra.get("_category", "CONTEST"),
        "registration_start": contest.start - 7 * 86400, "registration_end": contest.start,
        "start": None if contest.broken else typed(contest.start), "end": typed(contest.end),
        "open": "REGISTRATIONS_CLOSED" if contest.start <= now else "REGISTRATIONS_OPEN",
        "started": contest.start <= now})
