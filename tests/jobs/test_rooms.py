"""Rooms: what a press of Sync comes to, who has a problem, the moments of a room. Web, runner and stand-in run, each with
the rights of its own role."""

import datetime
import hashlib
import os
import random
import signal
import threading
import time

import psycopg2
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


def reason(answer):
    kind, data = answer
    return (data["verdict"], data["reason"]) if kind == "sync.failed" else kind


# ---- the contract ------------------------------------------------------------------------------------------------------


def test_a_press_that_counts(race):
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]])
    sent = ada.sends(ago=45)
    kind, data = ada.sync(room)
    at = data.pop("cfTimestamp")
    assert kind == "sync.detected" and abs(at - (time.time() - 45)) < 20
    assert data == {"roomId": room.public, "userId": ada.user, "teamId": 1, "problemId": "2100/A", "cfSubmissionId": sent,
                    "verdict": "OK", "pointsAwarded": None}
    assert ada.told("sync.queued") == [("sync.queued", {"roomId": room.public, "problemId": "2100/A", "position": 1})]
    kinds = [k for k, _ in race.events(room.scope)]
    assert kinds == ["sync.detected", "room.board"]
    board = race.events(room.scope, "room.board")[-1][1]
    assert board["teams"] == [{"teamId": 1, "rank": 1, "points": 100, "solved": 1},
                              {"teamId": 2, "rank": 2, "points": 0, "solved": 0}]
    assert room.claims() == [(1, 1, sent, True)]
    record, told = race.sql("SELECT record, record_hash FROM room_claim WHERE room_id = %s", room.id)[0]
    assert str(sent).encode() in bytes(record) and hashlib.sha256(bytes(record)).digest() == bytes(told)
    assert race.outside.log("codeforces")[-1]["query"]["count"] == "20"


def kept(race, room, player):
    """What stands of the player's last press."""
    rows = race.sql("SELECT convert_from(value, 'UTF8')::json FROM cache WHERE key = %s", f"sync:{room.public}:{player.user}")
    return rows[0][0] if rows else None


def test_how_far_it_is_is_kept(race):
    """With the moment of the press, whatever has become of it since."""
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]])
    race.runner.stop()
    bob.press(room)
    assert ada.press(room).status == 202
    press = kept(race, room, ada)
    assert {k: press[k] for k in press if k != "createdAt"} == {"status": "queued", "position": 2}
    made = datetime.datetime.fromisoformat(press["createdAt"].replace("Z", "+00:00")).timestamp()
    assert abs(made - time.time()) < 20
    ada.sends()
    time.sleep(1)
    race.start_jobs()
    wait_until(lambda: kept(race, room, ada)["status"] == "detected", 20, "what came of it")
    assert kept(race, room, ada) == {"status": "detected", "position": 0, "createdAt": press["createdAt"]}
    wait_until(lambda: kept(race, room, bob)["status"] == "failed", 20, "and of the other")


def test_once_a_minute(race):
    ada = race.player()
    room = race.room([[ada]])
    assert ada.press(room).status == 202
    again = ada.press(room)
    assert again.status == 429 and 1 <= int(again.header("Retry-After")) <= 60
    assert again.json()["error"]["message"]
    other = race.room([[ada]])
    assert ada.press(other).status == 429, "of the player, not of the room"
    wait_until(lambda: ada.told("sync.failed"), 20, "the answer")
    ada.again()
    assert ada.press(room).status == 202


def test_who_may_press(race):
    ada, eve = race.player(), race.player()
    waits, over = race.room([[ada]], begin=600), race.room([[ada]], begin=-9000)
    room = race.room([[ada]], problems=["2100/A", "2100/B"], reveal=1200)
    closed = race.room([[ada]], is_open=False)
    race.sql("UPDATE room SET settled_at = now() WHERE id = %s", over.id)
    assert eve.press(room).status == 403
    assert eve.press(closed).status == 404
    assert ada.press(waits).status == 409
    assert ada.press(over).status == 409
    assert ada.press(room, "2100/B").status == 404, "it is not shown yet"
    assert ada.press(room, "9/Z").status == 404
    assert ada.browser.ask("/api/contests/sync", "POST", b'{"roomId": 7}', {
        "Content-Type": "application/json", "X-CSRF-Token": ada.csrf}).status == 422
    assert ada.browser.ask("/api/contests/sync", "POST", b"{}", {"Content-Type": "application/json"}).status == 403
    assert ada.press(room).status == 202, "none of these has started the cooldown"


