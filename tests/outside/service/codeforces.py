"""Codeforces: the API's envelope; the whole history in one list."""

from .. import failure, schedule

NAME = "codeforces"
URL_KEYS = ["CODEFORCES_URL"]
BASE_PATH = ""


def serve(request):
    if request.mode.name == "codeforces_failed_limit":
        return 400, *failure.as_json({"status": "FAILED", "comment": "Call limit exceeded"})
    if request.path != "/api/contest.list":
        return None
    file = schedule.load("codeforces.json")
    known = schedule.contests(file["rules"], request.now)
    rows = [row(file["row"], c, request.now) for c in request.mode.edit(known, request.now)]
    rows += file["history"]
    rows.sort(key=lambda r: -r["id"])
    name = "contests" if request.mode.name == "layout_changed" else "result"
    return 200, *failure.as_json({"status": "OK", name: rows})


def phase(contest, now):
    if contest.start > now:
        return "BEFORE"
    return "CODING" if contest.end > now else "FINISHED"


def row(shape, contest, now):
    return schedule.fill(shape, {
        "id": int(contest.id), "title": contest.title, "type": contest.extra.get("_type", "CF"),
        "phase": phase(contest, now), "seconds": contest.minutes * 60,
        "start": {"odd": True} if contest.broken else contest.start,
        "relative": now - contest.start})
