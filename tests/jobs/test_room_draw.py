"""Rooms that draw their problems: which, when, and without knowing what of whom. Web, runner and stand-in run, each with the
rights of its own role."""

import pytest

from lab.process import wait_until
from lab.race import race_in


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    with race_in(lab_folder, postgres) as race:
        yield race.start()


@pytest.fixture()
def race(made):
    with made.fresh():
        yield made


def draws(race, n=3, least=800, most=1200, tags=""):
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]], problems=[], begin=-1)
    race.sql("UPDATE room SET n_draw = %s, draw_least = %s, draw_most = %s, draw_tags = %s WHERE id = %s", n, least, most, tags,
             room.id)
    return ada, bob, room


def known(race):
    race.sql("DELETE FROM cf_problem")
    race.outside.ask("POST", "/codeforces/_problems", [
        {"contest": 1000 + i, "index": "A", "name": f"Number {i}", "rating": 800 + 100 * (i % 6),
         "tags": ["dp"] if i % 2 else ["greedy", "math"]} for i in range(24)])
    race.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'room.problems', '{}' FROM job_queue"
             " WHERE name = 'room'")
    wait_until(lambda: race.sql("SELECT count(*) FROM cf_problem") == [(24,)], 20, "the problems")


def test_drawn_problems_are_new_to_all(race):
    known(race)
    ada, bob, room = draws(race, n=3, tags="dp")
    fits = race.sql("SELECT problem, name FROM cf_problem WHERE tags = 'dp' AND rating BETWEEN 800 AND 1200 ORDER BY problem")
    for i, (problem, name) in enumerate(fits[:-3]):
        where, name = (problem, name) if i % 2 else (f"{2000 + i}/B", name)
        race.sql("INSERT INTO cf_submission (member_id, id, at, problem, name, verdict) SELECT id, %s, now() - interval '9 d',"
                 " %s, %s, 'OK' FROM member WHERE user_id = %s", i, where, name, (ada, bob)[i % 3 == 0].user)
    race.turn(room)
    drawn = race.sql("SELECT problem, points, rating FROM room_problem WHERE room_id = %s ORDER BY ordinal", room.id)
    assert sorted(p for p, _, _ in drawn) == sorted(p for p, _ in fits[-3:])
    assert [p for _, p, _ in drawn] == [100, 200, 300] and [r for *_, r in drawn] == sorted(r for *_, r in drawn)
    race.turn(room)
    assert len(race.sql("SELECT 1 FROM room_problem WHERE room_id = %s", room.id)) == 3, "once"


def test_what_an_earlier_room_has_shown_solved_is_not_drawn(race):
    """A rematch begins long before the tracker hears of what was solved in the race."""
    known(race)
    ada, bob, room = draws(race, n=3, least=800, most=800)
    fits = sorted(p for p, in race.sql("SELECT problem FROM cf_problem WHERE rating = 800"))
    earlier = race.room([[ada], [bob]], problems=fits[:2], begin=-9000)
    earlier.claim(ada, 1, at=60)
    earlier.claim(bob, 2, at=60, cf=2, holds=False)
    race.turn(room)
    drawn = [p for p, in race.sql("SELECT problem FROM room_problem WHERE room_id = %s", room.id)]
    assert sorted(drawn) == fits[2:] and len(drawn) == 2
    assert "Only 2 of 3 could be drawn" in ada.browser.ask(f"/room/{room.public}").text


def test_what_an_earlier_room_has_shown_solved_does_not_count(race):
    ada = race.player()
    earlier = race.room([[ada]], begin=-9000)
    earlier.claim(ada, at=60)
    room = race.room([[ada]])
    ada.sends()
    assert ada.sync(room)[1]["reason"] == "solved_before"


def test_without_tags_any_is_drawn(race):
    known(race)
    _, _, room = draws(race, n=3, tags="")
    race.turn(room)
    assert len(race.sql("SELECT 1 FROM room_problem WHERE room_id = %s", room.id)) == 3
    assert race.sql("SELECT off_why FROM room WHERE id = %s", room.id) == [(None,)]


