"""What members' pages cost beside the calendar, and what sign-ins do to everybody else.

The sign-in page and the dashboard against the calendar, each asked for by a member, through lighttpd. Then the
99th percentile of the calendar while 50 clients sign in at once, all the time, against the same without them.
"""

import http.client
import re
import statistics
import threading
import urllib.parse

from bench_page import wrk
from lab import fcgi
from lab.process import own
from lab.webserver import Lighttpd, admit
from table import at_least, at_most, figure

ROUNDS = 3
CLIENTS = 50
WITHIN = 1 / 1.15  # of the calendar's rate: 15 % more cost


class SignIns:
    """Clients that do nothing but sign in, each from an address of its own."""

    def __init__(self, port):
        self.port, self.done, self.bad = port, 0, []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(CLIENTS)]

    def work(self, n):
        form = urllib.parse.urlencode({"email": "bench@example.org", "password": "bench password"})
        turn = 0
        while not self.stopped.is_set():
            turn += 1
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", "/sign-in", form, {
                "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}",
                "X-Forwarded-For": f"10.{n}.{turn // 250}.{turn % 250}"})
            status = connection.getresponse().status
            connection.close()
            self.done += 1
            if status != 303:
                self.bad.append(status)

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for t in self.threads:
            t.join()


def seed(lab, podium):
    """As many contests as the calendar shows on a page."""
    database = re.search(r"dbname=(\S+)", podium.keys["POSTGRES_DB"]).group(1)
    lab.postgres.execute(database, """INSERT INTO external_contest (platform, native_id, title, start_at, end_at,
            url, first_seen_at, last_seen_at, changed_at)
        SELECT 'codeforces', n::text, 'Codeforces Round ' || n || ' (Div. 2)', now() + n * interval '9 h',
            now() + n * interval '9 h' + interval '2 h', 'https://codeforces.com/contests/' || n, now(), now(), now()
        FROM generate_series(1, 60) n""")
    lab.postgres.execute(database, "VACUUM ANALYZE")


def session(podium):
    """What makes wrk a member."""
    reply = fcgi.request(podium.socket, "POST", "/sign-in", {"Origin": "http://localhost"},
                         {"email": "bench@example.org", "password": "bench password"})
    return "-H", f"Cookie: {reply.header('Set-Cookie').split(';')[0]}"


def run(lab):
    podium = lab.new_podium(WEB_WORKERS=4, WEB_SLOW_WORKERS=1, TRUST_PROXY="127.0.0.1")
    podium.cli("user", "create", "bench@example.org", "Bench", text_input="bench password\n")
    seed(lab, podium)
    front = Lighttpd(own(podium.folder / "lighttpd"), podium.run, podium.pages)
    podium.set(BASE_URL=front.url)
    podium.start_web()
    admit(podium.socket)
    front.start()
    try:
        member = session(podium)
        yield from costs(front, member)
        yield from sign_ins(front, member)
    finally:
        front.stop()
        podium.stop()


def costs(front, member):
    rates = {path: [] for path in ("/calendar", "/sign-in", "/dashboard")}
    for _ in range(ROUNDS):
        for path, seen in rates.items():
            # nobody who is signed in is shown the form
            seen.append(wrk(front.url + path, *(() if path == "/sign-in" else member), seconds=3)[0])
    rate = {path: statistics.median(seen) for path, seen in rates.items()}
    yield at_least("sign-in page / calendar of a member", rate["/sign-in"], rate["/calendar"], round(WITHIN, 2))
    yield at_least("dashboard / calendar of a member", rate["/dashboard"], rate["/calendar"], round(WITHIN, 2))


def sign_ins(front, member):
    idle = wrk(front.url + "/calendar", *member, seconds=6)[1]
    with SignIns(front.port) as clients:
        busy = wrk(front.url + "/calendar", *member, seconds=6)[1]
        done = clients.done
    assert not clients.bad, clients.bad[:5]
    yield at_most(f"99th percentile under {CLIENTS} sign-ins / without", busy, idle, 2)
    yield figure("sign-ins meanwhile", done / 6, digits=1)
