"""What happened in a scope: the conditional question, and the ticket for a stream."""

import re
import urllib.parse

import pytest

from lab.client import Browser
from lab.live import Stream
from lab.process import TOP


def ask(browser, scope, after=None, **options):
    query = {"scope": scope} | ({"after": after} if after is not None else {})
    return browser.ask("/api/v1/events?" + urllib.parse.urlencode(query), **options)


def tell(seeded, scope, kind="test.tick", payload='{"n":\n1}'):
    seeded.execute("INSERT INTO event (scope, kind, payload) VALUES (%s, %s, %s)", scope, kind, payload)


@pytest.fixture()
def mine(seeded):
    return f"user:{seeded.execute('SELECT id FROM app_user WHERE name = %s', 'Mia')[0][0]}"


def test_events_since_a_position(seeded, member, mine):
    first = ask(member, mine).json()
    assert first["events"] == []
    tell(seeded, mine)
    tell(seeded, "system")
    tell(seeded, "user:999999")
    answer = ask(member, mine, first["position"]).json()
    assert [(e["scope"], e["kind"], e["data"]) for e in answer["events"]] == [(mine, "test.tick", {"n": 1})]
    assert answer["more"] is False
    assert ask(member, mine, answer["position"]).json()["events"] == []
    both = ask(member, f"{mine} system", first["position"]).json()
    assert sorted(e["scope"] for e in both["events"]) == ["system", mine]


def test_nothing_new_is_a_304(seeded, member, mine):
    before = ask(member, mine, 0)
    tag = before.header("ETag")
    assert ask(member, mine, 0, headers={"If-None-Match": tag}).status == 304
    tell(seeded, mine)
    assert ask(member, mine, 0, headers={"If-None-Match": tag}).status == 200


def test_many_are_given_in_pages(seeded, member, mine):
    place = ask(member, mine).json()["position"]
    for n in range(130):
        tell(seeded, mine, payload=f'{{"n":{n}}}')
    page = ask(member, mine, place).json()
    assert page["more"] and len(page["events"]) == 100
    rest = ask(member, mine, page["position"]).json()
    assert [e["data"]["n"] for e in page["events"] + rest["events"]] == list(range(130)) and not rest["more"]


@pytest.mark.parametrize("scope,status", [
    ("user:999999", 404), ("submission:nothing", 404), ("contest:1", 404), ("user:7x", 404), ("", 422), ("User:7", 422),
    ("user:", 422), (" ".join(f"user:{n}" for n in range(9)), 422), ("system;", 422)])
@pytest.mark.parametrize("address", ["/api/v1/events", "/api/v1/events/ticket"])
def test_foreign_and_malformed_scopes(member, scope, status, address):
    assert member.ask(f"{address}?scope={urllib.parse.quote(scope)}").status == status


def test_who_may_watch_what(seeded, guest, member):
    seeded.cli("user", "create", "carl@example.org", "Carl", "coach", text_input="a password of mine\n")
    coach = Browser(seeded.socket)
    assert coach.sign_in("carl@example.org", "a password of mine").status == 303
    browsers = {"guest": guest, "member": member, "coach": coach}
    seeded.execute("DELETE FROM member")
    (hidden,), (shown,) = (seeded.execute("INSERT INTO member (name, is_public) VALUES ('M', %s) RETURNING id", p)[0] for p in (False, True))
    for scope, allowed in {f"member:{hidden}": [], f"member:{shown}": list(browsers), "member:x": [], "tracker": ["coach"], "system": list(browsers), "tracker:1": [], "user": []}.items():
        for address in ("/api/v1/events", "/api/v1/events/ticket"):
            got = [name for name, browser in browsers.items() if browser.ask(f"{address}?scope={scope}").status == 200]
            assert got == allowed, scope


def test_every_kind_of_event_is_described(guest):
    """Whatever the sources append to the log stands in the description of the API."""
    said = guest.ask("/api/v1/openapi.json").json()["paths"]["/api/v1/events"]["get"]["description"]
    kinds = set()
    for path in [*TOP.glob("lib/model/*.c"), *TOP.glob("jobs/**/*.c")]:
        if "event_append" in (text := path.read_text()):
            kinds.update(re.findall(r'\.kind = "([a-z_]+(?:\.[a-z_]+)*)"', text))
    for path in TOP.glob("sql/query/*.sql"):
        for statement in path.read_text().split("INSERT INTO event ")[1:]:
            kinds.update(re.findall(r"'[a-z]+:' \|\| [^,]+, '([a-z_.]+)'", statement.split("-- name:")[0]))
    for path in TOP.glob("sql/schema/*.sql"):
        kinds.update(re.findall(r"INSERT INTO event \(scope, kind, payload\) VALUES \([^,]+, '([a-z_.]+)'", path.read_text()))
    jobs = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', (TOP / "jobs" / "kinds.c").read_text()))
    kinds -= jobs - {"calendar.sync", "member.sweep"}
    assert {"judgement", "calendar.sync", "judgement.run", "submission.state", "member.synced", "member.sweep"} <= kinds
    assert not [kind for kind in kinds if f"\n{kind} (" not in said]


def test_guests_see_what_is_for_all(guest, mine):
    assert ask(guest, "system").status == 200
    assert ask(guest, mine).status == 404


def test_a_ticket_opens_the_stream(seeded, member, mine):
    made = seeded.start_live()
    answer = member.ask(f"/api/v1/events/ticket?scope={mine}")
    assert answer.status == 200 and "no-store" in answer.header("Cache-Control")
    given = answer.json()
    assert given["stream"] == f"/live/stream?ticket={given['ticket']}" and given["open"] is True
    stream = Stream(f"{seeded.live_socket}.http", given["ticket"])
    assert stream.answer() == 200
    stream.settled()
    tell(seeded, mine)
    assert stream.read(1)[0]["scope"] == mine
    made.stop()
    assert member.ask(f"/api/v1/events/ticket?scope={mine}").json()["open"] is False
