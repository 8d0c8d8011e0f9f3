"""The pages of rooms: opening one, invitations, coming and going, who sees what, the button without scripts, rematch.
No runner is here: what it does is in tests/jobs/test_rooms.py."""

import re
import urllib.parse

import pytest

from lab.client import check_markup
from lab.race import race_in


@pytest.fixture(scope="module")
def race(lab_folder, postgres):
    with race_in(lab_folder, postgres) as made:
        made.web.start_web()
        made.people = {n: made.player(n.title(), f"{n}_1") for n in ("ada", "bob", "carl", "eve")}
        yield made


@pytest.fixture()
def people(race):
    race.forget()
    return race.people


def form(**more):
    return {"title": "Friday <race>", "starts_in": 10, "length": 60, "reveal": 0, "problems": "2100A 500\n2100/b\n", "n_draw": 3,
            "draw_least": 800, "draw_most": 1200, "draw_tags": "", "lockout": 1, "plays": 1, "open": 1, **more}


def post(player, uri, **fields):
    player.race.sql("DELETE FROM rate_window")
    return player.browser.ask(uri, "POST", {"csrf": player.browser.token(), **fields})


def opened(player, **more):
    """The address of a new room."""
    fields = {k: v for k, v in form(**more).items() if v is not None}
    reply = post(player, "/rooms/new", **fields)
    assert reply.status == 303, reply.text
    return reply.header("Location")


def page(player, uri):
    reply = player.browser.ask(uri)
    assert reply.status == 200, reply.text
    check_markup(reply.text)
    return reply.text


def invitation(player, uri):
    return urllib.parse.urlparse(re.search(r'readonly value="([^"]*)"', page(player, uri)).group(1)).path


def done(reply):
    assert reply.status == 303, reply.text
    return reply.header("Location").partition("done=")[2]


# ---- opening ----------------------------------------------------------------------------------------------------------


def test_opening_one(race, people):
    check_markup(people["ada"].browser.ask("/rooms/new").text)
    uri = opened(people["ada"])
    text = page(people["ada"], uri)
    assert "Friday &lt;race&gt;" in text and "Friday <race>" not in text
    assert "waits for its start" in text and "Not shown yet" in text and "2100/A" not in text
    assert race.sql("SELECT problem, points FROM room_problem p JOIN room r ON r.id = p.room_id WHERE r.public_id = %s"
                    " ORDER BY ordinal", uri[-16:]) == [("2100/A", 500), ("2100/B", 200)]
    assert race.sql("SELECT count(*) FROM job_later WHERE kind = 'room.turn' AND run_at > now() + interval '9 minutes'")[0][0] > 0
    assert uri in page(people["ada"], "/rooms") and uri in page(people["bob"], "/rooms")


@pytest.mark.parametrize("wrong, said", [
    ({"title": ""}, "title-error"),
    ({"problems": ""}, "name a problem, or have some drawn"),
    ({"problems": "2100A\nnonsense"}, "line 2 names no problem"),
    ({"problems": "2100A\n2100/a 7"}, "line 2 names 2100/A again"),
    ({"problems": "\n".join(f"{n}A" for n in range(1, 17))}, "not more than 15"),
    ({"reveal": 60}, "behind the end"),
    ({"draws": 1, "draw_least": 1300}, "is below the least"),
    ({"length": 1}, "lasts 5 minutes"),
    ({"starts_in": 0}, "starts in 1 minute"),
    ({"n_draw": 99, "draws": 1}, "draw-error"),
])
def test_what_cannot_be_opened(people, wrong, said):
    reply = post(people["ada"], "/rooms/new", **form(**wrong))
    assert reply.status == 422 and said in reply.text
    check_markup(reply.text)


