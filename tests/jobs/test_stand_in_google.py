"""The stand-in for Google keeps Google's rules: the tests of Podium are worth no more than it is."""

import base64
import hashlib
import http.client
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from lab import google as lab

BACK = "http://localhost/auth/google/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def google(lab_folder):
    made = lab.start(lab_folder)
    yield made
    made.outside.stop()


@pytest.fixture(autouse=True)
def fresh(google):
    google.reset()


def ask(google, method, path, value=None, token=None, headers=None):
    """(status, JSON, headers)"""
    data = None if value is None else (
        urllib.parse.urlencode(value).encode() if path in ("/token", "/revoke") else json.dumps(value).encode())
    request = urllib.request.Request(google.outside.base + "/google" + path, data=data, method=method,
                                     headers={**({"Authorization": f"Bearer {token}"} if token else {}),
                                              **(headers or {})})
    try:
        answer = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    text = answer.read()
    return answer.status, json.loads(text) if text else None, answer.headers


def code(google, scope=lab.BASIC, **more):
    query = {"client_id": google.config()["GOOGLE_CLIENT_ID"], "redirect_uri": BACK, "response_type": "code",
             "scope": scope, "state": "s1", "nonce": "n1", "access_type": "offline", "prompt": "consent",
             "code_challenge": CHALLENGE, "code_challenge_method": "S256", **more}
    back = google.consent(google.config()["GOOGLE_AUTH_URL"] + "?" + urllib.parse.urlencode(query),
                          "alice@example.com")
    found = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    assert back.startswith(BACK) and found["state"] == "s1"
    return found["code"]


def exchange(google, **more):
    config = google.config()
    form = {"grant_type": "authorization_code", "client_id": config["GOOGLE_CLIENT_ID"],
            "client_secret": config["GOOGLE_CLIENT_SECRET"], "redirect_uri": BACK, "code_verifier": VERIFIER,
            **more}
    return ask(google, "POST", "/token", {k: v for k, v in form.items() if v is not None})


def test_code_is_good_once_and_bound(google):
    status, tokens, _ = exchange(google, code=code(google))
    assert status == 200 and tokens["refresh_token"] and tokens["id_token"].count(".") == 2
    used = code(google)
    assert exchange(google, code=used)[0] == 200
    for bad, error in (
            ({"code": used}, "invalid_grant"), ({"code": "4/none"}, "invalid_grant"),
            ({"code": code(google), "code_verifier": "w" * 43}, "invalid_grant"),
            ({"code": code(google), "code_verifier": None}, "invalid_grant"),
            ({"code": code(google), "redirect_uri": BACK + "x"}, "redirect_uri_mismatch"),
            ({"code": code(google), "grant_type": "password"}, "unsupported_grant_type"),
            ({"code": code(google), "grant_type": None}, "invalid_request")):
        status, said, _ = exchange(google, **bad)
        assert (status, said["error"]) == (400, error), bad
    assert exchange(google, code=code(google), client_secret="x")[:2][0] == 401
    google.settings(code_s=-1)
    assert exchange(google, code=code(google))[1]["error"] == "invalid_grant"


def test_id_token_is_signed_by_the_published_key(google, tmp_path):
    token = exchange(google, code=code(google))[1]["id_token"]
    signed, _, signature = token.rpartition(".")
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert claims["nonce"] == "n1" and claims["email_verified"] is True
    key, = ask(google, "GET", "/oauth2/v3/certs")[1]["keys"]
    number = {n: int.from_bytes(base64.urlsafe_b64decode(key[n] + "=="), "big") for n in "ne"}
    (tmp_path / "key.conf").write_text(
        "asn1=SEQUENCE:k\n[k]\na=SEQUENCE:r\nb=BITWRAP,SEQUENCE:p\n[r]\na=OID:rsaEncryption\nb=NULL\n"
        f"[p]\nn=INTEGER:{number['n']:#x}\ne=INTEGER:{number['e']}\n")
    (tmp_path / "text").write_text(signed)
    (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(signature + "=="))

    def openssl(*arguments):
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=30)
    assert openssl("asn1parse", "-genconf", "key.conf", "-noout", "-out", "key.der").returncode == 0
    check = ("dgst", "-sha256", "-keyform", "DER", "-verify", "key.der", "-signature", "signature", "text")
    assert "Verified OK" in openssl(*check).stdout
    google.act("rotate_keys")
    assert ask(google, "GET", "/oauth2/v3/certs")[1]["keys"][0]["kid"] != key["kid"]


def test_refresh_rotation_and_revocation(google):
    first = google.grant("alice@example.com")["refresh_token"]

    def refresh(token):
        return exchange(google, grant_type="refresh_token", refresh_token=token)[:2]
    status, said = refresh(first)
    assert status == 200 and "refresh_token" not in said and "id_token" not in said
    google.settings(rotate_refresh=True)
    second = refresh(first)[1]["refresh_token"]
    assert refresh(first)[1]["error"] == "invalid_grant"
    assert ask(google, "POST", "/revoke", {"token": second})[0] == 200
    assert ask(google, "POST", "/revoke", {"token": second})[1]["error"] == "invalid_token"
    assert refresh(second)[1]["error_description"] == "Token has been expired or revoked."


def event(name="contest01", **more):
    return {"id": name, "summary": "A", "start": {"dateTime": "2026-12-01T10:00:00Z"},
            "end": {"dateTime": "2026-12-01T12:00:00Z"}, **more}


