"""Members' calendars: the jobs that make them right."""

import json

import pytest

from lab.podium import Podium
from lab.process import wait_until


class Site:
    """An installation with its job runner; jobs are enqueued by hand."""

    def __init__(self, folder, postgres, database, **keys):
        self.postgres, self.database = postgres, database
        self.podium = Podium(folder / "p", postgres.conninfo(database, "podium_job"), SYNC_BACKOFF_MS=5, **keys)

    def sql(self, text, *arguments):
        return self.postgres.execute(self.database, text, *arguments)

    def add(self, kind, **payload):
        self.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 10, %s, %s FROM job_queue"
                 " WHERE name = 'sync'", kind, json.dumps(payload))

    def wait(self, kind, seconds=20):
        wait_until(lambda: self.sql("SELECT count(*) FROM job_done WHERE kind = %s", kind)[0][0] > 0, seconds,
                   f"the end of {kind}")


@pytest.fixture()
def site(folder, postgres, database):
    made = Site(folder, postgres, database)
    made.podium.start_jobs()
    wait_until(lambda: made.sql("SELECT 1 FROM job_queue WHERE name = 'sync'"), 20, "the queue")
    yield made
    made.podium.stop()


@pytest.mark.parametrize("kind, payload", [
    ("calendar.sync", {"user": 4711}), ("calendar.leave", {"user": 4711, "link": 1, "remove": True}),
    ("calendar.tend", {})])
def test_nothing_to_do(site, kind, payload):
    site.add(kind, **payload)
    site.wait(kind)
    assert not site.sql("SELECT 1 FROM job_dead")


def test_payload_without_a_member_is_final(site):
    site.add("calendar.sync", user="x")
    wait_until(lambda: site.sql("SELECT 1 FROM job_dead WHERE kind = 'calendar.sync'"), 20, "the death")
