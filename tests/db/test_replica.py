"""A primary and streaming replicas: lag, loss, reading one's own writes."""

import os
import signal
import time

import pytest
from lab.postgres import Postgres
from lab.process import wait_until


def make_replica(server, folder, name, **settings):
    return Postgres(folder / name, settings={"cluster_name": name, **settings}).basebackup_of(server).start()


@pytest.fixture()
def replica(server, folder):
    made = make_replica(server, folder, "near")
    yield made
    made.stop("immediate")


def caught_up(server, replica):
    lsn = server.execute("d", "SELECT pg_current_wal_lsn()")[0][0]
    wait_until(lambda: replica.execute("d", "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", lsn)[0][0], 10,
               "the replica")


def server_of(p):
    return p("things_near")[1]


def test_reads_go_round_and_writes_do_not(server, replica, folder, probe):
    other = make_replica(server, folder, "other")
    try:
        p = probe(server.conninfo("d"), POSTGRES_READ_DB=f"{replica.conninfo('d')}, {other.conninfo('d')}")
        caught_up(server, other)
        assert [server_of(p) for _ in range(6)].count("near") == 3
        assert {server_of(p) for _ in range(6)} == {"near", "other"}
        assert p("session")[10] == "primary"  # not marked :replica
        p("begin")
        assert server_of(p) == "primary"
        p("rollback")
        assert server_of(p) in ("near", "other")
        assert p("ahead", "things_near")[1] == "primary", "what was read already is not read again"
        assert server_of(p) in ("near", "other")
        assert p("health") == ["1", "2", "2"]
    finally:
        other.stop("immediate")


def test_one_that_is_down_is_skipped_and_taken_back(server, replica, probe):
    p = probe(server.conninfo("d"), POSTGRES_READ_DB=f"host=/nonexistent dbname=d,{replica.conninfo('d')}")
    assert [server_of(p) for _ in range(4)] == ["near"] * 4
    assert p("health") == ["1", "2", "1"]
    replica.stop("immediate")
    assert [server_of(p) for _ in range(4)] == ["primary"] * 4
    assert p("health") == ["1", "2", "0"]
    replica.start()
    wait_until(lambda: server_of(p) == "near", 10, "the replica is used again", every=0.2)
    assert "event=db.replica_down" in p.log() and "event=db.replica_up" in p.log()


def test_lost_in_the_middle_of_a_read(server, replica, probe):
    p = probe(server.conninfo("d"), POSTGRES_READ_DB=replica.conninfo("d"))
    assert server_of(p) == "near"
    replica.restart("immediate")
    for _ in range(50):
        assert server_of(p) in ("near", "primary")  # never an error


def test_one_that_hangs_costs_a_second_once(server, replica, probe):
    p = probe(server.conninfo("d"), POSTGRES_READ_DB=replica.conninfo("d"))
    assert server_of(p) == "near"
    time.sleep(1.1)  # so that the next read asks how it is
    backends = [row[0] for row in replica.execute("d", "SELECT pid FROM pg_stat_activity "
                                                       "WHERE application_name = 'podium-probe'")]
    os.kill(replica.pid(), signal.SIGSTOP)
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert [server_of(p) for _ in range(20)] == ["primary"] * 20
        assert time.monotonic() - started < 2.5
    finally:
        for pid in (*backends, replica.pid()):
            os.kill(pid, signal.SIGCONT)


def test_a_replica_that_lags_is_skipped(server, folder, probe):
    late = make_replica(server, folder, "late", recovery_min_apply_delay="6s")
    try:
        p = probe(server.conninfo("d"), POSTGRES_READ_DB=late.conninfo("d"), REPLICA_MAX_LAG_MS=1500)
        server.execute("d", "INSERT INTO thing VALUES (1, 'x')")
        time.sleep(2.2)
        assert p("things_near") == ["1", "primary"]
        assert p("health") == ["1", "1", "0"]
        wait_until(lambda: server_of(p) == "late", 15, "the replica has caught up", every=0.2)
        assert p("things_near") == ["1", "late"]
    finally:
        late.stop("immediate")


def test_reading_ones_own_writes(server, folder, probe):
    late = make_replica(server, folder, "late", recovery_min_apply_delay="3s")
    try:
        keys = {"POSTGRES_READ_DB": late.conninfo("d"), "REPLICA_MAX_LAG_MS": 60000}
        caught_up(server, late)
        writer = probe(server.conninfo("d"), **keys)
        stranger = probe(server.conninfo("d"), **keys)
        assert writer("position") == ["0"]
        assert writer("things_near") == stranger("things_near") == ["0", "late"]
        writer("put", 1, "mine")
        assert writer("things_near") == ["1", "primary"]  # at once, in the same request
        position = writer("position")[0]
        assert int(position) > 0
        assert stranger("things_near") == ["0", "late"]  # others do not mind
        stranger("see", position)  # the writer's next request, in another process
        assert stranger("things_near") == ["1", "primary"]
        assert stranger("position") == ["0"]
        stranger("see", 0)  # and somebody else's request after that
        assert stranger("things_near") == ["0", "late"]
        stranger("see", position)
        wait_until(lambda: server_of(stranger) == "late", 10, "the replica has the write", every=0.05)
        assert stranger("things_near") == ["1", "late"]
        # A transaction counts when it is committed, not when it is rolled back.
        writer("see", 0)
        writer("begin")
        writer("put", 2, "never")
        writer("rollback")
        assert writer("position") == ["0"]
        writer("begin")
        writer("put", 2, "mine too")
        writer("commit")
        assert int(writer("position")[0]) > int(position)
        assert writer("things_near") == ["2", "primary"]
    finally:
        late.stop("immediate")


def test_without_the_primary_replicas_still_answer(server, replica, probe):
    p = probe(server.conninfo("d"), POSTGRES_READ_DB=replica.conninfo("d"))
    assert server_of(p) == "near"
    server.stop("fast")
    for _ in range(3):
        assert server_of(p) == "near"
        time.sleep(0.6)
    assert p.error("things").kind == "temporary"
    assert p("health") == ["0", "1", "1"]
    server.start()


def test_a_new_primary_is_found(server, replica, probe):
    """Several hosts in one connection string; after a failover the one that accepts writes is taken."""
    both = (f"host={server.run},{replica.run} port={server.port},{replica.port} dbname=d user=postgres")
    p = probe(both)
    p("put", 1, "on the old one")
    caught_up(server, replica)
    server.stop("fast")
    replica.execute("d", "SELECT pg_promote(true, 10)")

    def written():
        try:
            p("put", 2, "on the new one")
            return True
        except Exception as e:
            assert e.kind == "temporary"
            return False
    wait_until(written, 10, "a write on the new primary")
    assert p("session")[10] == "near"
    assert p("things") == ["2"]