@pytest.fixture()
def calendar(google):
    """(path of the events of a made calendar, access token)"""
    token = google.grant("alice@example.com")["access_token"]
    status, made, _ = ask(google, "POST", "/calendar/v3/calendars", {"summary": "Contests"}, token)
    assert status == 200
    return "/calendar/v3/calendars/" + urllib.parse.quote(made["id"], safe="") + "/events", token


def reason(answer):
    return answer[0], answer[1]["error"]["errors"][0]["reason"]


def test_life_of_an_event(google, calendar):
    events, token = calendar

    def call(method, path="", value=None, **headers):
        return ask(google, method, events + path, value, token, headers)
    status, made, _ = call("POST", value=event(extendedProperties={"private": {"k": "v"}}))
    assert status == 200 and made["status"] == "confirmed"
    assert reason(call("POST", value=event())) == (409, "duplicate")
    assert reason(call("PATCH", "/contest01", {"summary": "B"}, **{"If-Match": '"1"'})) == (412, "conditionNotMet")
    status, new, _ = call("PATCH", "/contest01", {"extendedProperties": {"private": {"l": "w"}}},
                          **{"If-Match": made["etag"]})
    assert status == 200 and new["etag"] != made["etag"]
    assert new["extendedProperties"]["private"] == {"k": "v", "l": "w"} and new["summary"] == "A"
    assert call("DELETE", "/contest01")[0] == 204
    assert reason(call("DELETE", "/contest01")) == (410, "deleted")
    assert call("GET", "/contest01")[1]["status"] == "cancelled"
    assert reason(call("POST", value=event())) == (409, "duplicate"), "a deleted event keeps its id"
    assert call("PATCH", "/contest01", {"status": "confirmed"})[1]["status"] == "confirmed"
    assert reason(call("GET", "/nothing00")) == (404, "notFound")


def test_what_is_no_event(google, calendar):
    events, token = calendar
    for bad, why in (
            ({"id": "UPPER"}, "invalid"), ({"id": "abcd"}, "invalid"), ({"id": "wxyz9"}, "invalid"),
            ({"start": None}, "required"), ({"end": {"dateTime": "2026-12-01T09:00:00Z"}}, "timeRangeEmpty"),
            ({"start": {"dateTime": "2026-12-01T10:00:00"}}, "invalid"), ({"colorId": "12"}, "invalid"),
            ({"reminders": {"overrides": [{"method": "popup", "minutes": 40321}]}}, "invalid"),
            ({"extendedProperties": {"private": {"k" * 45: "v"}}}, "invalid")):
        assert reason(ask(google, "POST", events, {**event(), **bad}, token)) == (400, why), bad


def test_list_and_sync_token(google, calendar):
    events, token = calendar
    for i in range(5):
        ask(google, "POST", events, event(f"contest0{i}"), token)
    first = ask(google, "GET", events + "?maxResults=3", token=token)[1]
    assert len(first["items"]) == 3 and "nextSyncToken" not in first
    last = ask(google, "GET", events + "?maxResults=3&pageToken=" + first["nextPageToken"], token=token)[1]
    ask(google, "DELETE", events + "/contest03", token=token)
    changed = ask(google, "GET", events + "?syncToken=" + last["nextSyncToken"], token=token)[1]["items"]
    assert [(e["id"], e["status"]) for e in changed] == [("contest03", "cancelled")]
    assert reason(ask(google, "GET", events + "?syncToken=old", token=token)) == (410, "fullSyncRequired")


def test_who_may(google, calendar):
    events, token = calendar
    assert reason(ask(google, "GET", events, token="x")) == (401, "authError")
    bob = google.grant("bob@example.com", lab.EVENTS)["access_token"]
    assert reason(ask(google, "GET", events, token=bob)) == (404, "notFound")
    primary = "/calendar/v3/calendars/primary/events"
    assert ask(google, "POST", primary, event(), bob)[0] == 200
    assert reason(ask(google, "POST", primary, event(), token)) == (403, "insufficientPermissions")
    assert reason(ask(google, "POST", "/calendar/v3/calendars", {"summary": "C"}, bob)) == (
        403, "insufficientPermissions")
    google.act("expire_access", email="alice@example.com")
    assert reason(ask(google, "GET", events, token=token)) == (401, "authError")


def test_faults_and_quota(google, calendar):
    events, token = calendar
    google.fault("events.insert", status=403, reason="quotaExceeded", times=1, skip=1)
    said = [ask(google, "POST", events, event(f"contest0{i}"), token)[0] for i in range(3)]
    assert said == [200, 403, 200]
    google.fault("events.insert", status=500, reason="backendError", times=1, after=True)
    assert ask(google, "POST", events, event("contest09"), token)[0] == 500
    assert reason(ask(google, "POST", events, event("contest09"), token)) == (409, "duplicate")
    google.fault("events.get", cut=True, times=1)
    with pytest.raises(http.client.IncompleteRead):
        ask(google, "GET", events + "/contest09", token=token)
    google.fault("events.get", reset=True, times=1)
    with pytest.raises((ConnectionResetError, urllib.error.URLError)):
        ask(google, "GET", events + "/contest09", token=token)
    google.settings(user_per_minute=2)
    said = [ask(google, "GET", events + "/contest09", token=token) for _ in range(3)]
    assert [s[0] for s in said] == [200, 200, 403] and reason(said[2])[1] == "userRateLimitExceeded"
