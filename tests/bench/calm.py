"""Whether the machine was ours: a virtual one may lose its processors to others for seconds, and then no ratio means much."""

import os

MOST = 0.02  # of the processors' time
TRIES = 4
TICKS = os.sysconf("SC_CLK_TCK") * os.cpu_count()


class Clock:
    """What the host has taken away since it was started (steal of proc_stat(5)), as a share of the processors' time."""

    def __init__(self):
        self.began, self.stolen = self.read()

    @staticmethod
    def read():
        with open("/proc/uptime") as uptime, open("/proc/stat") as stat:
            return float(uptime.read().split()[0]), int(stat.readline().split()[8])

    def share(self):
        now, stolen = self.read()
        return (stolen - self.stolen) / TICKS / max(now - self.began, 0.01)


def undisturbed(measure):
    """What measure() gives, asked again a few times while too much was taken away; of these the least disturbed."""
    found = []
    for _ in range(TRIES):
        clock = Clock()
        got = measure()
        found.append((clock.share(), got))
        if found[-1][0] <= MOST:
            break
    return min(found, key=lambda x: x[0])[1]
