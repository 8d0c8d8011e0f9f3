"""The operators' page of judges: machines, what waits, and where the judge failed. Web processes may read no more than
sql/role.sql says."""

import pathlib
import re
import tempfile

import pytest

from lab.client import ADMIN, Browser, check_markup
from lab.judge import Judge
from lab.podium import Podium


@pytest.fixture(scope="module")
def house(postgres, lab_folder):
    name = postgres.create_database("podium_template", "podium_owner")
    made = Podium(pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder)), postgres.conninfo(name, "podium_owner"))
    made.cli("init")
    made.sql = lambda sql, *arguments: postgres.execute(name, sql, *arguments)
    made.judge = Judge(made, made.sql)
    made.set(POSTGRES_DB=postgres.conninfo(name, "podium_web"))
    made.start_web()
    made.admin = Browser(made.socket)
    assert made.admin.sign_in(*ADMIN).status == 303
    yield made
    made.stop()
    postgres.drop_database(name)


def card(house):
    page = house.admin.ask("/admin").text
    return re.search(r'<li class="card" id="judges">(.*?)</li>', page, re.S).group(1)


def test_without_judges(house):
    page = house.admin.ask("/admin/judges").text
    check_markup(page)
    assert "No machine judges" in page and "No submission stands with a judge error" in page
    assert "Not set up" in card(house)


def test_machines_queue_and_failures(house):
    house.judge.languages()
    house.judge.languages(there=("java",), host="judge-2")
    house.sql("INSERT INTO judge_host (host, box) VALUES ('judge-1', 'podium-box 2, <control> groups'), ('judge-2', 'x')")
    house.sql("INSERT INTO job_runner (host, pid, workers) VALUES ('judge-1', 5, 4)")
    owner, = house.sql("SELECT id FROM app_user LIMIT 1")[0]
    problem = house.judge.problem("two-sum", "Two <sum>")
    for state in (0, 0, 2):
        house.judge.submission(owner, problem, state=state)
    failed = house.judge.submission(owner, problem, verdict="JE", fault="the <disk> is gone")
    house.judge.submission(owner, problem, verdict="AC", tests=[("AC", None)] * 3)
    page = house.admin.ask("/admin/judges").text
    check_markup(page)
    first, second = re.findall(r'<li class="item">(.*?)</li>', page, re.S)[:2]
    assert "judge-1" in first and "badge-ok" in first and "1 runner, 4 workers" in first and "&lt;control&gt;" in first
    assert "2 of 3 languages" in first and "Python 3.11.2" in first and "javac is not there" in first
    assert "judge-2" in second and "Away" in second and "1 of 3 languages" in second
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)][1:]
    assert [c[:3] for c in cells] == [["Contest", "0", "0"], ["Ordinary", "2", "1"], ["Rejudge", "0", "0"]]
    assert f'href="/submission/{failed}"' in page and "the &lt;disk&gt; is gone" in page and page.count('class="job-error"') == 1
    shown = card(house)
    assert "Some judgings failed" in shown or "One is away" in shown
    assert '<dt>Waiting</dt>' in shown and 'href="/admin/judges"' in shown