def test_the_queue_is_told(race):
    players = [race.player() for _ in range(3)]
    room = race.room([[p] for p in players])
    race.runner.stop()
    for p in players:
        assert p.press(room).status == 202
    assert [p.told("sync.queued")[0][1]["position"] for p in players] == [1, 2, 3]
    players[0].again()
    assert players[0].press(room).status == 202
    assert players[0].told("sync.queued")[-1][1]["position"] == 1, "where it was before"
    race.start_jobs()
    for p in players:
        wait_until(lambda: p.told("sync.failed"), 30, "the answers")


# ---- the matrix --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent, expected", [
    (None, ("invalid", "no_submission")),
    ({"verdict": "WRONG_ANSWER"}, ("WA", "wrong_verdict")),
    ({"verdict": "COMPILATION_ERROR"}, ("WA", "wrong_verdict")),
    ({"ago": 700}, ("invalid", "solved_before")),
    ({"problem": "2100/B"}, ("invalid", "no_submission")),
    ({"problem": "2101/C", "name": "Problem of 2100/A"}, "sync.detected"),
    ({"problem": "2102/C", "name": "Problem of 2100/A"}, ("invalid", "no_submission")),
    ({"party": ["mallory"]}, ("invalid", "not_author")),
    ({"ago": -4000}, ("invalid", "too_late")),
])
def test_reasons(race, sent, expected):
    ada = race.player()
    room = race.room([[ada], [race.player()]])
    if sent is not None:
        ada.sends(**sent)
    assert reason(ada.sync(room)) == expected
    assert len(room.claims()) == (expected == "sync.detected")


def test_twins_in_one_room_count_for_themselves(race):
    ada = race.player()
    room = race.room([[ada]], problems=["2100/A", "2101/C"])
    race.sql("UPDATE room_problem SET name = 'Twin' WHERE room_id = %s", room.id)
    ada.sends(name="Twin")
    assert reason(ada.sync(room, "2101/C")) == ("invalid", "no_submission")
    assert reason(ada.sync(room)) == "sync.detected"
    ada.sends("2101/C", name="Twin")
    assert reason(ada.sync(room, "2101/C")) == "sync.detected"
    assert len(room.claims()) == 2


def test_before_the_reveal(race):
    ada = race.player()
    room = race.room([[ada]], problems=["2100/A", "2100/B"], reveal=300)
    ada.sends("2100/B", ago=400)
    assert reason(ada.sync(room, "2100/B")) == ("invalid", "too_early")
    ada.sends("2100/B", ago=200)
    assert reason(ada.sync(room, "2100/B")) == "sync.detected"


def test_a_party_of_several(race):
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]], lockout=False)
    ada.sends(party=["stranger", ada.handle, bob.handle])
    assert reason(ada.sync(room)) == "sync.detected"


def test_what_the_tracker_knows(race):
    ada = race.player()
    room = race.room([[ada]])
    race.sql("INSERT INTO cf_submission (member_id, id, at, problem, name, verdict) SELECT id, 5, now() - interval '1 year',"
             " '2099/C', 'Problem of 2100/A', 'OK' FROM member WHERE user_id = %s", ada.user)
    ada.sends()
    assert reason(ada.sync(room)) == ("invalid", "solved_before")


def test_what_the_tracker_learns_of_a_player_who_comes(race):
    """He has solved it so long ago that his last submissions do not tell."""
    ada, bob = race.player(), race.player()
    room = race.room([[ada]], begin=3)
    bob.sends(ago=90_000)
    for n in range(25):
        bob.sends(f"2000/{chr(65 + n)}", ago=80_000 - n)
    assert bob.browser.ask(f"/room/{room.public}/join", "POST", {"csrf": bob.browser.token()}).status == 303
    seen = "SELECT 1 FROM member WHERE user_id = %s AND synced_at IS NOT NULL"
    wait_until(lambda: race.sql(seen, bob.user), 20, "the tracker's look")
    wait_until(lambda: race.sql("SELECT 1 FROM room WHERE id = %s AND starts_at <= now()", room.id), 10, "the start")
    race.turn(room)
    bob.sends(ago=0)
    assert reason(bob.sync(room)) == ("invalid", "solved_before")