def test_drawing_needs_enough(race, people):
    race.sql("DELETE FROM cf_problem")
    race.sql("DELETE FROM job_unique"), race.sql("DELETE FROM job WHERE kind = 'room.problems'")
    uri = opened(people["ada"], draws=1, draw_tags="dp, math")
    assert race.sql("SELECT count(*) FROM job WHERE kind = 'room.problems'") == [(1,)], "so that there is something at the start"
    assert "3 problems of 800 to 1200 (dp, math)" in page(people["ada"], uri)
    race.sql("INSERT INTO cf_problem (problem, name, rating, tags) VALUES ('1/A', 'One', 900, 'dp'), ('2/C', 'One', 900, 'dp')")
    reply = post(people["ada"], "/rooms/new", **form(draws=1))
    assert reply.status == 422 and "there are only 1 like that" in reply.text


def test_problems_whose_names_are_not_known_are_looked_up(race, people):
    wanted = "SELECT count(*) FROM job WHERE kind = 'room.problems'"
    race.sql("DELETE FROM job_unique"), race.sql("DELETE FROM job WHERE kind = 'room.problems'")
    race.sql("INSERT INTO cf_problem (problem, name, rating, tags) VALUES ('71/A', 'Way Too Long Words', 800, 'strings')")
    opened(people["ada"], problems="71A")
    assert race.sql(wanted) == [(0,)]
    opened(people["ada"], problems="71A\n72B")
    assert race.sql(wanted) == [(1,)]


def test_whoever_comes_into_a_room_that_draws_is_looked_at(race, people):
    """So that nothing is drawn that was solved since the tracker was there last."""
    ordered = ("SELECT payload ->> 'member' FROM job WHERE kind = 'member.sync' ORDER BY id")
    member = {n: str(race.sql("SELECT id FROM member WHERE user_id = %s", p.user)[0][0]) for n, p in people.items()}
    race.sql("DELETE FROM job_unique"), race.sql("DELETE FROM job WHERE kind = 'member.sync'")
    race.sql("UPDATE member SET synced_at = now() - CASE WHEN id = %s THEN interval '9 m' ELSE interval '9 h' END", member["bob"])
    race.sql("DELETE FROM cf_problem")
    uri = opened(people["ada"], draws=1)
    assert race.sql(ordered) == [(member["ada"],)]
    assert done(post(people["bob"], f"{uri}/join")) == "joined" and race.sql(ordered) == [(member["ada"],)], "it was there"
    assert done(post(people["carl"], f"{uri}/join")) == "joined"
    assert race.sql(ordered) == [(member["ada"],), (member["carl"],)]
    picked = opened(people["eve"])
    assert done(post(people["ada"], f"{picked}/join")) == "joined" and len(race.sql(ordered)) == 2
    race.sql("UPDATE member SET synced_at = now() - interval '9 h'")
    assert done(post(people["ada"], f"{uri}/begin")) == "begins", "before its time, and nobody may have been looked at since"
    assert race.sql(ordered) == [(member["ada"],), (member["carl"],), (member["bob"],)]


# ---- who comes in ------------------------------------------------------------------------------------------------------


def test_closed_rooms_are_for_the_invited(race, people):
    uri = opened(people["ada"], open=None)
    link = invitation(people["ada"], uri)
    assert people["eve"].browser.ask(uri).status == 404
    for action in ("/room/ID/join", "/room/ID/leave", "/room/ID/begin", "/room/ID/off", "/room/ID/sync", "/room/ID/rematch"):
        assert post(people["eve"], action.replace("ID", uri[-16:]), problem="2100/A").status == 404, action
    assert uri not in page(people["eve"], "/rooms")
    scope = f"room:{uri[-16:]}"
    assert people["eve"].browser.ask(f"/api/v1/events?scope={scope}").status == 404
    assert people["ada"].browser.ask(f"/api/v1/events?scope={scope}").status == 200
    text = page(people["bob"], link)
    assert "Ada invites you" in text and uri not in text
    assert done(post(people["bob"], link)) == "joined"
    assert "bob_1" in page(people["bob"], uri) and people["bob"].browser.ask(f"/api/v1/events?scope={scope}").status == 200
    assert post(people["bob"], uri + "/leave").header("Location") == "/rooms"
    assert people["bob"].browser.ask(uri).status == 404
    assert people["eve"].browser.ask("/rooms/invite/" + "0" * 32).status == 404
    assert people["eve"].browser.ask("/room/" + "0" * 16).status == 404


