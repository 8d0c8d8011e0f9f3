"""What a session says of its account is what the account says, whoever was first."""

import concurrent.futures
import contextlib

import pytest

from lab.process import wait_until

SAYS = "SELECT email, name, roles, platforms, disabled FROM"
START = ("INSERT INTO session (token_hash, user_id, expires_at, roles) SELECT sha256(gen_random_uuid()::text::bytea), id,"
         " now() + interval '1 hour', 31 FROM app_user")


@pytest.fixture()
def house(postgres, database):
    postgres.execute(database, "INSERT INTO app_user (email, name, roles) VALUES ('ada@example.org', 'Ada', 17)")

    class House:
        @staticmethod
        def do(sql):
            return postgres.execute(database, sql)

        @staticmethod
        def other():
            """A connection of its own, for what happens at the same time."""
            return contextlib.closing(postgres.connect(database))

        def agree(self):
            sessions, account = self.do(f"{SAYS} session"), self.do(f"{SAYS} app_user")
            assert sessions == account * len(sessions) != [], (sessions, account)
            return account[0]
    return House()


@pytest.mark.parametrize("change", ["email = 'eva@example.org'", "name = 'Eva'", "roles = 1", "platforms = 5",
                                    "disabled = true"])
def test_a_change_of_the_account_is_one_of_its_sessions(house, change):
    for _ in range(2):
        house.do(START)
    before = house.agree()
    house.do(f"UPDATE app_user SET {change}")
    assert house.agree() != before


def test_nobody_gives_a_session_what_the_account_has_not(house):
    house.do(START)
    house.do("UPDATE session SET roles = 31, name = 'Root', disabled = true")
    assert house.agree() == ("ada@example.org", "Ada", 17, 0, False)


@pytest.mark.parametrize("first, second", [(START, "UPDATE app_user SET roles = 1"), ("UPDATE app_user SET roles = 1", START)])
def test_a_sign_in_and_a_change_at_once(house, first, second):
    with house.other() as a, house.other() as b, concurrent.futures.ThreadPoolExecutor(1) as pool:
        mine, theirs = a.cursor(), b.cursor()
        mine.execute("BEGIN")
        mine.execute(first)
        ends = pool.submit(theirs.execute, second)
        wait_until(lambda: house.do("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"),
                   10, "the one who waits for the other")
        mine.execute("COMMIT")
        ends.result(timeout=10)
    assert house.agree()[2] == 1


def test_one_account_signs_in_many_times_at_once(house):
    """Also none of them is in the way of what the sign-in then notes at the account."""
    def sign_in(_):
        with house.other() as connection, connection.cursor() as cursor:
            for _ in range(10):
                cursor.execute(f"BEGIN; {START}; UPDATE app_user SET signed_in_at = now(); COMMIT")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(sign_in, range(4)))
    house.agree()
    assert house.do("SELECT count(*) FROM session") == [(40,)]
