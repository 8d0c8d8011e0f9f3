"""How a service can misbehave. A mode changes what the service says or how the bytes travel."""

import json

# What the platform says of its contests.
CONTENT = {
    "ok": "as it should be",
    "empty": "a good answer without a contest",
    "one_bad_record": "one record of a wrong shape before the good ones",
    "wrong_type": "every record has a time of a wrong type",
    "moved": "the contest `id` (the next one if not given) begins `seconds` (3600) later",
    "renamed": "the contest `id` has another title",
    "vanished": "the contest `id` is gone",
    "layout_changed": "the container of the contests has another name",
    "unknown_field": "LeetCode: the schema has lost `upcomingContests`",
    "second_fails": "HackerRank: the events answer 503, the contests are well",
    "talks_between": "GeeksforGeeks: the second page holds no contest, only events of other types",
    "codeforces_failed_limit": "Codeforces: FAILED, Call limit exceeded",
    "too_many": "Telegram: 429 with `retry_after` (1) in its JSON",
    "unmarked": "CodeChef: status is not success",
}

# How the answer travels.
TRANSPORT = {
    "http_403": "forbidden, a page for people",
    "http_404": "not found",
    "http_429": "too many requests, Retry-After `retry_after` (1)",
    "http_500": "internal error",
    "http_502": "the web server reaches nobody behind it",
    "http_503": "out of order, the web server's page",
    "http_504": "nobody behind the web server answers in time",
    "text403": "Codeforces: too many calls, in words for people",
    "unavailable": "Codeforces: out of order, with status 200",
    "html200": "a bot check with status 200",
    "truncated": "half of the body, as if it were all",
    "cut": "the connection ends before the promised length",
    "oversize": "11 MiB",
    "slow": "the body comes after `seconds` (30)",
    "connection_refused": "the connection is reset",
    "not_json": "a line of text",
    "no_body": "nothing",
}

BOT_PAGE = (b"<!DOCTYPE html><html><head><title>One moment, please...</title></head>"
            b"<body><p>Checking your browser before you go on.</p></body></html>")


def page(status, text):
    return (f"<html><head><title>{status} {text}</title></head><body><center><h1>{status} {text}"
            f"</h1></center><hr><center>nginx</center></body></html>").encode()


class Mode:
    """What was asked for through /_control, for one service."""

    def __init__(self, name="ok", times=None, **options):
        if name not in CONTENT and name not in TRANSPORT:
            raise ValueError(f"no such mode: {name}")
        self.name = name
        self.times = times  # how many requests it holds for; None: until it is changed
        self.options = options

    def as_dict(self):
        return {"mode": self.name, "times": self.times, **self.options}

    def target(self, contests, now):
        wanted = self.options.get("id")
        real = [c for c in contests if not c.extra.get("_noise")]
        ahead = [c for c in real if c.start > now + 1200]
        return next((c for c in contests if c.id == wanted), None) or (ahead or real or contests)[0]

    def edit(self, contests, now):
        """The platform's contests as this mode has them."""
        if self.name == "empty":
            return []
        if self.name == "wrong_type":
            for contest in contests:
                contest.broken = True
        if self.name not in ("moved", "renamed", "vanished", "one_bad_record") or not contests:
            return contests
        target = self.target(contests, now)
        if self.name == "vanished":
            return [c for c in contests if c is not target]
        if self.name == "moved":
            target.start += int(self.options.get("seconds", 3600))
        elif self.name == "renamed":
            target.title += " (under a new name)"
        else:
            target.broken = True
        return contests

    def answer(self):
        """(status, content type, headers, body) in place of the service's, or None."""
        html = "text/html; charset=utf-8"
        if self.name == "http_429":
            return 429, html, {"Retry-After": str(self.options.get("retry_after", 1))}, \
                page(429, "Too Many Requests")
        pages = {"http_403": (403, BOT_PAGE), "http_404": (404, page(404, "Not Found")),
                 "http_500": (500, page(500, "Internal Server Error")),
                 "http_502": (502, page(502, "Bad Gateway")),
                 "http_503": (503, page(503, "Service Temporarily Unavailable")),
                 "http_504": (504, page(504, "Gateway Time-out")),
                 "unavailable": (200, page(200, "Codeforces is temporarily unavailable")),
                 "html200": (200, BOT_PAGE), "no_body": (200, b"")}
        if self.name in pages:
            status, body = pages[self.name]
            return status, html, {}, body
        if self.name == "text403":
            return 403, "text/plain", {}, b"Too many requests. Please wait a few moments.\n"
        if self.name == "not_json":
            return 200, "text/plain", {}, b"everything is fine\n"
        return None


def half(content):
    """The first half of an answer; of a page with a table of contests, up to the middle of it."""
    start = content.find(b"contest-table-upcoming")
    if start < 0:
        return content[:len(content) // 2]
    return content[:(start + content.find(b"</table", start)) // 2]


def as_json(value):
    return "application/json; charset=utf-8", json.dumps(value, ensure_ascii=False).encode()
