"""Codeforces' side of a demonstration, as a page: whoever tries Podium sends in there as anybody, to prove a handle and to race."""

import html
import re
import urllib.parse

from . import mailbox

VERDICTS = ["OK", "WRONG_ANSWER", "COMPILATION_ERROR", "TESTING"]
SHOWN = 15


def take(state, form):
    """What one of the page's forms asks for; a line that says what came of it."""
    handle = form.get("handle", "").strip()
    if not re.fullmatch(r"[A-Za-z0-9_.-]{3,24}", handle):
        return "A handle has 3 to 24 letters, digits, dots, underscores and hyphens."
    if state.find(handle) is None:
        state.person({"handle": handle, "rating": 1200})
    if "organization" in form:
        state.person({"handle": handle, "organization": form["organization"][:200]})
        return f"{handle} now belongs to “{form['organization'][:200]}”."
    problem = re.fullmatch(r"(\d{1,5})/?([A-Z]\d?)", form.get("problem", "").strip().upper())
    if problem is None:
        return "A problem is written as 2100A."
    contest, index = int(problem[1]), problem[2]
    known = state.problems.get((contest, index), {})
    verdict = form.get("verdict", "OK")
    made = state.submit({"handle": handle, "contest": contest, "index": index, "name": known.get("name", f"Problem {index}"),
                         "rating": known.get("rating"), "tags": known.get("tags", []), "verdict": verdict})
    return f"Submission {made['id']} of {handle} for {contest}{index}: {verdict}."


def line(row):
    problem = row["problem"]
    cells = (row["id"], row["author"]["members"][0]["handle"], f"{problem.get('contestId', '')}{problem['index']}",
             problem["name"], row.get("verdict", "in queue"))
    return "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"


def page(state, said):
    rows = sorted((r for rows in state.submissions.values() for r in rows), key=lambda r: -r["creationTimeSeconds"])[:SHOWN]
    verdicts = "".join(f"<option>{v}</option>" for v in VERDICTS)
    handle = '<label>Handle <input name="handle" required maxlength="24"></label> '
    return (f"{mailbox.HEAD.replace('Letter box', 'Codeforces, played')}<h1>Codeforces, played</h1>"
            f"<p role=\"status\">{html.escape(said)}</p>"
            f'<article><h2>Send in</h2><form method="post">{handle}'
            '<label>Problem <input name="problem" required placeholder="2100A"></label> '
            f'<label>Verdict <select name="verdict">{verdicts}</select></label> <button>Send in</button></form></article>'
            f'<article><h2>Profile</h2><form method="post">{handle}'
            '<label>Organization <input name="organization" maxlength="200"></label> <button>Save</button></form></article>'
            f"<table><caption>The latest</caption>{''.join(line(r) for r in rows)}</table>").encode()


def answer(request):
    state = request.state
    with state.lock:
        form = dict(urllib.parse.parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        said = take(state, form) if request.method == "POST" else ""
        return 200, "text/html; charset=utf-8", page(state, said)