def test_teams(race, people):
    uri = opened(people["ada"], teams=1)
    assert race.sql("SELECT count(*) FROM room_player p JOIN room r ON r.id = p.room_id WHERE public_id = %s", uri[-16:]) == [(0,)]
    assert done(post(people["ada"], uri + "/join", team="The Ärmel")) == "joined"
    assert done(post(people["bob"], uri + "/join", team="the Ärmel")) == "joined", "names differ by more than case"
    assert done(post(people["carl"], uri + "/join", team="Others")) == "joined"
    assert done(post(people["eve"], uri + "/join")) == "team"
    assert done(post(people["eve"], uri + "/join", team="x" * 61)) == "team"
    text = page(people["bob"], uri)
    assert "Ada, Bob" in text and text.count("The Ärmel") >= 2 and "Join Others" in text
    assert done(post(people["bob"], uri + "/join", team="Others")) == "joined", "and changes it"
    assert done(post(people["ada"], uri + "/leave")) == "left"
    assert "Ärmel" not in page(people["ada"], uri), "an empty team is gone"


def test_nobody_comes_or_goes_later(race, people):
    uri = opened(people["ada"])
    race.sql("UPDATE room SET starts_at = now() - interval '1 minute' WHERE public_id = %s", uri[-16:])
    for action in ("/join", "/begin"):
        assert done(post(people["ada"], uri + action)) == "late"
    assert done(post(people["ada"], uri + "/leave")) == "late"
    assert post(people["bob"], uri + "/begin").status == 403 and post(people["bob"], uri + "/off").status == 403
    assert done(post(people["ada"], uri + "/off")) == "off"
    assert "called off" in page(people["ada"], uri) and done(post(people["ada"], uri + "/off")) == "late"
    assert uri in page(people["ada"], "/rooms/history") and uri not in page(people["ada"], "/rooms")


def test_beginning_early(race, people):
    uri = opened(people["ada"], reveal=10)
    assert done(post(people["ada"], uri + "/begin")) == "begins"
    assert race.sql("SELECT starts_at < now() + interval '11 s', ends_at - starts_at = interval '1 h', (SELECT"
                    " array_agg(extract(epoch FROM opens_at - starts_at)::int ORDER BY ordinal) FROM room_problem p"
                    " WHERE p.room_id = r.id) FROM room r WHERE public_id = %s", uri[-16:]) == [(True, True, [0, 600])]
    assert race.sql("SELECT count(*) FROM job_later WHERE kind = 'room.turn' AND run_at < now() + interval '12 s'")[0][0] > 0


def test_a_full_room(race, people):
    uri = opened(people["ada"])
    race.sql("INSERT INTO room_team (room_id, team) SELECT id, n FROM room, generate_series(2, 32) n WHERE public_id = %s",
             uri[-16:])
    for n in range(2, 33):
        race.sql("WITH u AS (INSERT INTO app_user (email, name) VALUES (%s, 'U') RETURNING id) INSERT INTO room_player (room_id,"
                 " team, user_id) SELECT r.id, %s, u.id FROM room r, u WHERE r.public_id = %s", f"{n}{uri[-16:]}@x.org", n, uri[-16:])
    assert done(post(people["bob"], uri + "/join")) == "full"


# ---- a race ------------------------------------------------------------------------------------------------------------


