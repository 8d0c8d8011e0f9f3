"""Search over 100,000 problems (lab/problem_set.py), as programs ask for it: through the application, no answer kept.

Words are drawn as they stand in the texts, one to three of them, some with filters, so that both rare words and words of
every other text are asked for. Each question is asked once, so that no cache knows it.
"""

import contextlib
import itertools
import random
import re
import statistics
import time
import urllib.parse

from lab import problem_set
from lab.client import ADMIN
from lab.program import Program
from table import figure, limit

PROBLEMS, QUESTIONS = 100_000, 1200
LISTS = ("", "order=title", "order=solved", "page=40", "page=1000", "tags=dp", "tags=convex%20hull", "tags=dp,graphs", "tags=games,flows",
         "from=3&to=3", "from=8&to=10", "category=ICPC", "category=Training&tags=geometry&from=4&to=4", "tags=math&order=solved",
         "tags=trees&order=title", "state=untouched", "state=solved", "state=tried&tags=dp", "tags=dp&page=100")


def seed(lab, database):
    """Problems, and a member who has tried one in a hundred."""
    with contextlib.closing(lab.postgres.connect(database)) as connection, connection.cursor() as cursor:
        words = problem_set.fill(cursor, PROBLEMS)
        cursor.execute("INSERT INTO problem_progress SELECT u.id, p.id, 1, now(), CASE WHEN p.id %% 3 > 0 THEN now() END"
                       " FROM app_user u, problem p WHERE u.email = %s AND p.id %% 100 = 7", (ADMIN[0],))
        cursor.execute("VACUUM ANALYZE")
    return words


def questions(words, chance):
    weights = list(itertools.accumulate(1 / (i + 8) for i in range(len(words))))
    for i in range(QUESTIONS):
        query = {"q": " ".join(chance.choices(words, cum_weights=weights, k=chance.choice([1, 1, 2, 2, 3])))}
        if i % 10 == 3:
            query["tags"] = chance.choice(problem_set.TAGS)
        if i % 10 == 5:
            query["from"] = query["to"] = chance.randint(1, 10)
        if i % 10 == 7:
            query["category"] = "ICPC"
        if i % 20 == 9:
            query["state"] = chance.choice(["solved", "untouched"])
        if i % 20 == 11:
            query["q"] += " -" + chance.choice(words[:100])
        if i % 20 == 13:
            query["q"] = f'"{chance.choice(words[:40])} {chance.choice(words[:40])}"'
        yield "/api/v1/problems/search?" + urllib.parse.urlencode(query)


def starts(words, chance):
    return ["/api/v1/problems/suggest?q=" + (word + "x")[:chance.randint(2, 5)] for word in chance.sample(words, 300)]


class Asker:
    def __init__(self, lab, podium, database):
        self.lab, self.database = lab, database
        self.program = Program(podium.socket)
        self.program.login(*ADMIN)

    def ask(self, uris):
        """Milliseconds of each answer."""
        times = []
        for i, uri in enumerate(uris):
            if i % 100 == 0:
                self.lab.postgres.execute(self.database, "DELETE FROM rate_window")
            begin = time.monotonic()
            reply = self.program.ask(uri)
            times.append(1000 * (time.monotonic() - begin))
            assert reply.status == 200, (uri, reply.status, reply.text[:300])
        return times


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def run(lab):
    podium = lab.new_podium()
    database = re.search(r"dbname=(\S+)", podium.keys["POSTGRES_DB"]).group(1)
    podium.cli("init")
    chance = random.Random(11)
    words = seed(lab, database)
    podium.start_web()
    try:
        asker = Asker(lab, podium, database)
        asker.ask(list(questions(words, random.Random(12)))[:100])  # the server's own caches are warm on any ordinary day
        times = asker.ask(dict.fromkeys(questions(words, chance)))
        yield limit("search over 100,000 problems, 95th percentile", percentile(times, 0.95), 20)
        yield figure("search over 100,000 problems, median", statistics.median(times), "ms", 2)
        yield figure("search over 100,000 problems, the slowest", max(times), "ms", 2)
        times = asker.ask(dict.fromkeys(starts(words, chance)))
        yield figure("completing the start of a word, 95th percentile", percentile(times, 0.95), "ms", 2)
        lists = ["/api/v1/problems?" + text for text in LISTS]
        slow = sorted(zip(asker.ask(lists), LISTS), reverse=True)
        yield figure(f"a list, the slowest of {len(lists)} filters and orders ({slow[0][1]})", slow[0][0], "ms", 2)
        yield figure("a list that is kept, median", statistics.median(asker.ask(lists * 3)), "ms", 2)
    finally:
        podium.stop()