def test_already_claimed(race):
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]])
    ada.sends(ago=60)
    bob.sends(ago=50)
    assert reason(ada.sync(room)) == "sync.detected"
    assert reason(bob.sync(room)) == ("invalid", "already_claimed")
    assert reason(ada.sync(room)) == ("invalid", "already_claimed")
    shared = race.room([[ada], [bob]], lockout=False)
    assert reason(ada.sync(shared)) == "sync.detected"
    assert reason(bob.sync(shared)) == "sync.detected"
    assert reason(bob.sync(shared)) == ("invalid", "already_claimed")
    assert len(shared.claims()) == 2 and all(c[3] for c in shared.claims())


@pytest.mark.parametrize("waiting", [None, "TESTING", "SUBMITTED"])
def test_one_that_is_judged_is_waited_for_in_the_same_job(race, waiting):
    ada = race.player()
    room = race.room([[ada]])
    sent = ada.sends(verdict=waiting)
    assert ada.press(room).status == 202
    wait_until(lambda: race.calls() >= 2, 30, "a second look")
    assert not ada.told("sync.failed", "sync.detected")
    race.order("verdict", id=sent, verdict="OK")
    wait_until(lambda: ada.told("sync.detected"), 30, "the verdict")
    assert race.sql("SELECT attempt FROM job_done WHERE kind = 'cf_sync' ORDER BY done_at DESC LIMIT 1") == [(1,)]


@pytest.mark.parametrize("meanwhile, expected", [
    ("UPDATE member SET proved_at = NULL WHERE user_id = {user}", "handle_missing"),
    ("UPDATE member SET handle = handle || 'x' WHERE user_id = {user}", "handle_changed"),
    ("UPDATE room_player SET team = 2 WHERE user_id = {user}", "team_changed"),
    ("DELETE FROM room_player WHERE user_id = {user}", "not_a_player"),
    ("UPDATE room SET starts_at = now() - interval '2 h', ends_at = now() - interval '1 h', settled_at = now()"
     " WHERE id = {room}", "room_over"),
    ("UPDATE room SET off_why = 'rain' WHERE id = {room}", "room_over"),
    ("DELETE FROM room_problem WHERE room_id = {room}", "no_problem"),
])
def test_what_changed_between_press_and_check(race, meanwhile, expected):
    ada = race.player()
    room = race.room([[ada], [race.player()]])
    ada.sends()
    race.runner.stop()
    assert ada.press(room).status == 202
    race.sql(meanwhile.format(user=ada.user, room=room.id))
    race.start_jobs()
    wait_until(lambda: ada.told("sync.failed"), 30, "the answer")
    assert ada.told("sync.failed")[0][1]["reason"] == expected and not room.claims()
    assert race.calls() == 0, "nobody was asked"


def test_a_renamed_handle_is_followed(race):
    """Codeforces gives her another name between two syncs of the tracker."""
    ada = race.player()
    room = race.room([[ada]])
    new = f"{ada.handle}_x"
    race.order("rename", **{"from": ada.handle, "to": new})
    race.order("submit", handle=new, contest=2100, index="A", at=int(time.time()) - 30)
    assert reason(ada.sync(room)) == "sync.detected"
    assert race.sql("SELECT handle FROM member WHERE user_id = %s", ada.user) == [(ada.handle,)], "that is the tracker's to learn"


def test_handles(race):
    ada, bob = race.player(proved=False), race.player()
    room = race.room([[ada], [bob]])
    assert reason(ada.sync(room)) == ("invalid", "handle_missing")
    race.sql("UPDATE member SET handle = 'nobody_here' WHERE user_id = %s", bob.user)
    assert reason(bob.sync(room)) == ("invalid", "handle_unknown")


