"""Servers that go away, hang, and come back; roles; two migrators at once."""

import concurrent.futures
import os
import signal
import subprocess
import time

import psycopg2
import pytest
from lab.podium import BUILD, Podium
from lab.process import TOP


def try_until_ok(p, *words, seconds=15):
    end = time.monotonic() + seconds
    while True:
        try:
            return p(*words)
        except Exception as e:
            assert getattr(e, "kind", None) == "temporary", e
            assert time.monotonic() < end, e
            time.sleep(0.05)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_restart_between_statements_is_not_seen(server, probe, mode):
    p = probe(server.conninfo("d"))
    p("put", 1, "before")
    server.restart(mode)
    p("put", 2, "after")  # no error although the session is gone
    server.restart(mode)
    p("begin")
    p("put", 3, "in a transaction")
    p("commit")
    assert p("things") == ["3"]


def test_server_that_is_down_is_temporary_and_comes_back(server, probe):
    p = probe(server.conninfo("d"))
    p("put", 1, "before")
    server.stop()
    started = time.monotonic()
    for _ in range(20):
        assert p.error("things").kind == "temporary"
    assert time.monotonic() - started < 2
    assert p("health") == ["0", "0", "0"]
    server.start()
    assert try_until_ok(p, "things", seconds=3) == ["1"]
    assert p("health") == ["1", "0", "0"]
    assert "event=db.away" in p.log() and "event=db.back" in p.log()


def test_restart_inside_a_transaction_loses_all_of_it(server, probe):
    p = probe(server.conninfo("d"))
    p("begin")
    p("put", 1, "lost")
    server.restart("fast")
    assert p.error("put", 2, "lost too").kind == "temporary"
    assert p.error("commit").kind == "temporary"
    assert p("things") == ["0"]


def test_write_in_flight_is_not_repeated(server, probe):
    p = probe(server.conninfo("d"))
    p("things")
    server.execute("d", "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                        "$$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$")
    server.execute("d", "CREATE TRIGGER slow BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION slow()")
    p.send("put", 1, "once or never")
    time.sleep(0.3)
    for row in server.execute("d", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT%%'"):
        assert row == (True,)
    with pytest.raises(Exception) as e:
        p.receive()
    assert e.value.kind == "temporary"
    assert p("things") == ["0"]


def test_server_that_hangs_is_given_up(server, probe):
    p = probe(server.conninfo("d"))
    backend = int(p("session")[0])
    os.kill(backend, signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert p.error("things").kind == "temporary"
        assert 8 < time.monotonic() - started < 12
        assert p("things") == ["0"]  # over a new connection
    finally:
        os.kill(backend, signal.SIGCONT)


def test_server_that_accepts_and_says_nothing(folder, probe):
    import socket
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(folder / ".s.PGSQL.5432"))
        s.listen(8)
        p = probe(f"host={folder} dbname=d user=x")
        started = time.monotonic()
        assert p.error("things").kind == "temporary"
        assert 2.5 < time.monotonic() - started < 4


def test_too_many_clients(server, probe):
    server.execute("d", "CREATE ROLE few LOGIN CONNECTION LIMIT 1")
    server.execute("d", "GRANT ALL ON thing TO few")
    one = probe(server.conninfo("d", "few"))
    one("things")
    other = probe(server.conninfo("d", "few"))
    assert other.error("things").kind == "temporary"
    one.send("begin")  # still alive
    one.receive()


def test_two_migrators_at_once(postgres, folder):
    name = postgres.create_database("template0", "podium_owner")
    made = Podium(folder / "p", postgres.conninfo(name, "podium_owner"))
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: made.cli("migrate", check=False), range(6)))
    applied = [d.stdout for d in done if "applied" in d.stdout]
    assert all(d.returncode == 0 for d in done), [d.stderr for d in done]
    total = sum(int(text.split()[0]) for text in applied)
    files = len(list((BUILD.parent.parent / "sql/schema").glob("*.sql")))
    assert total == files == len(postgres.execute(name, "SELECT name FROM migration"))
    assert made.cli("migrate", "--check").stdout == "the schema is up to date\n"
    postgres.drop_database(name)


def test_migrator_waits_for_the_lock(postgres, folder):
    name = postgres.create_database("template0", "podium_owner")
    made = Podium(folder / "p", postgres.conninfo(name, "podium_owner"))
    holder = postgres.connect(name)
    holder.autocommit = False
    with holder.cursor() as c:
        c.execute("SELECT pg_advisory_xact_lock(7105110010)")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            future = pool.submit(made.cli, "migrate")
            time.sleep(5)  # longer than the lock_timeout of ordinary statements
            assert not future.done()
            holder.rollback()
            assert "applied" in future.result(30).stdout
    holder.close()
    postgres.drop_database(name)


