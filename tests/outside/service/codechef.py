"""CodeChef: one list of everything, times in India's zone, a session cookie from the front page."""

import datetime

from .. import failure, schedule

NAME = "codechef"
URL_KEYS = ["CODECHEF_URL"]
BASE_PATH = ""
IST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))


def serve(request):
    if request.path == "/":
        return 200, "text/html", b"<!DOCTYPE html><html><body>CodeChef</body></html>", {
            "Set-Cookie": "SESS0=stand-in; Path=/; HttpOnly"}
    if request.path != "/api/list/contests/all":
        return None
    file = schedule.load("codechef.json")
    known = schedule.contests(file["rules"], request.now)
    rows = request.mode.edit(known, request.now)
    answer = dict(file["envelope"])
    now = request.now
    answer["present_contests"] = [
        row(file["row"], c) for c in rows if c.start <= now < c.end]
    answer["future_contests"] = [row(file["row"], c) for c in rows if c.start > now]
    answer["past_contests"] = [row(file["row"], c) for c in rows if c.end <= now]
    if request.mode.name == "layout_changed":
        answer["upcoming"] = answer.pop("future_contests")
    if request.mode.name == "unmarked":
        answer.update(status="error", message="Something went wrong")
    return 200, *failure.as_json(answer)


def row(shape, contest):
    start = datetime.datetime.fromtimestamp(contest.start, IST)
    end = datetime.datetime.fromtimestamp(contest.end, IST)
    old = "%d %b %Y  %H:%M:%S"
    return schedule.fill(shape, {
        "id": contest.id, "title": contest.title, "minutes": str(contest.minutes),
        "start_old": 17 if contest.broken else start.strftime(old), "end_old": end.strftime(old),
        "start": None if contest.broken else start.isoformat(), "end": end.isoformat()})
