"""What the tests of the job runner share: a runner with kinds of its own, and eyes on its tables; a member with a calendar."""

import json

import psycopg2
import pytest

from lab.calendars import Site
from lab.podium import BUILD
from lab.process import own, wait_until
from lab.radicale import Radicale

PRIORITY = {"urgent": 0, "normal": 10, "low": 20}


class Jobs:
    """An installation whose runners are podium-jobs-test."""

    def __init__(self, podium, server, database):
        self.podium, self.server, self.database = podium, server, database
        self.folder = own(podium.folder / "out")
        self.steps = own(podium.folder / "step")  # a file of a step's name stops the next process there
        self.steps.chmod(0o777)
        self.connection = None
        self.runners = 0

    def sql(self, text, *arguments):
        """Rows of one statement; connects again after a lost server."""
        for attempt in (1, 2):
            try:
                if self.connection is None or self.connection.closed:
                    self.connection = self.server.connect(self.database)
                with self.connection.cursor() as cursor:
                    cursor.execute(text, arguments or None)
                    return cursor.fetchall() if cursor.description else []
            except (psycopg2.OperationalError, psycopg2.DatabaseError) as e:
                if isinstance(e, (psycopg2.ProgrammingError, psycopg2.IntegrityError, psycopg2.DataError)):
                    raise
                self.connection = None
                if attempt == 2:
                    raise

    def one(self, text, *arguments):
        return self.sql(text, *arguments)[0][0]

    def queue(self, name, **columns):
        self.sql("INSERT INTO job_queue (name) VALUES (%s) ON CONFLICT (name) DO NOTHING", name)
        for column, value in columns.items():
            self.sql(f"UPDATE job_queue SET {column} = %s WHERE name = %s", value, name)
        return self.one("SELECT id FROM job_queue WHERE name = %s", name)

    def add(self, kind="test.trace", queue="test", priority="normal", n=1, **payload):
        """Adds n equal jobs and returns their ids (one id if n is 1)."""
        self.queue(queue)
        if "file" in payload:
            payload["file"] = str(self.folder / payload["file"])
        if "file2" in payload:
            payload["file2"] = str(self.folder / payload["file2"])
        ids = [r[0] for r in self.sql(
            "INSERT INTO job (queue, priority, kind, payload) SELECT q.id, %s, %s, %s FROM job_queue q,"
            " generate_series(1, %s) WHERE q.name = %s RETURNING id",
            PRIORITY[priority], kind, json.dumps(payload), n, queue)]
        return ids if n > 1 else ids[0]

    def traces(self, name):
        """(id, attempt, pid) of every trace in a file, in order."""
        path = self.folder / name
        if not path.exists():
            return []
        return [tuple(map(int, line.split())) for line in path.read_text().splitlines()]

    def start(self, **keys):
        """A runner; it is registered when this returns."""
        self.runners += 1
        if keys:
            self.podium.set(**keys)
        before = self.one("SELECT coalesce(max(id), 0) FROM job_runner")
        process = self.podium.start_jobs(binary=BUILD / "podium-jobs-test", name=f"jobs{self.runners}")
        wait_until(lambda: self.sql("SELECT 1 FROM job_runner WHERE id > %s", before), 20, "the runner")
        return process

    def workers(self, process):
        """Pids of the workers: all children but the steward, who was first."""
        return sorted(process.children())[1:]

    def wait_done(self, ids, seconds=20.0):
        ids = ids if isinstance(ids, list) else [ids]
        wait_until(lambda: self.one("SELECT count(DISTINCT id) FROM job_done WHERE id = ANY(%s)", ids)
                   == len(ids), seconds, f"the end of {len(ids)} jobs")

    def wait_dead(self, job, seconds=20.0):
        wait_until(lambda: self.sql("SELECT 1 FROM job_dead WHERE id = %s", job), seconds,
                   f"the death of job {job}")

    def left(self):
        """The tests' own jobs: the clock adds others each minute."""
        return self.one("""SELECT (SELECT count(*) FROM job WHERE kind LIKE 'test.%%')
                         + (SELECT count(*) FROM job_later WHERE kind LIKE 'test.%%')""")

    def wait_empty(self, seconds=30.0):
        wait_until(lambda: self.left() == 0, seconds, "an empty queue")


@pytest.fixture()
def jobs(podium, postgres, database):
    made = Jobs(podium, postgres, database)
    yield made
    if made.connection is not None:
        made.connection.close()


@pytest.fixture()
def make_jobs(podium):
    """Jobs on a server of the test's own."""
    made = []

    def make(server, database):
        made.append(Jobs(podium, server, database))
        return made[-1]
    yield make
    for jobs in made:
        if jobs.connection is not None:
            jobs.connection.close()


@pytest.fixture()
def dav(folder):
    made = Radicale(folder / "dav").start()
    yield made
    made.stop()


@pytest.fixture()
def site(folder, postgres, database):
    made = Site(folder, postgres, database)
    yield made
    made.podium.stop()


@pytest.fixture()
def take_in(podium, folder):
    """Imports a zip; its exit status, and what was said."""
    def run(data, name="p.zip", *more):
        path = folder / name
        path.write_bytes(data)
        path.chmod(0o644)
        done = podium.cli("problem", "import", str(path), *more, check=False)
        return done.returncode, done.stdout + done.stderr
    return run