def test_check_names_what_is_wrong(postgres, folder):
    name = postgres.create_database("template0", "podium_owner")
    made = Podium(folder / "p", postgres.conninfo(name, "podium_owner"))
    done = made.cli("migrate", "--check", check=False)
    assert done.returncode == 1 and "the database is empty" in done.stderr
    made.cli("migrate")
    files = [row[0] for row in postgres.execute(name, "SELECT name FROM migration ORDER BY 1")]
    assert files[0] == "0001_base.sql"
    lost = max(f for f in files if "CREATE TABLE" in (TOP / "sql/schema" / f).read_text())
    postgres.execute(name, "DELETE FROM migration WHERE name >= %s", lost)
    done = made.cli("migrate", "--check", check=False)
    assert done.returncode == 1 and f"lacks {lost}" in done.stderr
    done = made.cli("migrate", check=False)  # its tables exist: the file fails and names itself
    assert done.returncode == 1 and lost in done.stderr
    assert postgres.execute(name, "SELECT count(*) FROM migration") == [(files.index(lost),)]
    postgres.execute(name, "UPDATE migration SET checksum = 'x' WHERE name = '0001_base.sql'")
    done = made.cli("migrate", check=False)
    assert done.returncode == 1 and "0001_base.sql is not the text" in done.stderr
    postgres.execute(name, "DELETE FROM migration WHERE checksum = 'x'")
    postgres.execute(name, "INSERT INTO migration VALUES ('9999_future.sql', 'x')")
    done = made.cli("migrate", "--check", check=False)
    assert done.returncode == 1 and "9999_future.sql, which this program does not know" in done.stderr
    postgres.drop_database(name)


def test_checksum_is_that_of_the_file(postgres, database):
    import hashlib
    for path in sorted((BUILD.parent.parent / "sql/schema").glob("*.sql")):
        rows = postgres.execute(database, "SELECT checksum FROM migration WHERE name = %s", path.name)
        assert rows == [(hashlib.sha256(path.read_bytes()).hexdigest(),)], path


def test_without_the_right_to_create_roles(server, folder):
    server.execute("postgres", "CREATE ROLE hosted LOGIN")
    server.execute("postgres", "CREATE DATABASE shared OWNER hosted")
    made = Podium(folder / "p", server.conninfo("shared", "hosted"))
    done = made.cli("migrate")
    assert "applied" in done.stdout
    assert not server.execute("shared", "SELECT FROM pg_roles WHERE rolname LIKE 'podium%%'")
    assert made.cli("migrate", "--check").returncode == 0


DDL = ["CREATE TABLE x (a int)", "DROP TABLE job", "ALTER TABLE job ADD x int", "TRUNCATE job",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE ROLE x",
       "UPDATE migration SET name = 'x'", "DELETE FROM migration"]


@pytest.mark.parametrize("role", ["podium_web", "podium_job"])
def test_roles_cannot_change_the_schema(postgres, database, role):
    c = postgres.connect(database, role)
    with c.cursor() as cursor:
        for sql in DDL:
            with pytest.raises(psycopg2.Error) as e:
                cursor.execute(sql)
            assert e.value.pgcode == "42501", f"{role} could {sql}: {e.value}"
        cursor.execute("SELECT count(*) FROM migration")
        assert cursor.fetchone()[0] > 0
    c.close()


@pytest.mark.parametrize("role", ["podium_web", "podium_job"])
def test_roles_have_deadlines_of_their_own(postgres, role):
    c = postgres.connect("podium_template", role)
    with c.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
                       "current_setting('idle_in_transaction_session_timeout')")
        assert cursor.fetchone() == ("8s", "4s", "20s")
    c.close()


def test_roles_that_exist_and_are_somebody_elses(server, folder):
    """A hosted owner without CREATEROLE, but the provider has made the roles: they get their grants."""
    for role in ("hosted", "podium_web", "podium_job"):
        server.execute("postgres", f"CREATE ROLE {role} LOGIN")
    server.execute("postgres", "CREATE DATABASE shared OWNER hosted")
    Podium(folder / "p", server.conninfo("shared", "hosted")).cli("migrate")
    assert server.execute("shared", "SELECT has_table_privilege('podium_web', 'migration', 'SELECT'), "
                                    "has_table_privilege('podium_web', 'migration', 'INSERT')") == [(True, False)]


