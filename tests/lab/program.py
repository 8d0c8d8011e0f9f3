"""A program that uses the JSON API: no cookies, a bearer token, and a name of its own."""

import base64
import json

from . import fcgi


def claims_of(token):
    """What an access token says; nobody checks it here."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Program:
    counter = iter(range(1, 60000))

    def __init__(self, socket, agent="probe/1.0", token=None, address=None):
        self.socket, self.agent, self.token = socket, agent, token
        n = next(self.counter)
        self.address = address or f"198.19.{n // 250}.{n % 250 + 1}"  # so that no limit answers for another test

    def ask(self, uri, method="GET", body=None, headers=None, **params):
        headers = {"User-Agent": self.agent, **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
                   **(headers or {})}
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        headers = {k: v for k, v in headers.items() if v is not None}
        return fcgi.request(self.socket, method, uri, headers, body, **{"REMOTE_ADDR": self.address, **params})

    def login(self, email, password):
        reply = self.ask("/api/v1/auth/login", "POST", {"email": email, "password": password})
        assert reply.status == 200, reply.text
        answer = reply.json()
        self.token = answer["access_token"]
        return answer

    def refresh(self, token):
        return self.ask("/api/v1/auth/refresh", "POST", {"refresh_token": token}, headers={"Authorization": None})


def error_of(reply):
    """The one shape of errors, checked; its code and field."""
    assert reply.header("Content-Type") == "application/json", reply.text
    answer = reply.json()
    assert set(answer) == {"error"} and set(answer["error"]) == {"code", "message", "field", "request_id"}
    assert answer["error"]["message"] and answer["error"]["request_id"] == reply.header("X-Request-Id")
    return reply.status, answer["error"]["code"], answer["error"]["field"]
