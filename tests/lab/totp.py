"""What an authenticator app does, and reading the secret off the page of set-up."""

import base64
import hashlib
import hmac
import re
import struct
import time


def code(secret, step=0, now=None):
    """Six digits for the base 32 secret, `step` periods from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int((time.time() if now is None else now) // 30) + step
    mac = hmac.digest(key, struct.pack(">Q", counter), hashlib.sha1)
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


def secret_of(page):
    return re.search(r'data-copy="([A-Z2-7 ]+)"', page).group(1).replace(" ", "")


def recovery_codes(page):
    return re.findall(r"<li><code>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</code></li>", page)


def switch_on(browser, password):
    """Sets up two-step sign-in of a signed-in lab.client.Browser; the secret and the recovery codes."""
    reply = browser.ask("/settings/two-step/begin", "POST", {"csrf": browser.token(), "password": password})
    assert reply.status == 303, reply.text
    secret = secret_of(browser.ask("/settings/two-step").text)
    reply = browser.ask("/settings/two-step/confirm", "POST", {"csrf": browser.token(), "code": code(secret)})
    assert reply.status == 200, reply.text
    return secret, recovery_codes(reply.text)