# ---- who has it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lockout", [True, False])
def test_any_order_of_presses_gives_the_same_board(race, lockout):
    """Equal seconds among them; the two rooms get the same presses in different order."""
    boards = []
    players = [race.player() for _ in range(4)]
    rooms = [race.room([[p] for p in players], problems=["2100/A", "2100/B"], lockout=lockout) for _ in range(2)]
    sent = [(p, problem) for problem in ("2100/A", "2100/B") for p in players]
    for i, (p, problem) in enumerate(sent):
        p.sends(problem, ago=100 - i // 3)
    for room in rooms:
        random.Random(room.id).shuffle(sent)
        for p, problem in sent:
            p.sync(room, problem)
        boards.append(race.events(room.scope, "room.board")[-1][1]["teams"])
    assert boards[0] == boards[1]
    claims = [sorted((t, o, c) for t, o, c, holds in r.claims() if holds) for r in rooms]
    assert claims[0] == claims[1] and len(claims[0]) == (2 if lockout else 8)


def test_who_was_earlier_takes_it_back(race):
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]])
    early, late = bob.sends(ago=90), ada.sends(ago=40)
    assert reason(ada.sync(room)) == "sync.detected" and room.holders() == {1: 1}
    assert reason(bob.sync(room)) == "sync.detected" and room.holders() == {1: 2}
    assert room.claims() == [(1, 1, late, False), (2, 1, early, True)], "the evidence of both is kept"


def test_two_at_the_same_time(race):
    """Equal seconds, presses at once, several workers: always the one with the smaller number."""
    for _ in range(4):
        ada, bob = race.player(), race.player()
        room = race.room([[ada], [bob]])
        at = int(time.time()) - 30
        first = race.order("submit", handle=bob.handle, contest=2100, index="A", at=at)["id"]
        race.order("submit", handle=ada.handle, contest=2100, index="A", at=at)
        for p in (ada, bob):
            p.csrf = p.browser.token()
        threads = [threading.Thread(target=p.press, args=(room,)) for p in (ada, bob)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        wait_until(lambda: all(p.told("sync.detected", "sync.failed") for p in (ada, bob)), 30, "both")
        assert room.holders() == {1: 2} and (2, 1, first, True) in room.claims()


def test_the_database_refuses(race):
    """What no program does: doubled, late and second claims."""
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]])
    for bad in ({"at": -1}, {"at": 3600}, {"lockout": False}):
        with pytest.raises(psycopg2.IntegrityError):
            room.claim(ada, **bad)
    room.claim(ada)
    for player, bad in ((ada, {"cf": 2}), (bob, {"cf": 2}), (ada, {"holds": False})):
        with pytest.raises(psycopg2.IntegrityError):
            room.claim(player, **bad)
    with pytest.raises(psycopg2.IntegrityError):
        race.sql("UPDATE room_claim SET record = 'another' WHERE room_id = %s", room.id)
    race.sql("UPDATE room SET off_why = 'over' WHERE id = %s", room.id)
    with pytest.raises(psycopg2.IntegrityError):
        room.claim(bob, cf=3, holds=False)


# ---- faults ------------------------------------------------------------------------------------------------------------


def test_codeforces_is_away(race):
    ada = race.player()
    room = race.room([[ada]])
    ada.sends()
    race.outside.order("codeforces", "http_500")
    assert ada.press(room).status == 202
    for attempt in range(3):
        wait_until(lambda: race.sql("SELECT 1 FROM job_later WHERE kind = 'cf_sync' AND attempt = %s", attempt + 1), 20, "a wait")
        wait = race.sql("SELECT extract(epoch FROM run_at - clock_timestamp())::float8 FROM job_later WHERE kind = 'cf_sync'")[0][0]
        assert wait < (5, 10, 20)[attempt] + 1.5
        race.sql("UPDATE job_later SET run_at = now() WHERE kind = 'cf_sync'")
    wait_until(lambda: ada.told("sync.failed"), 30, "the end")
    assert ada.told("sync.failed")[0][1] == {"roomId": room.public, "problemId": "2100/A", "verdict": "invalid",
                                             "reason": "cf_unavailable"}
    assert not room.claims()
    assert race.sql("SELECT 1 FROM job_done WHERE kind = 'cf_sync.missed'")
    race.sql("DELETE FROM job_dead")


