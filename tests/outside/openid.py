"""Codeforces as an OpenID provider: its configuration, the consent page, codes with PKCE, id tokens under the client's secret."""

import base64
import hashlib
import hmac
import html
import json
import secrets
import urllib.parse

from . import failure

CLIENT_ID = "podium at codeforces"
CLIENT_SECRET = "a secret of the stand-in"


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims, secret=CLIENT_SECRET, alg="HS256"):
    signed = ".".join(b64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": alg}, claims))
    return f"{signed}.{b64url(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


class Provider:
    """ordered: "provider" and "claims" change what is said (None: left out), "secret" and "alg" what signs, "status" and "body"
    are an answer of the token endpoint."""

    def __init__(self):
        self.codes = {}
        self.ordered = {}

    def base(self, request):
        return f"http://{request.headers.get('Host')}/codeforces"

    def edited(self, what, value):
        return {k: v for k, v in {**value, **self.ordered.get(what, {})}.items() if v is not None}

    def configuration(self, request):
        base = self.base(request)
        return 200, *failure.as_json(self.edited("provider", {
            "issuer": base, "authorization_endpoint": base + "/oauth/authorize", "token_endpoint": base + "/oauth/token",
            "response_types_supported": ["code"], "scopes_supported": ["openid"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["HS256"], "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "handle", "avatar", "rating"]}))

    def authorize(self, request):
        """A page with everybody's handle; ?as= is what its links add, empty for no."""
        asked = request.query
        if asked.get("client_id") != CLIENT_ID or asked.get("scope") != "openid" or asked.get("code_challenge_method") != "S256":
            return 400, "text/html", b"<!doctype html><title>Error</title><p>The client is not known."
        if "as" not in asked:
            here = f"authorize?{urllib.parse.urlencode(asked)}"
            links = "".join(f'<p><a href="{html.escape(here)}&amp;as={p["handle"]}">{p["handle"]}</a>'
                            for p in request.state.people.values())
            return 200, "text/html", f"<!doctype html><title>Codeforces (stand-in)</title><h1>Sign in to Podium?</h1>{links}".encode()
        back = {"state": asked["state"], "error": "access_denied"}
        if asked["as"]:
            code = secrets.token_urlsafe(24)
            self.codes[code] = asked
            back = {"state": asked["state"], "code": code}
        return 302, "text/html", b"", {"Location": f"{asked['redirect_uri']}?{urllib.parse.urlencode(back)}"}

    def refusal(self, form):
        kept = self.codes.pop(form.get("code"), None)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return kept, "invalid_client"
        if kept is None or form.get("redirect_uri") != kept["redirect_uri"]:
            return kept, "invalid_grant"
        if b64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest()) != kept["code_challenge"]:
            return kept, "invalid_grant"
        return kept, None if form.get("grant_type") == "authorization_code" else "unsupported_grant_type"

    def tokens(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        if "status" in self.ordered:
            return self.ordered["status"], "application/json", self.ordered.get("body", "{}").encode()
        kept, wrong = self.refusal(form)
        if wrong:
            return 400, *failure.as_json({"error": wrong})
        now = int(request.now)
        claims = self.edited("claims", {
            "iss": self.base(request), "aud": CLIENT_ID, "sub": kept["as"].lower(), "iat": now, "exp": now + 3600,
            "nonce": kept["nonce"], "handle": kept["as"], "rating": 1500})
        return 200, *failure.as_json({
            "access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 3600,
            "id_token": token(claims, self.ordered.get("secret", CLIENT_SECRET), self.ordered.get("alg", "HS256"))})

    def serve(self, request):
        doors = {("GET", "/.well-known/openid-configuration"): self.configuration, ("GET", "/oauth/authorize"): self.authorize,
                 ("POST", "/oauth/token"): self.tokens}
        door = doors.get((request.method, request.path))
        return door(request) if door else None
