"""An account ends while it is in rooms: its name goes everywhere, what it has solved stays for the others."""

import json

import pytest

from lab.process import wait_until
from lab.race import race_in

STATES = {"running": {}, "closing": {"begin": -3620, "grace": 600}, "over": {"begin": -7200}, "off": {}}


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    with race_in(lab_folder, postgres) as race:
        yield race.start()


@pytest.fixture()
def race(made):
    with made.fresh():
        yield made


def end(player):
    """Deletes the account, as its owner does who signs in through another service."""
    player.race.sql("DELETE FROM rate_window")
    reply = player.browser.ask("/settings/data/delete", "POST", {"csrf": player.browser.token()})
    assert (reply.status, reply.header("Location")) == (303, "/goodbye"), reply.text


def bring_to(room, state):
    """Claims are there already."""
    if state == "over":
        room.race.turn(room)
        assert room.race.sql("SELECT winner_team FROM room WHERE id = %s AND settled_at IS NOT NULL", room.id) == [(1,)]
    elif state == "off":
        room.race.sql("UPDATE room SET off_why = 'Rain.' WHERE id = %s", room.id)


def page(player, uri):
    reply = player.browser.ask(uri)
    assert reply.status == 200, reply.text
    return reply.text


@pytest.mark.parametrize("together", [False, True], ids=["alone", "teams"])
@pytest.mark.parametrize("state", STATES)
def test_what_was_solved_stays(race, state, together):
    gone, ada = race.player("Gone Person"), race.player("Ada")
    room = race.room([[gone], [ada]], problems=["2100/A", "2100/B"], together=together, **STATES[state])
    room.claim(ada, 1, at=90, cf=1, holds=False)
    room.claim(gone, 1, at=60, cf=2)
    bring_to(room, state)
    before = room.claims()
    end(gone)
    assert room.claims() == before and room.holders() == {1: 1}
    assert race.sql("SELECT team, user_id FROM room_player WHERE room_id = %s ORDER BY team", room.id) == [
        (1, None), (2, ada.user)]
    for uri in (f"/room/{room.public}", "/rooms", "/rooms/history", "/rooms/ratings"):
        text = page(ada, uri)
        assert "Gone Person" not in text and gone.handle not in text and "Deleted account" not in text, uri
    assert "<strong>Somebody who left</strong> solved" in page(ada, f"/room/{room.public}")
    if state == "over":
        assert f"Won by <strong>{'Team 1' if together else 'Somebody who left'}</strong>" in page(ada, "/rooms/history")
    if state == "running":
        race.sql("UPDATE room SET starts_at = starts_at - interval '2 h', ends_at = ends_at - interval '2 h' WHERE id = %s", room.id)
        race.turn(room)
        assert race.sql("SELECT winner_team FROM room WHERE id = %s AND settled_at IS NOT NULL", room.id) == [(1,)]
        assert race.sql("SELECT team, new_rating < old_rating FROM room_rating_change c JOIN room_player p ON p.id = c.player_id"
                        " WHERE p.room_id = %s", room.id) == [(2, True)], "who left is not rated"


@pytest.mark.parametrize("together", [False, True], ids=["alone", "teams"])
def test_a_room_that_waits_is_left(race, together):
    gone, ada = race.player("Gone Person"), race.player("Ada")
    room = race.room([[gone], [ada]], begin=600, together=together)
    end(gone)
    assert race.sql("SELECT team FROM room_player WHERE room_id = %s", room.id) == [(2,)]
    assert race.sql("SELECT team FROM room_team WHERE room_id = %s", room.id) == [(2,)], "a team without players is none"
    assert race.events(room.scope, "room.state")[-1][1]["state"] == "waiting", "who watches is told"
    text = page(ada, f"/room/{room.public}")
    assert "opened by" not in text and "Somebody who left" not in text


def test_a_team_goes_on_without_one_of_its_players(race):
    gone, ada, bob = race.player("Gone Person"), race.player("Ada"), race.player("Bob")
    waits, runs = (race.room([[gone, ada], [bob]], begin=b) for b in (600, -600))
    end(gone)
    assert race.sql("SELECT team, user_id FROM room_player WHERE room_id = %s ORDER BY id", waits.id) == [
        (1, ada.user), (2, bob.user)]
    ada.sends()
    assert ada.sync(runs)[0] == "sync.detected" and runs.holders() == {1: 1}


def test_a_press_whose_player_is_gone_comes_to_nothing(race):
    gone = race.player()
    room = race.room([[gone], [race.player()]])
    gone.sends()
    race.runner.stop()
    assert gone.press(room).status == 202
    end(gone)
    race.start_jobs()
    wait_until(lambda: gone.told("sync.failed"), 30, "the answer")
    assert gone.told("sync.failed")[0][1]["reason"] == "not_a_player"
    assert not room.claims() and race.calls() == 0, "nobody was asked"


def test_a_rematch_has_those_who_are_still_here(race):
    gone, ada = race.player("Gone Person"), race.player("Ada")
    room = race.room([[gone], [ada]], begin=-7200)
    room.claim(gone)
    bring_to(room, "over")
    end(gone)
    race.sql("DELETE FROM rate_window")
    reply = ada.browser.ask(f"/room/{room.public}/rematch", "POST", {"csrf": ada.browser.token()})
    again, = race.sql("SELECT id FROM room WHERE public_id = %s", reply.header("Location")[-16:])[0]
    assert race.sql("SELECT team, user_id FROM room_player WHERE room_id = %s", again) == [(2, ada.user)]
    assert race.sql("SELECT team FROM room_team WHERE room_id = %s", again) == [(2,)]


def test_ones_own_copy_tells_who_won(race):
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]], begin=-7200)
    room.claim(bob)
    race.turn(room)
    won = {p.user: json.loads(p.browser.ask("/settings/data/export").text)["rooms"][0]["won"] for p in (ada, bob)}
    assert won == {ada.user: False, bob.user: True}
