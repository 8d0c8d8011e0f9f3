"""An installation that follows members at the stand-in."""

import contextlib
import json

from lab.process import wait_until
from lab.queue import trust

from fetching import Fetching


class Tracking(Fetching):
    """An installation with members and their people at the stand-in."""

    def order(self, what, **value):
        return self.outside.ask("POST", f"/codeforces/_{what}", value)

    def counts(self):
        """Calls for members; those for contests come whenever there is time."""
        counts = self.outside.ask("GET", "/codeforces/_counts")
        return {method: n for method, n in counts.items() if method != "contest.standings"}

    def member(self, handle, name="Ada"):
        return self.sql("INSERT INTO member (name, handle) VALUES (%s, %s) RETURNING id", name, handle)[0][0]

    def queue(self, kind, payload, priority=10):
        return self.sql("""INSERT INTO job (queue, priority, kind, payload)
            SELECT id, %s, %s, %s::json FROM job_queue WHERE name = 'track' RETURNING id""",
                        priority, kind, json.dumps(payload))[0][0]

    def sync(self, member):
        job = self.queue("member.sync", {"member": member})
        wait_until(lambda: self.sql("SELECT 1 FROM job_done WHERE id = %s", job), 30, "the sync")

    def row(self, member):
        names = ["handle", "rating", "max_rating", "rank", "newest_id", "n_solved", "trouble", "active", "synced"]
        return dict(zip(names, self.sql("""SELECT handle, rating, max_rating, rank, newest_id, n_solved, trouble,
            extract(epoch FROM active_at)::int8, synced_at FROM member WHERE id = %s""", member)[0]))


@contextlib.contextmanager
def tracking(lab_folder, postgres, queue="track", **keys):
    """One that runs and serves the queue."""
    site = Tracking(lab_folder, postgres, **keys).start()
    try:
        trust(site.sql, queue)
        yield site
    finally:
        site.stop()
