"""podium member: lists taken in as somebody could from the page, and everybody asked for at Codeforces."""

import pytest

LIST = "name,email,handle,group\nAda,ada@example.org,ada_w,Seniors\nBo,bo@example.org,bo_b,\n"


@pytest.fixture()
def club(podium, postgres, database):
    for name, role in (("olga", "admin"), ("cora", "coach"), ("cleo", "coach")):
        podium.cli("user", "create", f"{name}@example.org", name.title(), role, text_input="a password of mine\n")
    postgres.execute(database, "INSERT INTO member_group (name) VALUES ('Seniors')")
    postgres.execute(database, "INSERT INTO member_coach (group_id, user_id) SELECT g.id, u.id FROM member_group g, app_user u"
                     " WHERE u.email = 'cora@example.org'")
    return podium


def take(club, folder, text, by, check=True):
    path = folder / "list.csv"
    path.write_text(text)
    return club.cli("member", "import", path, "--by", f"{by}@example.org", check=check)


def test_a_list_goes_in_and_is_listed(club, folder):
    assert take(club, folder, LIST, "olga").stdout == "2 added, 0 changed, 0 lines could not be taken\n"
    assert take(club, folder, LIST, "olga").stdout == "0 added, 2 changed, 0 lines could not be taken\n"
    lines = club.cli("member", "list").stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["ada_w", "bo_b"] and "Ada (handle not proved)" in lines[0]


def test_a_coach_fills_the_own_groups_only(club, folder):
    done = take(club, folder, LIST, "cora", check=False)
    assert done.returncode == 1 and done.stdout == "1 added, 0 changed, 1 lines could not be taken\n"
    assert "names no group of yours" in done.stderr and "1 of 2 lines were left out" in done.stderr
    done = take(club, folder, LIST, "cleo", check=False)
    assert done.returncode == 1 and "coaches nobody" in done.stderr


@pytest.mark.parametrize("words, says", [
    (["import", "/nowhere", "--by", "olga@example.org"], "/nowhere"), (["import", "/dev/null"], "--by names the account"),
    (["import", "/dev/null", "--by", "x@example.org"], "no account of x@example.org"),
    (["import", "/dev/null", "--by", "olga@example.org"], "not a file")])
def test_what_is_refused(club, words, says):
    done = club.cli("member", *words, check=False)
    assert done.returncode == 1 and says in done.stderr


def test_everybody_is_asked_for_once(club, folder, postgres, database):
    take(club, folder, LIST, "olga")
    for _ in range(2):
        assert club.cli("member", "sync").stdout == "2 of 2 members are asked for at Codeforces\n"
    assert postgres.execute(database, "SELECT count(*) FROM job WHERE kind = 'member.sync'") == [(2,)]
