"""The stand-in for Google as tests see it: orders to it, and what it holds."""

import urllib.parse
import urllib.request

from .outside import Outside

BASIC = "openid email profile"
MADE = "https://www.googleapis.com/auth/calendar.app.created"
EVENTS = "https://www.googleapis.com/auth/calendar.events"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Google:
    """Google below a running Outside."""

    def __init__(self, outside):
        self.outside = outside

    def order(self, which, method="POST", /, **value):
        return self.outside.ask(method, f"/google/_{which}", value or None)

    def settings(self, **values):
        self.order("settings", **values)

    def fault(self, call, /, **rule):
        self.order("fault", call=call, **rule)

    def calm(self):
        self.order("fault", "DELETE")

    def act(self, act, /, **values):
        return self.order("act", act=act, **values)

    def reset(self):
        self.order("state", "DELETE")

    def state(self):
        return self.order("state", "GET")

    def counts(self):
        return self.order("counts", "GET")

    def forget_calls(self):
        self.order("calls", "DELETE")

    def calls(self, prefix=""):
        """[call, email, status] of the calls since forget_calls."""
        return [c for c in self.order("calls", "GET") if c[0].startswith(prefix)]

    def grant(self, email, scope=MADE):
        return self.order("grant", email=email, scope=scope)

    def calendars(self, email):
        """What the person has and has not deleted, but for the primary one."""
        return {k: c for k, c in self.state()["calendars"].items()
                if c["owner"] == email and c["made"] and not c["deleted"]}

    def events(self, email, status=("confirmed", "tentative"), calendar=None):
        """Events of all calendars of the person, by id; a list of them where one id is there twice."""
        return {e["id"]: e for k, c in self.state()["calendars"].items()
                if c["owner"] == email and not c["deleted"] and calendar in (None, k)
                for e in c["events"].values() if e["status"] in status}

    def consent(self, address, email, deny=False, granted=None):
        """What a person does at the page behind the address; gives the address of the callback."""
        url = urllib.parse.urlsplit(address)
        form = dict(urllib.parse.parse_qsl(url.query))
        form.update({"deny": "1"} if deny else {"email": email})
        if granted is not None:
            form.update({"pick": "1", **{f"granted:{s}": "on" for s in granted}})
        request = urllib.request.Request(address.partition("?")[0] + "/callback",
                                         data=urllib.parse.urlencode(form).encode())
        try:
            urllib.request.build_opener(NoRedirect).open(request, timeout=10)
        except urllib.error.HTTPError as answer:
            assert answer.code == 302, (answer.code, answer.read())
            return answer.headers["Location"]
        raise AssertionError("Google did not send the person back")

    def config(self):
        base = f"{self.outside.base}/google"
        return {
            "GOOGLE_CLIENT_ID": "podium.apps.googleusercontent.com",
            "GOOGLE_CLIENT_SECRET": "GOCSPX-of-the-stand-in",
            "GOOGLE_REDIRECT_URL": "http://localhost/auth/google/callback",
            "GOOGLE_AUTH_URL": f"{base}/o/oauth2/v2/auth", "GOOGLE_TOKEN_URL": f"{base}/token",
            "GOOGLE_REVOKE_URL": f"{base}/revoke", "GOOGLE_JWKS_URL": f"{base}/oauth2/v3/certs",
            "GOOGLE_CALENDAR_URL": f"{base}/calendar/v3", "GOOGLE_ISSUER": "https://accounts.google.com"}


def start(folder):
    """A stand-in of the caller's own; stop it with .outside.stop()."""
    return Google(Outside(folder).start())