def test_many_who_press_while_codeforces_is_away_are_told_as_soon(race):
    """As each alone: failures of others do not make anybody wait for longer."""
    players = [race.player() for _ in range(8)]
    room = race.room([[p] for p in players])
    race.outside.order("codeforces", "http_500")
    for p in players:
        assert p.press(room).status == 202
    for attempt in range(3):
        wait_until(lambda: len(race.sql("SELECT 1 FROM job_later WHERE kind = 'cf_sync' AND attempt = %s", attempt + 1)) == 8, 20,
                   "the waits")
        race.sql("UPDATE job_later SET run_at = now() WHERE kind = 'cf_sync'")
    wait_until(lambda: all(p.told("sync.failed") for p in players), 20, "the end")
    assert {p.told("sync.failed")[0][1]["reason"] for p in players} == {"cf_unavailable"}
    race.sql("DELETE FROM job_dead")


@pytest.mark.parametrize("mode", ["http_429", "codeforces_failed_limit"])
def test_codeforces_wants_to_be_left_alone(race, mode):
    ada = race.player()
    room = race.room([[ada]])
    ada.sends()
    race.outside.order("codeforces", mode)
    assert ada.press(room).status == 202
    wait_until(lambda: race.events(room.scope, "sync.paused"), 20, "the word of it")
    left, = race.sql("SELECT extract(epoch FROM paused_until - now())::float8 FROM job_queue WHERE name = 'cf_sync'")[0]
    assert 20 < left <= 121
    assert "Codeforces is resting until" in ada.browser.ask(f"/room/{room.public}").text
    race.outside.calm()
    wait_until(lambda: race.sql("SELECT 1 FROM job_later WHERE kind = 'cf_sync'"), 20, "the wait")
    race.sql("DELETE FROM bucket")
    race.sql("UPDATE job_queue SET paused_until = NULL WHERE name = 'cf_sync'")
    race.sql("UPDATE job_later SET run_at = now() WHERE kind = 'cf_sync'")
    wait_until(lambda: ada.told("sync.detected"), 30, "the claim")


def test_rest_that_others_have_caused_is_told_too(race):
    """The tracker, or whoever else asks Codeforces, was told to leave it alone."""
    ada = race.player()
    room = race.room([[ada]])
    race.sql("INSERT INTO bucket (name, free_at, taken, wait_us) SELECT name, now() + interval '20 s', false, 0"
             " FROM unnest(ARRAY['codeforces', 'codeforces.rest']) AS name")
    assert "Codeforces is resting until" in ada.browser.ask(f"/room/{room.public}").text
    assert ada.press(room).status == 202
    (_, told), = race.events(room.scope, "sync.paused")
    assert told["roomId"] == room.public and told["until"] > datetime.datetime.utcnow().isoformat()
    race.sql("DELETE FROM bucket")
    assert "resting" not in ada.browser.ask(f"/room/{room.public}").text


@pytest.mark.parametrize("mode", ["truncated", "html200", "cut", "not_json"])
def test_half_an_answer_is_none(race, mode):
    ada = race.player()
    room = race.room([[ada]])
    ada.sends()
    race.outside.order("codeforces", mode)
    assert ada.press(room).status == 202
    wait_until(lambda: race.sql("SELECT 1 FROM job_later WHERE kind = 'cf_sync'"), 30, "the repeat")
    assert not room.claims()
    race.outside.calm()
    race.sql("UPDATE job_later SET run_at = now() WHERE kind = 'cf_sync'")
    wait_until(lambda: ada.told("sync.detected"), 30, "the claim")


@pytest.mark.parametrize("step", [0, 0.02, 0.05, 0.1, 0.2, 0.35])
def test_a_worker_that_is_killed(race, step):
    """At any step: the claim is made once, and its events are told once."""
    players = [race.player() for _ in range(4)]
    room = race.room([[p] for p in players], lockout=False)
    race.order("settings", latency_ms=60)
    for p in players:
        p.sends()
        p.csrf = p.browser.token()
    for p in players:
        assert p.press(room).status == 202
    time.sleep(step)
    for pid in sorted(race.runner.children())[1:]:  # the first is the steward
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    for p in players:
        wait_until(lambda: p.told("sync.detected"), 60, "the claims")
    assert sorted((t, h) for t, _, _, h in room.claims()) == [(i, True) for i in range(1, 5)]
    wait_until(lambda: not race.sql("SELECT 1 FROM job WHERE kind = 'cf_sync'"), 30, "an empty queue")
    for p in players:
        assert len(p.told("sync.detected")) == 1 and not p.told("sync.failed")