def test_web_cannot_read_payloads_of_jobs(postgres, database):
    c = postgres.connect(database, "podium_web")
    with c.cursor() as cursor:
        for sql in ("SELECT payload FROM job", "SELECT * FROM job", "DELETE FROM job", "SELECT payload FROM job_dead"):
            with pytest.raises(psycopg2.Error) as e:
                cursor.execute(sql)
            assert e.value.pgcode == "42501", sql
    c.close()
    c = postgres.connect(database, "podium_job")
    with c.cursor() as cursor:
        cursor.execute("SELECT payload FROM job")
    c.close()


def test_doctor(postgres, database, folder):
    made = Podium(folder / "p", postgres.conninfo(database, "podium_owner"), PAGE_DIR="")
    done = made.cli("doctor", "--quick")
    assert done.returncode == 0 and "0 broken" in done.stdout, done.stdout
    assert "not used: PostgreSQL does its work" in done.stdout
    made.set(VALKEY_URI="unix:///nonexistent")
    done = made.cli("doctor", "--quick")
    assert done.returncode == 0 and "Valkey does not answer" in done.stdout
    made.set(WAKE_DIR="/nonexistent", VALKEY_URI="")
    done = made.cli("doctor", "--quick", check=False)
    assert done.returncode == 1 and "WAKE_DIR: /nonexistent cannot be written" in done.stdout
    made.set(WAKE_DIR=made.run, POSTGRES_DB="host=/nonexistent password=geheim dbname=x")
    done = made.cli("doctor", "--quick", check=False)
    assert done.returncode == 1 and "the primary does not answer" in done.stdout
    assert "geheim" not in done.stdout + done.stderr
    made.set(POSTGRES_DB="host geheim")
    done = made.cli("doctor", "--quick", check=False)
    assert done.returncode == 1 and "POSTGRES_DB: the connection string of the primary cannot be read" in done.stdout
    done = made.cli("migrate", "--check", check=False)
    assert done.returncode == 1 and "POSTGRES_DB: the connection string" in done.stderr
    assert "geheim" not in done.stdout + done.stderr


def test_doctor_judges_the_proxies(postgres, database, folder):
    made = Podium(folder / "p", postgres.conninfo(database, "podium_owner"), PAGE_DIR="", PASSWORD_COST=12, ENV="production")

    def said(trusted):
        made.set(TRUST_PROXY=trusted)
        done = made.cli("doctor", "--quick", check=False)
        lines = done.stdout.splitlines()
        at = next(i for i, line in enumerate(lines) if line.split()[1:2] == ["proxy"])
        return " ".join(" ".join(lines[at:at + 2]).split())

    def act(person, address):
        postgres.execute(database, "INSERT INTO audit_new (actor_id, action, object, detail, address)"
                         f" VALUES ({person}, 'key.rotate', '', '{{}}', '{address}')")
    assert said("").startswith("ok proxy TRUST_PROXY is empty")
    assert said("10.0.0.0/8, ::1").startswith("ok proxy X-Forwarded-For is believed from 10.0.0.0/8, ::1")
    for everybody in ("0.0.0.0/0", "0.0.0.0/1, 128.0.0.0/1", "::/0"):
        assert said(everybody).startswith("weak proxy TRUST_PROXY believes everybody"), everybody
    assert said("10.0.0.0/33").startswith("broken proxy podium-web does not start: TRUST_PROXY")
    act(0, "192.0.2.1")
    act(7, "127.0.0.1")
    assert said("").startswith("ok proxy"), "one person may sit at the machine"
    act(8, "127.0.0.1")
    assert "all of the last 2 people came from 127.0.0.1" in said("") and "TRUST_PROXY names the proxy" in said("")
    assert "have the proxy on this host send X-Forwarded-For" in said("127.0.0.1")
    made.set(ENV="development")
    assert said("").startswith("ok proxy"), "everybody is on this machine"
    made.set(ENV="production")
    act(9, "192.0.2.1")
    assert said("").startswith("ok proxy")


def test_usage():
    podium = str(BUILD / "podium")
    shown = subprocess.run([podium, "--help"], stdout=subprocess.PIPE, text=True)
    assert shown.returncode == 0 and "migrate [--check]" in shown.stdout and "doctor" in shown.stdout
    for words in ([], ["nonsense"], ["migrate", "nonsense"], ["doctor", "x"]):
        done = subprocess.run([podium, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2 and done.stderr, words
