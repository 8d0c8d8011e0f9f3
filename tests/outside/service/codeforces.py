"""Codeforces: the API's envelope; the whole history of contests in one list; people, their ratings and submissions.

    POST   /_person    {"handle": "ada", "rating": 1500, "organization": "..."}: makes or changes one
    POST   /_submit    {"handle": "ada", "contest": 2100, "index": "A", "verdict": "OK", ...}: gives {"id": ...};
                       more: at, kind, name, rating, tags, party (handles), set (instead of contest)
    POST   /_verdict   {"id": ..., "verdict": "OK"}; null: it is judged again
    POST   /_change    {"handle": "ada", "contest": 2100, "rating": 1550, "rank": 17, "at": ...}
    POST   /_rename    {"from": "ada", "to": "ada_l"}: both lead to the same person afterwards
    POST   /_problems  [{"contest": 2100, "index": "A", "name": ..., "rating": 800, "tags": [...]}]: adds to the problem set
    POST   /_settings  {"latency_ms": 50}
    POST   /_openid    {"claims": {"handle": null}, "status": 503, ...}: how signing in goes wrong (outside/openid.py)
    GET    /_counts    calls by method since the last reset; DELETE /_counts, DELETE /_state
    GET    /_desk      the same for people: a page with forms
"""

import json
import threading
import time

from .. import desk, failure, openid, schedule

NAME = "codeforces"
URL_KEYS = ["CODEFORCES_URL"]
BASE_PATH = ""

RANKS = [(1200, "newbie"), (1400, "pupil"), (1600, "specialist"), (1900, "expert"), (2100, "candidate master"),
         (2300, "master"), (2400, "international master"), (2600, "grandmaster"), (3000, "international grandmaster"),
         (10000, "legendary grandmaster")]
PRACTICE = 2147483647
PLACES = 1000  # of standings: more than anybody who wants the problems should fetch


def rank_of(rating):
    return next(name for below, name in RANKS if rating < below)


class State:
    def __init__(self, now):
        self.now = now
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        self.people = {}       # lower case -> what user.info shows
        self.renamed = {}      # lower case of an old handle -> lower case of the new one
        self.changes = {}      # lower case -> [row], the oldest first
        self.submissions = {}  # lower case -> [row], the newest first
        self.problems = {}     # (contest, index) -> row
        self.next_id = 300_000_000
        self.latency_ms = 0
        self.counts = {}
        self.openid = openid.Provider()

    def find(self, handle):
        key = handle.lower()
        key = self.renamed.get(key, key)
        return key if key in self.people else None

    # ---- what tests order ----

    def person(self, order):
        key = order["handle"].lower()
        now = int(self.now())
        shown = self.people.setdefault(key, {
            "contribution": 0, "friendOfCount": 0, "handle": order["handle"], "lastOnlineTimeSeconds": now,
            "registrationTimeSeconds": now - 3 * 365 * 86400,
            "avatar": "https://userpic.codeforces.org/no-avatar.jpg",
            "titlePhoto": "https://userpic.codeforces.org/no-title.jpg"})
        shown.update({k: v for k, v in order.items() if k != "rating"})
        if order.get("rating") is not None:
            self.rate(shown, order["rating"])
        return shown

    @staticmethod
    def rate(shown, rating):
        most = max(rating, shown.get("maxRating", rating))
        shown.update(rating=rating, rank=rank_of(rating), maxRating=most, maxRank=rank_of(most))

    def change(self, order):
        key = self.find(order["handle"])
        shown = self.people[key]
        rows = self.changes.setdefault(key, [])
        rows.append({"contestId": order["contest"], "contestName": order.get("name", f"Codeforces Round {order['contest']}"),
                     "handle": shown["handle"], "rank": order.get("rank", 100),
                     "ratingUpdateTimeSeconds": order.get("at", int(self.now())),
                     "oldRating": rows[-1]["newRating"] if rows else 0, "newRating": order["rating"]})
        self.rate(shown, order["rating"])
        return rows[-1]

    def submit(self, order):
        party = order.get("party") or [order["handle"]]
        key = self.find(order["handle"])
        self.next_id += 1
        at = order.get("at", int(self.now()))
        problem = {"index": order["index"], "name": order.get("name", f"Problem {order['index']}"),
                   "type": "PROGRAMMING", "tags": order.get("tags", [])}
        author = {"members": [{"handle": self.people[self.find(h)]["handle"] if self.find(h) else h} for h in party],
                  "participantType": order.get("kind", "PRACTICE"), "ghost": False}
        row = {"id": order.get("id", self.next_id), "creationTimeSeconds": at, "relativeTimeSeconds": PRACTICE,
               "problem": problem, "author": author, "programmingLanguage": order.get("language", "C++17 (GCC 7-32)"),
               "testset": "TESTS", "passedTestCount": 3, "timeConsumedMillis": 46, "memoryConsumedBytes": 102400}
        if "set" in order:
            problem["problemsetName"] = order["set"]
        else:
            row["contestId"] = problem["contestId"] = author["contestId"] = order["contest"]
        if order.get("rating"):
            problem["rating"] = order["rating"]
        if order.get("verdict", "OK") is not None:
            row["verdict"] = order.get("verdict", "OK")
        rows = self.submissions.setdefault(key, [])
        rows.append(row)
        rows.sort(key=lambda r: -r["id"])
        return {"id": row["id"]}

    def verdict(self, order):
        for rows in self.submissions.values():
            for row in rows:
                if row["id"] == order["id"]:
                    row.pop("verdict", None)
                    if order["verdict"] is not None:
                        row["verdict"] = order["verdict"]
        return {}

    def rename(self, order):
        old, new = order["from"].lower(), order["to"].lower()
        self.people[new] = {**self.people.pop(old), "handle": order["to"]}
        self.renamed[old] = new
        for kept in (self.changes, self.submissions):
            kept[new] = kept.pop(old, [])
        return {}

    def add_problems(self, order):
        for p in order:
            row = {"contestId": p["contest"], "index": p["index"], "name": p.get("name", f"Problem {p['index']}"),
                   "type": "PROGRAMMING", "tags": p.get("tags", [])}
            if p.get("rating"):
                row["rating"] = p["rating"]
            self.problems[p["contest"], p["index"]] = row
        return {"n": len(self.problems)}

    def settings(self, order):
        self.latency_ms = order.get("latency_ms", self.latency_ms)
        return {"latency_ms": self.latency_ms}

    def order_openid(self, order):
        self.openid.ordered = order
        return order


