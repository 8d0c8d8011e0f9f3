"""AtCoder: a page of tables, times in Japan's zone."""

import datetime
import html
import string

from .. import schedule

NAME = "atcoder"
URL_KEYS = ["ATCODER_URL"]
BASE_PATH = ""
JST = datetime.timezone(datetime.timedelta(hours=9))
MARKS = {"Algorithm": "Ⓐ", "Heuristic": "Ⓗ"}


def serve(request):
    if request.path == "/contests":
        return 302, "text/html", b"", {"Location": "/atcoder/contests/"}
    if request.path != "/contests/":
        return None
    file = schedule.load("atcoder.json")
    known = schedule.contests(file["rules"], request.now)
    rows = request.mode.edit(known, request.now)
    now = request.now
    daily = [c for c in rows if c.extra.get("_noise")]
    rows = [c for c in rows if not c.extra.get("_noise")]
    tables = [
        ("action", "Active Contests", [c for c in rows if c.start <= now < c.end]),
        ("upcoming", "Upcoming Contests", [c for c in rows if c.start > now]),
        ("daily", "Daily Contests", [c for c in daily if c.start > now]),
        ("recent", "Recent Contests", [c for c in reversed(rows) if c.end <= now]),
    ]
    content = template("atcoder-permanent.html").template
    for name, head, found in tables:
        if found or name == "upcoming":
            content += table(name, head, found)
    if request.mode.name == "layout_changed":
        content = "<p>We have a new design.</p>"
    page = template("atcoder-page.html").substitute(content=content)
    return 200, "text/html; charset=utf-8", page.encode()


def template(name):
    return string.Template((schedule.FILES / name).read_text(encoding="utf-8"))


def table(name, head, contests):
    rows = "".join(row(c) for c in contests)
    return template("atcoder-table.html").substitute(name=name, head=head, rows=rows)


def row(contest):
    start = datetime.datetime.fromtimestamp(contest.start, JST)
    sort = contest.extra.get("_sort", "Algorithm")
    return template("atcoder-row.html").substitute(
        iso=start.strftime("%Y%m%dT%H%M"), sort=sort, mark=MARKS[sort], id=contest.id,
        time="to be announced" if contest.broken else start.strftime("%Y-%m-%d %H:%M:%S%z"),
        title=html.escape(contest.title, quote=True).replace("&#x27;", "&#39;"),
        length=f"{contest.minutes // 60:02d}:{contest.minutes % 60:02d}",
        rated=contest.extra.get("_rated", "-"))
