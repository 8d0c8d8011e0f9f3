"""An installation that fetches from the stand-in, and questions about what it has stored."""

import pathlib
import sys
import tempfile

from lab.outside import Outside
from lab.podium import Podium
from lab.process import wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

PLATFORMS = ["leetcode", "codeforces", "codechef", "atcoder", "hackerrank", "geeksforgeeks", "code360"]

CONTESTS = """SELECT platform, native_id, title, extract(epoch FROM start_at)::int8 AS start,
    extract(epoch FROM end_at)::int8 AS finish, url, status, sequence
    FROM external_contest ORDER BY platform, native_id"""


class Fetching:
    def __init__(self, lab_folder, postgres, **keys):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
        self.folder.chmod(0o711)
        self.postgres = postgres
        self.database = postgres.create_database("podium_template", "podium_owner")
        self.outside = Outside(self.folder).start()
        self.podium = Podium(
            self.folder / "p", postgres.conninfo(self.database, "podium_job"), JOB_WORKERS=4,
            SOURCE_BACKOFF_MS=20, CODEFORCES_INTERVAL_MS=1, **self.outside.urls(), **keys)

    def start(self, **options):
        self.jobs = self.podium.start_jobs(**options)
        return self

    def stop(self):
        self.podium.stop()
        self.outside.stop()
        self.postgres.drop_database(self.database)

    def sql(self, text, *arguments):
        return self.postgres.execute(self.database, text, *arguments)

    def contests(self):
        names = ["platform", "id", "title", "start", "end", "url", "status", "sequence"]
        return [dict(zip(names, row)) for row in self.sql(CONTESTS)]

    def of(self, platform, status="upcoming"):
        return {c["id"]: c for c in self.contests()
                if c["platform"] == platform and c["status"] == status}

    def source(self, platform):
        names = ["last_error", "failing", "fail_streak", "n_rows", "n_skipped", "note", "wait"]
        row, = self.sql("""SELECT last_error, failing_since IS NOT NULL, fail_streak, n_rows, n_skipped,
            note, extract(epoch FROM next_fetch_at - last_try_at)::float8
            FROM source WHERE platform = %s""", platform)
        return dict(zip(names, row))

    def idle(self):
        return self.sql("""SELECT (SELECT count(*) FROM job WHERE kind LIKE 'fetch.s%')
            + (SELECT count(*) FROM job_later WHERE kind LIKE 'fetch.s%')""")[0][0] == 0

    def fetch(self, *platforms, seconds=30):
        """Asks the platforms (all if none is named) and waits for the end of it."""
        self.sql("DELETE FROM bucket")  # Codeforces' gate may be closed by an earlier test
        mark, = self.sql("SELECT clock_timestamp()")[0]
        self.podium.cli("source", "fetch", *platforms)
        wanted = list(platforms or PLATFORMS)

        def tried():
            n, = self.sql("SELECT count(*) FROM source WHERE last_try_at > %s AND platform = ANY (%s)",
                          mark, wanted)[0]
            return n == len(wanted) and self.idle()
        wait_until(tried, seconds, f"fetches of {wanted}")
        self.sql("UPDATE source SET next_fetch_at = greatest(next_fetch_at, now() + '1 minute')")