ORDERS = {"/_person": State.person, "/_submit": State.submit, "/_verdict": State.verdict, "/_change": State.change,
          "/_rename": State.rename, "/_problems": State.add_problems, "/_settings": State.settings,
          "/_openid": State.order_openid}


def ordered(request):
    state = request.state
    with state.lock:
        if request.method == "POST" and request.path in ORDERS:
            return ORDERS[request.path](state, json.loads(request.body))
        if request.path == "/_state" and request.method == "DELETE":
            state.clear()
        elif request.path == "/_counts" and request.method == "DELETE":
            state.counts = {}
        elif request.path != "/_counts":
            raise ValueError(request.path)
        return state.counts


def good(result):
    return 200, *failure.as_json({"status": "OK", "result": result})


def bad(comment):
    return 400, *failure.as_json({"status": "FAILED", "comment": comment})


# ---- the API ----

def contest_list(request):
    file = schedule.load("codeforces.json")
    known = schedule.contests(file["rules"], request.now)
    rows = [row(file["row"], c, request.now) for c in request.mode.edit(known, request.now)]
    rows += file["history"]
    rows.sort(key=lambda r: -r["id"])
    name = "contests" if request.mode.name == "layout_changed" else "result"
    return 200, *failure.as_json({"status": "OK", name: rows})


def of_handle(request, word="handle"):
    handle = request.query.get("handle", "")
    if not 3 <= len(handle) <= 24:
        return None, bad(f"{word}: Field should contain between 3 and 24 characters, inclusive")
    key = request.state.find(handle)
    return key, key is None and bad(f"{word}: User with handle {handle} not found")


def user_info(request):
    found = []
    for handle in request.query.get("handles", "").split(";"):
        key = request.state.find(handle)
        if key is None:
            return bad(f"handles: User with handle {handle} not found")
        found.append(request.state.people[key])
    return good(found)


def user_rating(request):
    key, refused = of_handle(request)
    return refused or good(request.state.changes.get(key, []))


def user_status(request):
    key, refused = of_handle(request)
    if refused:
        return refused
    first = request.number("from", 1) - 1
    rows = request.state.submissions.get(key, [])[first:]
    return good(rows[:request.number("count", len(rows))])


def problems(request):
    rows = sorted(request.state.problems.values(), key=lambda p: (-p["contestId"], p["index"]))
    return good({"problems": rows, "problemStatistics": [
        {"contestId": p["contestId"], "index": p["index"], "solvedCount": 100} for p in rows]})


def place(contest, rank):
    return {"party": {"contestId": contest, "members": [{"handle": f"racer_{rank}"}], "participantType": "CONTESTANT",
                      "ghost": False, "room": rank % 40, "startTimeSeconds": 1700000000},
            "rank": rank, "points": 4000.0 - rank, "penalty": 0, "successfulHackCount": 0, "unsuccessfulHackCount": 0}


def contest_standings(request):
    if set(request.query) != {"contestId"}:
        return bad("contestId: Non-gym contest standings for non-admin users are available only via anonymous GET requests"
                   " with no extra parameters")
    wanted = request.number("contestId", 0)
    problems = [p for (contest, _), p in sorted(request.state.problems.items()) if contest == wanted]
    if not problems:
        return bad(f"contestId: Contest with id {wanted} not found")
    return good({"contest": {"id": wanted, "name": f"Codeforces Round {wanted}", "type": "CF", "phase": "FINISHED",
                             "frozen": False, "durationSeconds": 7200},
                 "problems": problems, "rows": [place(wanted, rank) for rank in range(1, PLACES + 1)]})


METHODS = {"/api/contest.list": contest_list, "/api/user.info": user_info, "/api/user.rating": user_rating,
           "/api/user.status": user_status, "/api/problemset.problems": problems,
           "/api/contest.standings": contest_standings}


def serve(request):
    if request.path == "/_desk":
        return desk.answer(request)
    if request.path.startswith("/_"):
        try:
            return 200, *failure.as_json(ordered(request))
        except (ValueError, KeyError, TypeError) as wrong:
            return 400, *failure.as_json({"error": repr(wrong)})
    if request.mode.name == "codeforces_failed_limit":
        return bad("Call limit exceeded")
    method = METHODS.get(request.path)
    if method is None:
        with request.state.lock:
            return request.state.openid.serve(request)
    state = request.state
    if state.latency_ms and request.path != "/api/contest.list":
        time.sleep(state.latency_ms / 1000)
    with state.lock:
        name = request.path[len("/api/"):]
        state.counts[name] = state.counts.get(name, 0) + 1
        return method(request)


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