def test_of_twins_one_is_drawn(race):
    known(race)
    race.sql("UPDATE cf_problem SET name = 'Twin' WHERE problem IN ('1000/A', '1006/A', '1012/A', '1018/A')")  # all of rating 800
    _, _, room = draws(race, n=3, least=800, most=800)
    race.turn(room)
    assert len(race.sql("SELECT 1 FROM room_problem WHERE room_id = %s", room.id)) == 1


def test_nothing_to_draw(race):
    known(race)
    _, _, room = draws(race, least=3000, most=3500)
    race.turn(room)
    assert race.sql("SELECT off_why IS NOT NULL FROM room WHERE id = %s", room.id) == [(True,)]
    assert race.events(room.scope, "room.state")[-1][1]["state"] == "off"


def came(race, solved, begin=3, **more):
    """A room that is to draw three of the four problems rated 800, and somebody who has just come into it: he has solved
    some, and the tracker has not seen him yet."""
    known(race)
    ada, bob = race.player(), race.player("Bob")
    room = race.room([[ada]], problems=[], begin=begin, **more)
    race.sql("UPDATE member SET synced_at = now() WHERE user_id = %s", ada.user)
    race.sql("UPDATE room SET n_draw = 3, draw_least = 800, draw_most = 800 WHERE id = %s", room.id)
    for i in solved:
        bob.sends(f"{1000 + i}/A", name=f"Number {i}")
    race.order("settings", latency_ms=2500)
    bob.csrf = bob.browser.token()
    assert bob.browser.ask(f"/room/{room.public}/join", "POST", {"csrf": bob.csrf}).status == 303
    return ada, bob, room


def drawn(race, room):
    return [p for p, in race.sql("SELECT problem FROM room_problem WHERE room_id = %s ORDER BY ordinal", room.id)]


def begun(race, room):
    wait_until(lambda: race.sql("SELECT 1 FROM room WHERE id = %s AND starts_at <= clock_timestamp()", room.id), 20, "the start")
    race.turn(room)


def test_who_came_last_is_waited_for(race):
    """A room that begins seconds later draws nothing that he has solved, and nobody loses time."""
    ada, bob, room = came(race, [0, 6, 12])
    at = room.starts()
    begun(race, room)
    page = ada.browser.ask(f"/room/{room.public}").text
    assert not drawn(race, room) and "draws its problems" in page and "what Bob solved" in page and "ends in" not in page
    told = len(race.events(room.scope, "room.state"))
    wait_until(lambda: drawn(race, room), 20, "the problems")
    assert drawn(race, room) == ["1018/A"] and len(race.events(room.scope, "room.state")) == told + 1
    assert race.sql("SELECT starts_at > to_timestamp(%s), ends_at - starts_at = interval '1 h', (SELECT min(opens_at) ="
                    " r.starts_at FROM room_problem p WHERE p.room_id = r.id) FROM room r WHERE id = %s", at, room.id) == [
                        (True, True, True)]
    page = ada.browser.ask(f"/room/{room.public}").text
    assert "Only 1 of 3 could be drawn" in page and "without knowing" not in page and "ends in" in page
    assert race.sql("SELECT count(*) FROM job_later WHERE kind = 'room.turn' AND payload ->> 'room' = %s", str(room.id)) == [(1,)]


def test_nobody_is_waited_for_longer_than_a_minute(race):
    """It is said then whose solves were not known."""
    race.sql("DELETE FROM job WHERE kind = 'member.sync'")
    ada, bob, room = came(race, [], begin=5)
    carl = race.player("Carl")
    race.sql("UPDATE member SET handle = NULL, proved_at = NULL WHERE user_id = %s", carl.user)
    assert carl.browser.ask(f"/room/{room.public}/join", "POST", {"csrf": carl.browser.token()}).status == 303
    race.outside.order("codeforces", "http_500")
    race.sql("UPDATE member SET synced_at = NULL WHERE user_id = %s", bob.user)
    begun(race, room)
    assert not drawn(race, room)
    race.sql("UPDATE room SET starts_at = starts_at - interval '1 m', ends_at = ends_at - interval '1 m' WHERE id = %s", room.id)
    race.turn(room)
    assert len(drawn(race, room)) == 3
    assert "without knowing what Bob and Carl had solved" in ada.browser.ask(f"/room/{room.public}").text


