"""A connection that breaks after any number of bytes: never a crash, never a wrong answer."""

import pathlib
import select
import socket
import threading
import time

import pytest


class Cutter:
    """Passes bytes between clients and a server and closes both sides after `limit` of the server's."""

    def __init__(self, folder, target):
        self.path = pathlib.Path(folder) / ".s.PGSQL.5432"
        self.target = str(target)
        self.limit = None
        self.passed = 0  # of the last connection
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client, self.limit), daemon=True).start()

    def serve(self, client, limit):
        passed = 0
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.target)
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    try:
                        data = ready.recv(65536)
                        if not data:
                            return
                        if ready is client:
                            server.sendall(data)
                            continue
                        if limit is not None and passed + len(data) >= limit:
                            client.sendall(data[:limit - passed])
                            return
                        passed += len(data)
                        self.passed = passed
                        client.sendall(data)
                    except OSError:
                        return

    def close(self):
        self.listener.close()


@pytest.fixture()
def cutter(folder, server):
    made = Cutter(folder, server.run / f".s.PGSQL.{server.port}")
    yield made
    made.close()


def attempt(p, *words):
    """The answer, or None for a temporary error; nothing else may come."""
    try:
        return p(*words)
    except Exception as e:
        assert getattr(e, "kind", None) == "temporary", e
        return None


PAUSE_S = 0.025  # after the first failed attempt to connect


def test_cut_after_every_number_of_bytes(server, cutter, folder, probe):
    p = probe(f"host={folder} dbname=d user=postgres")
    assert p("count_up", 3) == ["1", "x"]
    total = cutter.passed
    assert total > 400
    answers = {"read": 0, "write": 0}
    for limit in [*range(1, total, 15), *range(total + 1, total + 400, 30)]:  # meets the greeting first, then the answer
        for what in answers:
            server.execute("d", "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                                "WHERE application_name = 'podium-probe'")
            cutter.limit = limit
            if what == "read":
                said = attempt(p, "count_up", 3)
                assert said in (None, ["1", "x"])
            else:  # done once or not at all, and done if it is said
                said = attempt(p, "put", limit, "x")
                count = server.execute("d", "SELECT count(*) FROM thing WHERE id = %s", limit)[0][0]
                assert count <= 1 and (said is None or count == 1)
            answers[what] += said is not None
            cutter.limit = None
            time.sleep(PAUSE_S)
            assert p("count_up", 1) == ["1", "x"]
    assert answers["read"] > 5 and answers["write"] > 5
