"""Open streams behind lighttpd of which some never read and some come and go: all others are told everything, and those
who come back as well. CROWD says how many; `make crowd` takes 10,000."""

import os

import pytest

from lab.crowd import Crowd, front_of, request, text_of
from lab.process import own, pss_kb

N = int(os.environ.get("CROWD", 300))
ROUNDS, EVENTS = 8, 20


@pytest.fixture()
def crowd(folder, podium):
    podium.start_live()
    front = front_of(folder / "w", podium)
    made = Crowd(own(folder / "crowd"), front.port, request(podium, "system"))
    yield made
    made.stop()
    front.stop()


def test_a_crowd_is_told_everything(crowd, podium, postgres, database):
    def tell(n):
        postgres.execute(database, "INSERT INTO event (scope, kind, payload) SELECT 'system', 'test.tick', p::json"
                         " FROM unnest(%s) p", [text_of(i) for i in range(n)])
    crowd.open(N)
    tell(1)
    crowd.wait(1)
    crowd.ask(f"deaf {N // 10}")
    crowd.ask(f"churn {N // 10}")
    daemon = podium.processes[-1]
    before = pss_kb(daemon.pid)
    for _ in range(ROUNDS):
        tell(EVENTS)
        messages, *_ = crowd.wait(EVENTS)
        assert messages >= EVENTS * (N - N // 10)
    assert pss_kb(daemon.pid) - before < 64 * 1024, "nobody is owed without a bound"
    assert daemon.alive() and "level=error" not in daemon.log()