def test_a_handle_that_nobody_has_is_not_waited_for(race):
    ada, bob, room = came(race, [], begin=4)
    race.order("settings", latency_ms=0)
    race.sql("UPDATE member SET handle = 'no_such_person' WHERE user_id = %s", bob.user)
    wait_until(lambda: not race.sql("SELECT 1 FROM job_unique WHERE key LIKE 'member:%%'"), 20, "the tracker")
    race.sql("UPDATE member SET synced_at = NULL WHERE user_id = %s", bob.user)
    begun(race, room)
    assert len(drawn(race, room)) == 3
    assert "without knowing what Bob had solved" in ada.browser.ask(f"/room/{room.public}").text


def test_the_list_of_problems_is_waited_for(race):
    known(race)
    race.sql("DELETE FROM cf_problem"), race.sql("DELETE FROM cache")
    _, _, late = draws(race)
    ada, _, room = draws(race)
    race.outside.order("codeforces", "http_500")
    race.turn(room), race.turn(late)
    assert race.sql("SELECT 1 FROM room WHERE off_why IS NOT NULL AND id = %s", room.id) == [] and not drawn(race, room)
    assert "The room draws" in ada.browser.ask(f"/room/{room.public}").text
    race.sql("UPDATE room SET starts_at = starts_at - interval '1 m' WHERE id = %s", late.id)
    race.turn(late)
    assert race.sql("SELECT off_why FROM room WHERE id = %s", late.id) == [
        ("Codeforces did not tell which problems there are to draw.",)]
    race.outside.calm()
    race.sql("UPDATE job_later SET run_at = now() WHERE kind = 'room.problems'")
    wait_until(lambda: len(drawn(race, room)) == 3, 20, "the problems")


def test_players_are_looked_at_before_the_start(race):
    """Whoever came long before it may have solved something since."""
    known(race)
    ada = race.player()
    room = race.room([[ada]], problems=[], begin=400)
    race.sql("UPDATE room SET n_draw = 3, draw_least = 800, draw_most = 800 WHERE id = %s", room.id)
    race.sql("UPDATE member SET synced_at = now() - interval '2 h' WHERE user_id = %s", ada.user)
    race.turn(room)
    fresh = "SELECT 1 FROM member WHERE user_id = %s AND synced_at > now() - interval '1 m'"
    wait_until(lambda: race.sql(fresh, ada.user), 20, "a look")
    assert race.sql("SELECT round(extract(epoch FROM r.starts_at - l.run_at)) FROM job_later l, room r WHERE r.id = %s AND"
                    " l.kind = 'room.turn' AND l.payload ->> 'room' = r.id::text", room.id) == [(300,)]


def test_a_name_that_is_learnt_later_finds_the_twin(race):
    """A room was opened before anybody knew what its problem is called."""
    known(race)
    ada = race.player()
    room = race.room([[ada]], problems=["1000/A"])
    race.sql("UPDATE room_problem SET name = '' WHERE room_id = %s", room.id)
    ada.sends("1001/C", name="Number 0")
    assert ada.sync(room, "1000/A")[1]["reason"] == "no_submission"
    race.sql("DELETE FROM cf_problem")
    known(race)
    wait_until(lambda: race.sql("SELECT name, rating FROM room_problem WHERE room_id = %s", room.id) == [("Number 0", 800)], 20,
               "its name")
    assert ada.sync(room, "1000/A")[0] == "sync.detected"
