"""A browser without a screen: cookies, forms and redirects over the FastCGI socket."""

import hashlib
import os
import re
import shutil
import subprocess

from . import fcgi

ADMIN = ("admin@localhost", "correct horse battery")
SAME_ORIGIN = {"Origin": "http://localhost"}


class Browser:
    """Keeps cookies as a browser would."""

    def __init__(self, socket):
        self.socket = socket
        self.cookies = {}

    def ask(self, uri, method="GET", body=None, headers=None, **params):
        headers = {**({"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}),
                   **(SAME_ORIGIN if method == "POST" else {}), **(headers or {})}
        headers = {k: v for k, v in headers.items() if v is not None}
        reply = fcgi.request(self.socket, method, uri, headers, body, **params)
        for line in reply.all("Set-Cookie"):
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return reply

    def sign_in(self, email=ADMIN[0], password=ADMIN[1], back="/sources", **more):
        return self.ask("/sign-in", "POST", {"email": email, "password": password, "back": back}, **more)

    def token(self, uri="/preferences"):
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.ask(uri).text)
        assert found, "no form token on the page"
        return found.group(1)


def check_markup(text):
    """Well-formed HTML by tidy, no identifier twice, nothing that the content policy forbids."""
    assert shutil.which("tidy"), "tidy is not installed"
    done = subprocess.run(
        ["tidy", "-q", "-e", "-utf8", "--drop-empty-elements", "no", "--warn-proprietary-attributes", "no"],
        input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    ignored = ("proprietary attribute", "trimming empty", "is not recognized", "discarding unexpected")
    complaints = [line for line in done.stdout.splitlines()
                  if ("Warning" in line or "Error" in line) and not any(i in line for i in ignored)]
    assert not complaints, "\n".join(complaints)
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids)), "an id is there twice"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)


def session_of(execute, user):
    """The cookie of a session of the account's, made as signing in makes it."""
    token = os.urandom(32)
    execute("INSERT INTO session (token_hash, user_id, expires_at) VALUES (%s, %s, now() + '1 day')",
            hashlib.sha256(token).digest(), user)
    return token.hex()