def test_the_board(race, people):
    room = race.room([[people["ada"]], [people["bob"]]], problems=["2100/A", "2100/B"])
    room.claim(people["bob"], 2, 125, cf=77)
    room.claim(people["ada"], 1, 300, cf=78)
    uri = f"/room/{room.public}"
    text = page(people["carl"], uri)
    board = re.search(r'<table class="board">.*?</table>', text, re.S).group(0)
    rows = [re.sub(r"<[^>]*>|\s+", " ", r).split() for r in re.findall(r"<tr.*?</tr>", board, re.S)[1:]]
    assert rows[0][:3] == ["1", "Bob", "200"] and "+200" in rows[0] and "2:05" in rows[0] and "taken" in rows[0]
    assert rows[1][:3] == ["2", "Ada", "100"] and "5:00" in rows[1]
    assert "submission 77" in text and "https://codeforces.com/contest/2100/problem/A" in text
    assert "data-problem" not in text, "who watches has no button"
    mine = page(people["ada"], uri)
    assert mine.count("data-problem=") == 2 and f'data-live-scope="room:{room.public}"' in mine


def test_the_button_without_scripts(race, people):
    room = race.room([[people["ada"]], [people["bob"]]])
    uri = f"/room/{room.public}"
    assert done(post(people["ada"], uri + "/sync", problem="2100/A")) == "queued"
    assert people["ada"].told("sync.queued")[-1][1]["roomId"] == room.public
    assert done(post(people["ada"], uri + "/sync", problem="2100/A")) == "wait"
    assert "data-rest=\"0\"" not in page(people["ada"], uri)
    assert post(people["bob"], uri + "/sync", problem="1/A").status == 404
    assert post(people["carl"], uri + "/sync", problem="2100/A").status == 403


def test_rematch(race, people):
    room = race.room([[people["ada"], people["bob"]], [people["carl"]]], problems=["2100/A", "2100/B"], begin=-9000)
    race.sql("UPDATE room_problem SET rating = 900 + 100 * ordinal WHERE room_id = %s", room.id)
    uri = f"/room/{room.public}"
    assert done(post(people["ada"], uri + "/rematch")) == "late"
    race.sql("UPDATE room SET settled_at = now() WHERE id = %s", room.id)
    assert post(people["eve"], uri + "/rematch").status == 403
    first = post(people["carl"], uri + "/rematch").header("Location")
    assert post(people["ada"], uri + "/rematch").header("Location") == first, "there is one"
    assert race.sql("SELECT n_draw, draw_least, draw_most, is_teams, (SELECT count(*) FROM room_player p WHERE p.room_id = r.id)"
                    " FROM room r WHERE public_id = %s", first[-16:]) == [(2, 1000, 1100, True, 3)]
    assert first in page(people["bob"], uri) and uri in page(people["bob"], first)


def test_ratings_and_contract(race, people):
    race.sql("INSERT INTO room_rating (user_id, rating, n_rooms) VALUES (%s, 1516, 1), (%s, 1484, 1) ON CONFLICT (user_id)"
             " DO UPDATE SET rating = excluded.rating", people["ada"].user, people["bob"].user)
    text = page(people["bob"], "/rooms/ratings")
    assert text.index("Ada") < text.index("1484") and "Elo" in text and "you" in text
    text = page(people["bob"], "/rooms/sync")
    described = people["bob"].browser.ask("/api/v1/openapi.json").json()["paths"]["/api/contests/sync"]["post"]["description"]
    reasons = re.findall(r'<tr id="(\w+)"', text)
    assert len(reasons) == 16 and all(r in described for r in reasons)
    for said in ("Authorization: Bearer", "X-CSRF-Token", "429 Retry-After", "401", "403", "404", "409"):
        assert said in text, said
    assert people["bob"].browser.ask("/api/v1/openapi.json").json()["paths"]["/api/contests/sync"]["post"]["responses"]["202"]


def test_somebody_who_left_stays_nameless(race, people):
    gone = race.player("Gone Person")
    room = race.room([[people["ada"]], [gone]])
    room.claim(gone, 1, 50)
    race.sql("UPDATE app_user SET deleted_at = now(), disabled = true WHERE id = %s", gone.user)
    text = page(people["ada"], f"/room/{room.public}")
    assert "Gone Person" not in text and "Somebody who left" in text
