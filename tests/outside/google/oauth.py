"""OAuth 2.0 for web servers: the consent page, codes with PKCE, tokens, id tokens, revocation."""

import base64
import hashlib
import hmac
import html
import json
import secrets
import urllib.parse

from .keys import b64url
from .state import CLIENT_ID, CLIENT_SECRET, ISSUER

BASIC = {"openid", "email", "profile", "https://www.googleapis.com/auth/userinfo.email",
         "https://www.googleapis.com/auth/userinfo.profile"}

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in - Google (stand-in)</title>
<meta name="viewport" content="width=device-width"></head><body><h1>Choose an account</h1>
<p>to continue to Podium. This is a stand-in for Google on this machine.</p>
<form method="post" action="{action}">{hidden}{scopes}{people}
<p><label>Another address <input name="other" type="email"></label>
<button name="email" value="">Use it</button></p>
<p><button name="deny" value="1">Cancel</button></p></form></body></html>"""


def form_of(text):
    return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))


def page(status, text):
    body = f"<!doctype html><title>Error {status}</title><h1>Access blocked</h1><p>{html.escape(text)}</p>"
    return status, "text/html; charset=utf-8", body.encode()


def redirect(to):
    return 302, "text/html", b"", {"Location": to}


def loopback(address):
    url = urllib.parse.urlsplit(address)
    return url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost", "::1")


def refuse(state, asked):
    """A page for mistakes that Google does not send back to the site; or None."""
    registered = state.settings["redirect_uris"]
    to = asked.get("redirect_uri", "")
    if asked.get("client_id") != CLIENT_ID:
        return page(401, "Error 401: invalid_client. The OAuth client was not found.")
    if (to not in registered) if registered else not loopback(to):
        return page(400, "Error 400: redirect_uri_mismatch")
    if asked.get("response_type", "code") != "code" or not asked.get("scope"):
        return page(400, "Error 400: invalid_request")
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return page(400, "Error 400: invalid_request. Plain challenges are not taken.")
    return None


def authorize(state, request):
    asked = request.query
    wrong = refuse(state, asked)
    if wrong:
        return wrong
    if state.settings["auto_user"]:
        return consent(state, {**asked, "email": state.settings["auto_user"]})
    hidden = "".join(f'<input type="hidden" name="{html.escape(k)}" value="{html.escape(v)}">'
                     for k, v in asked.items())
    scopes = "".join(f'<p><label><input type="checkbox" name="granted:{html.escape(s)}" checked> '
                     f"{html.escape(s)}</label></p>" for s in asked["scope"].split() if s not in BASIC)
    people = "".join(f'<p><button name="email" value="{html.escape(p.email)}">{html.escape(p.name)} '
                     f"({html.escape(p.email)})</button></p>" for p in state.people.values())
    body = PAGE.format(action="auth/callback", hidden=hidden, people=people,
                       scopes='<input type="hidden" name="pick" value="1">' + scopes)
    return 200, "text/html; charset=utf-8", body.encode()


def consent(state, asked):
    """What the consent page sends; tests may send it without the page."""
    wrong = refuse(state, asked)
    if wrong:
        return wrong
    to = asked["redirect_uri"]
    back = {"state": asked["state"]} if "state" in asked else {}
    if asked.get("deny"):
        return redirect(f"{to}?{urllib.parse.urlencode({'error': 'access_denied', **back})}")
    email = asked.get("email") or asked.get("other") or asked.get("login_hint")
    if not email:
        return page(400, "Error 400: no account was chosen")
    scopes = asked["scope"].split()
    if asked.get("pick"):
        scopes = [s for s in scopes if s in BASIC or f"granted:{s}" in asked]
    if state.settings["grant"] is not None:
        scopes = state.settings["grant"].split()
    with state.lock:
        first = not state.person(email).consented
        offline = asked.get("access_type") == "offline" and (first or "consent" in asked.get("prompt", ""))
        code = "4/0A" + secrets.token_urlsafe(50)
        state.codes[code] = {
            "grant": state.grant(email, scopes, offline), "redirect_uri": to, "nonce": asked.get("nonce"),
            "challenge": asked.get("code_challenge"), "until": state.now() + state.settings["code_s"],
            "used": False}
    return redirect(f"{to}?{urllib.parse.urlencode({**back, 'code': code, 'scope': ' '.join(scopes)})}")


def error(status, name, text):
    return status, "application/json; charset=utf-8", json.dumps(
        {"error": name, "error_description": text}).encode()


def check_client(request, form):
    given = form.get("client_id"), form.get("client_secret")
    header = request.headers.get("authorization", "")
    if header.startswith("Basic "):
        given = tuple(base64.b64decode(header[6:]).decode().split(":", 1))
    if given[0] != CLIENT_ID:
        return error(401, "invalid_client", "The OAuth client was not found.")
    if given[1] != CLIENT_SECRET:
        return error(401, "invalid_client", "Unauthorized")
    return None


def id_token(state, grant, nonce, access):
    """As it should be, but for what the setting id_token says."""
    odd = dict(state.settings["id_token"])
    alg, kid, life = odd.pop("alg", "RS256"), odd.pop("kid", None), odd.pop("exp_s", 3600)
    now = int(state.now())
    claims = {"iss": ISSUER, "azp": CLIENT_ID, "aud": CLIENT_ID, "sub": grant.person.sub,
              "iat": now + min(life, 0), "exp": now + life,
              "at_hash": b64url(hashlib.sha256(access.encode()).digest()[:16])}
    if nonce is not None:
        claims["nonce"] = nonce
    if grant.scopes & {"email", "https://www.googleapis.com/auth/userinfo.email"}:
        claims.update(email=grant.person.email, email_verified=grant.person.verified)
    if grant.scopes & {"profile", "https://www.googleapis.com/auth/userinfo.profile"}:
        claims["name"] = grant.person.name
    claims = {k: v for k, v in {**claims, **odd}.items() if v is not None}
    return state.signing_keys()[0].token(claims, alg, kid)


def tokens(state, grant, nonce=None, with_refresh=False, with_id=False):
    access = state.new_access(grant)
    answer = {"access_token": access, "expires_in": state.settings["access_s"],
              "scope": " ".join(sorted(grant.scopes)), "token_type": "Bearer"}
    if with_refresh:
        answer["refresh_token"] = state.new_refresh(grant)
    if with_id and "openid" in grant.scopes:
        answer["id_token"] = id_token(state, grant, nonce, access)
    return 200, "application/json; charset=utf-8", json.dumps(answer).encode()


def from_code(state, form):
    kept = state.codes.get(form.get("code"))
    if kept is None:
        return error(400, "invalid_grant", "Malformed auth code.")
    if kept["used"]:
        kept["grant"].ended = "Token has been expired or revoked."
        return error(400, "invalid_grant", "Bad Request")
    if state.now() > kept["until"]:
        return error(400, "invalid_grant", "Bad Request")
    if form.get("redirect_uri") != kept["redirect_uri"]:
        return error(400, "redirect_uri_mismatch", "Bad Request")
    if kept["challenge"]:
        made = b64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not form.get("code_verifier"):
            return error(400, "invalid_grant", "Missing code verifier.")
        if not hmac.compare_digest(made, kept["challenge"]):
            return error(400, "invalid_grant", "Invalid code verifier.")
    kept["used"] = True
    return tokens(state, kept["grant"], kept["nonce"], kept["grant"].offline, with_id=True)


def from_refresh(state, form):
    token = form.get("refresh_token")
    grant = state.refresh.get(token)
    if grant is None:
        return error(400, "invalid_grant", "Bad Request")
    if grant.ended:
        return error(400, "invalid_grant", grant.ended)
    rotate = state.settings["rotate_refresh"]
    if rotate:
        del state.refresh[token]
    return tokens(state, grant, with_refresh=rotate, with_id=False)


def token(state, request):
    form = form_of(request.body.decode("utf-8", "replace"))
    wrong = check_client(request, form)
    if wrong:
        return wrong
    with state.lock:
        if form.get("grant_type") == "authorization_code":
            return from_code(state, form)
        if form.get("grant_type") == "refresh_token":
            return from_refresh(state, form)
    if "grant_type" not in form:
        return error(400, "invalid_request", "Required parameter is missing: grant_type")
    return error(400, "unsupported_grant_type", f"Invalid grant_type: {form['grant_type']}")


def refresh_user(state, request):
    """Whose token a call of the token endpoint is about, for the faults that name a person."""
    form = form_of(request.body.decode("utf-8", "replace"))
    grant = state.refresh.get(form.get("refresh_token"))
    kept = state.codes.get(form.get("code"))
    grant = grant or (kept["grant"] if kept else None)
    return grant.person.email if grant else None


def revoked_grant(state, request):
    given = {**request.query, **form_of(request.body.decode("utf-8", "replace"))}.get("token")
    return state.refresh.get(given) or (state.access.get(given) or (None,))[0]


def revoke_user(state, request):
    grant = revoked_grant(state, request)
    return grant.person.email if grant else None


def revoke(state, request):
    with state.lock:
        grant = revoked_grant(state, request)
        if grant is None or grant.ended:
            return error(400, "invalid_token", "Token expired or revoked")
        grant.ended = "Token has been expired or revoked."
    return 200, "application/json; charset=utf-8", b"{}"


def certificates(state, request):
    body = json.dumps({"keys": [key.jwk() for key in state.signing_keys()]}).encode()
    return 200, "application/json; charset=utf-8", body, {"Cache-Control": "public, max-age=19800"}
