"""Behind PgBouncer in transaction mode (1.18 knows nothing of prepared statements)."""

import concurrent.futures
import time

import pytest
from lab.podium import Podium
from lab.pooler import Pooler
from lab.process import wait_until


@pytest.fixture(params=[{}, {"ignore_startup_parameters": "options,extra_float_digits"}],
                ids=["refuses-options", "ignores-options"])
def pooler(server, folder, request):
    made = Pooler(folder / "b", server, **request.param).start()
    yield made
    made.stop()


def test_statements_and_transactions(pooler, probe):
    p = probe(pooler.conninfo())
    p("put", 1, "one")
    p("put", 2, "two")
    p("begin")
    p("put", 3, "three")
    assert p("things") == ["3"]
    p("rollback")
    assert p("things") == ["2"]
    assert p.error("put", 1, "again").kind == "conflict"
    assert p("things") == ["2"]
    session = p("session")
    assert session[1] == "UTC" and session[5] == "podium-probe"
    assert "event=db.pooled" in p.log()


def test_nothing_is_left_in_the_servers_sessions(pooler, server, probe):
    p = probe(pooler.conninfo())
    for _ in range(5):
        p("things")
        p("session_pinned")
        p("session_long")
    assert p("prepared") == ["0"]
    assert p("session_pinned")[0] == "force_generic_plan"  # for its transaction only
    plan, seqscan = p("session")[6:8]
    assert plan == server.execute("d", "SHOW plan_cache_mode")[0][0] and seqscan == "on"


def test_many_clients_share_two_sessions(pooler, server, probe):
    probes = [probe(pooler.conninfo()) for _ in range(8)]

    def work(i):
        for k in range(20):
            probes[i]("put", i * 100 + k, "x")
            probes[i]("echo_text", "abc")
        return probes[i]("things")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert probes[0]("things") == ["160"]
    server.forget("d")
    sessions = server.execute("d", "SELECT count(*) FROM pg_stat_activity WHERE datname = 'd' "
                                   "AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
    assert sessions[0][0] <= 2


def test_the_server_is_restarted_behind_it(pooler, server, probe):
    p = probe(pooler.conninfo())
    p("put", 1, "before")
    server.restart("fast")

    def written():
        try:
            p("put", 2, "after")
            return True
        except Exception as e:
            assert e.kind == "temporary", e
            time.sleep(0.1)
            return False
    wait_until(written, 20, "a write after the restart")
    assert p("things") == ["2"]


def test_the_listener_stays_off(pooler, probe):
    p = probe(pooler.conninfo())
    p("listen", "podium_test")
    assert p("hint", 500) == ["0"]
    assert "event=db.listener" in p.log()


def test_migrating_through_it(pooler, server, folder):
    done = Podium(folder / "p", pooler.conninfo()).cli("migrate")
    assert "applied" in done.stdout
    assert Podium(folder / "q", pooler.conninfo()).cli("migrate").stdout == "the schema is up to date\n"
    assert Podium(folder / "q", pooler.conninfo()).cli("migrate", "--check").returncode == 0
    assert server.execute("d", "SELECT count(*) > 0 FROM migration") == [(True,)]


def test_session_mode_works_too(server, folder, probe):
    pooler = Pooler(folder / "b", server, pool_mode="session", server_reset_query="DISCARD ALL").start()
    try:
        p = probe(pooler.conninfo())
        p("put", 1, "one")
        assert p("things") == ["1"]
    finally:
        pooler.stop()
