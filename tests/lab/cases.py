"""Reads tests/request/malformed/*.cases: requests as a stranger would type them, and what must come of them.

    == name of the case
    expect 400                what podium-web answers over FastCGI
    lighttpd 4xx              what comes back through lighttpd, if another: a status, 4xx, any, or none (not sent)
    GET /a%zz HTTP/1.1
    Host: localhost
                              an empty line, then the body, where there is one

\\xNN is a byte, \\r and \\n line ends inside a line, \\\\ a backslash; {text*N} repeats. `Content-Length: auto` is
the body's length. A last line end of the file's layout is not part of the body.
"""

import pathlib
import re
from dataclasses import dataclass

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "request" / "malformed"


@dataclass
class Case:
    name: str
    expect: int
    via: str
    method: bytes
    uri: bytes
    headers: list
    body: bytes

    def pairs(self, peer):
        """As FastCGI parameters."""
        path, _, query = self.uri.partition(b"?")
        made = [(b"REQUEST_METHOD", self.method), (b"REQUEST_URI", self.uri), (b"SCRIPT_NAME", path),
                (b"QUERY_STRING", query), (b"SERVER_PROTOCOL", b"HTTP/1.1"), (b"REMOTE_ADDR", peer),
                (b"GATEWAY_INTERFACE", b"CGI/1.1"), (b"REQUEST_SCHEME", b"http")]
        for name, value in self.headers:
            key = name.upper().replace(b"-", b"_")
            made.append((key if key in (b"CONTENT_TYPE", b"CONTENT_LENGTH") else b"HTTP_" + key, value))
        return made

    def http(self, peer):
        """As bytes on the wire, through a proxy that is trusted."""
        lines = [self.method + b" " + self.uri + b" HTTP/1.1"]
        lines += [k + b": " + v for k, v in self.headers]
        if not any(k.lower() == b"x-forwarded-for" for k, _ in self.headers):
            lines.append(b"X-Forwarded-For: " + peer)
        lines += [b"Connection: close", b"", b""]
        return b"\r\n".join(lines) + self.body


def decode(text):
    def repeat(match):
        return match.group(1) * int(match.group(2))
    text = re.sub(r"\{([^{}]*?)\*(\d+)\}", repeat, text)
    out = re.sub(r"\\x([0-9a-f]{2})|\\r|\\n|\\\\",
                 lambda m: chr(int(m.group(1), 16)) if m.group(1) else
                 {"\\r": "\r", "\\n": "\n", "\\\\": "\\"}[m.group(0)], text)
    return out.encode("latin-1")


def read_case(text):
    head, _, body = text.partition("\n\n")
    lines = head.split("\n")
    name, expect, via = lines[0], int(lines[1].split()[1]), None
    at = 2
    if lines[at].startswith("lighttpd "):
        via = lines[at].split()[1]
        at += 1
    method, uri, _ = lines[at].rsplit(" ", 2) if lines[at].count(" ") > 2 else lines[at].split(" ")
    headers = [tuple(decode(part.strip(" ") if i else part) for i, part in enumerate(line.split(":", 1)))
               for line in lines[at + 1:] if line]
    headers = [h if len(h) == 2 else (h[0], b"") for h in headers]
    content = decode(body.removesuffix("\n"))
    headers = [(k, str(len(content)).encode() if v == b"auto" else v) for k, v in headers]
    return Case(name, expect, via or str(expect), decode(method), decode(uri), headers, content)


def read_cases():
    cases = []
    for path in sorted(FOLDER.glob("*.cases")):
        for text in ("\n" + path.read_text()).split("\n== ")[1:]:
            case = read_case(text)
            case.name = f"{path.stem}: {case.name}"
            cases.append(case)
    return cases
