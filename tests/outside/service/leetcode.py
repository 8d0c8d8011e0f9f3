"""LeetCode: GraphQL over POST."""

import json
import re

from .. import failure, schedule

NAME = "leetcode"
URL_KEYS = ["LEETCODE_URL"]
BASE_PATH = ""

LIMIT = {"topTwoContests": 2, "upcomingContests": None, "contestV2UpcomingContests": None,
         "allContests": None}


def serve(request):
    if request.path.rstrip("/") != "/graphql":
        return None
    if request.method == "POST":
        text = json.loads(request.body or b"{}").get("query", "")
    else:
        text = request.query.get("query", "")
    asked = re.search(r"\{\s*(\w+)", text)
    field = asked.group(1) if asked else ""
    lost = request.mode.name == "unknown_field" and field == "upcomingContests"
    if field not in LIMIT or lost:
        return refuse(field)
    file = schedule.load("leetcode.json")
    known = schedule.contests(file["rules"], request.now)
    rows = request.mode.edit(known, request.now)
    if field != "allContests":
        rows = [c for c in rows if c.start > request.now]
    rows = [row(file["row"], c) for c in rows][:LIMIT[field]]
    if field == "allContests":
        rows.reverse()
    name = field + "New" if request.mode.name == "layout_changed" else field
    return 200, *failure.as_json({"data": {name: rows}})


def row(shape, contest):
    return schedule.fill(shape, {
        "id": contest.id, "title": contest.title, "seconds": contest.minutes * 60,
        "start": [] if contest.broken else contest.start})


def refuse(field):
    message = f'Cannot query field "{field}" on type "Query".'
    return 400, *failure.as_json(
        {"errors": [{"message": message, "locations": [{"line": 1, "column": 3}]}]})
