"""Runs the benchmarks: each tests/bench/bench_NAME.py has `run(lab)`, which yields rows (table.py).

`lab` gives a private durable PostgreSQL (fsync on), a folder for the run and whether peers from npm and PHP are
wanted (PEERS=1). Reference and candidate run in the same minute on the same machine; only ratios are judged.
"""

import importlib
import os
import pathlib
import platform
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]

from lab.podium import Podium  # noqa: E402
from lab.postgres import Postgres  # noqa: E402
from lab.process import own  # noqa: E402
from lab.redis import Redis  # noqa: E402
from calm import Clock  # noqa: E402
from table import Row, text_table  # noqa: E402

SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "autovacuum_naptime": "10s",
            "checkpoint_timeout": "30min"}


class Lab:
    def __init__(self):
        base = own(TOP / "var" / "bench")
        os.chmod(base, 0o711)
        os.chmod(base.parent, 0o711)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=base))
        os.chmod(self.folder, 0o711)
        self.peers = bool(os.environ.get("PEERS"))
        self.postgres = Postgres(self.folder / "pg", fsync=True, settings=SETTINGS).init().start()
        self.postgres.execute("postgres", "CREATE ROLE podium_owner LOGIN CREATEROLE")
        self.n = 0

    def new_podium(self, **keys):
        """A fresh migrated database and its configuration."""
        self.n += 1
        name = self.postgres.create_database("template0", "podium_owner")
        podium = Podium(self.folder / f"p{self.n}", self.postgres.conninfo(name, "podium_owner"),
                        **{"PASSWORD_COST": 12, **keys})
        podium.cli("migrate")
        return podium

    def new_redis(self):
        self.n += 1
        return Redis(self.folder / f"redis{self.n}").start()

    def close(self):
        self.postgres.stop()


def main(names):
    found = sorted(p.stem for p in HERE.glob("bench_*.py"))
    chosen = [f"bench_{n}" for n in names] or found
    rows, lab = [], Lab()
    try:
        for name in chosen:
            print(f"== {name[6:]}", flush=True)
            started, clock = time.monotonic(), Clock()
            try:
                for row in importlib.import_module(name).run(lab):
                    rows.append(row)
                    print(f"   {row.name}: {row.measured}"
                          + (f"  ratio {row.ratio:.2f}" if row.ratio is not None else ""), flush=True)
            except Exception:
                traceback.print_exc()
                rows.append(Row(f"{name[6:]}: failed, see above", "", holds=False))
            print(f"-- {time.monotonic() - started:.0f} s, of which the host took {100 * clock.share():.1f} %", flush=True)
    finally:
        lab.close()
    table = text_table(rows)
    head = f"{platform.platform()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}\n\n"
    (TOP / "build").mkdir(exist_ok=True)
    (TOP / "build" / "bench.txt").write_text(head + table)
    print("\n" + head + table)
    return any(row.holds is False for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