def test_what_a_killed_worker_asked_keeps_nobody_waiting(race):
    """Whoever asks the same later does not wait for an answer that nobody brings any more."""
    ada = race.player()
    room = race.room([[ada]], problems=["2100/A", "2100/B"])
    ada.sends(), ada.sends("2100/B")
    race.order("settings", latency_ms=3000)
    assert ada.press(room).status == 202
    wait_until(lambda: race.sql("SELECT 1 FROM cache_lock WHERE name LIKE 'cf:%%'"), 20, "the question")
    for pid in sorted(race.runner.children())[1:]:  # the first is the steward
        os.kill(pid, signal.SIGKILL)
    race.order("settings", latency_ms=0)
    wait_until(lambda: ada.told("sync.detected"), 40, "what became of the first")
    assert reason(ada.sync(room, "2100/B", seconds=10)) == "sync.detected"


# ---- its moments -------------------------------------------------------------------------------------------------------


def test_it_ends_though_nobody_looks(race):
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]], begin=-300, length=302, grace=1)
    ada.sends(ago=100)
    race.turn(room)
    assert reason(ada.sync(room)) == "sync.detected"
    wait_until(lambda: race.sql("SELECT 1 FROM room WHERE id = %s AND settled_at IS NOT NULL", room.id), 30, "its end")
    assert race.sql("SELECT winner_team, settled_at >= ends_at + interval '1 s', settled_at < ends_at + interval '6 s' FROM room"
                    " WHERE id = %s", room.id) == [(1, True, True)]
    assert [p["state"] for _, p in race.events(room.scope, "room.state")][-1] == "over"
    assert race.sql("SELECT old_rating, new_rating FROM room_rating_change c JOIN room_player p ON p.id = c.player_id"
                    " WHERE p.room_id = %s ORDER BY p.team", room.id) == [(1500, 1516), (1500, 1484)]
    assert race.sql("SELECT rating, n_rooms FROM room_rating WHERE user_id = %s", ada.user) == [(1516, 1)]
    race.turn(room)
    assert race.sql("SELECT n_rooms FROM room_rating WHERE user_id = %s", ada.user) == [(1,)], "once"


def test_grace(race):
    """After the end, what was sent in before it still counts; what comes later does not."""
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]], begin=-3620, problems=["2100/A", "2100/B"])
    ada.sends(ago=40)
    bob.sends("2100/B", ago=5)
    assert reason(ada.sync(room)) == "sync.detected"
    assert reason(bob.sync(room, "2100/B")) == ("invalid", "too_late")


def test_what_is_still_asked_is_waited_for(race):
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]], begin=-3600, length=3602, grace=1)
    ada.sends()
    race.turn(room)
    race.order("settings", latency_ms=6000)
    assert ada.press(room).status == 202
    wait_until(lambda: race.sql("SELECT 1 FROM room WHERE id = %s AND ends_at + interval '2 s' < now()", room.id), 20, "its end")
    if not ada.told("sync.detected"):
        assert race.sql("SELECT settled_at FROM room WHERE id = %s", room.id) == [(None,)]
    wait_until(lambda: race.sql("SELECT 1 FROM room WHERE id = %s AND settled_at IS NOT NULL", room.id), 30, "its end")
    assert room.holders() == {1: 1}


def test_a_lost_job_is_made_again(race):
    """A database that was put back may have a room without the job that looks after it."""
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]], begin=-400, length=300, grace=0)
    race.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'room.tend', '{}' FROM job_queue WHERE name = 'room'")
    wait_until(lambda: race.sql("SELECT 1 FROM room WHERE id = %s AND settled_at IS NOT NULL", room.id), 30, "its end")
    assert not race.sql("SELECT 1 FROM room_rating_change c JOIN room_player p ON p.id = c.player_id WHERE p.room_id = %s", room.id)
