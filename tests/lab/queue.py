"""Queues of jobs as tests want them."""

from .process import wait_until


def trust(sql, name):
    """Once the runner has made the queue: many good jobs in its breaker's window, so that failures on purpose do not
    open it."""
    wait_until(lambda: sql("SELECT 1 FROM job_queue WHERE name = %s", name), 20, f"the queue {name}")
    sql("UPDATE job_queue SET window_start = 'infinity', window_ok = 1000000 WHERE name = %s", name)
