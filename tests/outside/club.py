"""A club whose training a demonstration shows: made up, the same each time but for the days, which end today."""

import csv
import pathlib
import random

LIST = pathlib.Path(__file__).parent / "files" / "club.csv"
DAY = 86400
TAGS = ["implementation", "math", "greedy", "dp", "data structures", "brute force", "constructive algorithms",
        "graphs", "sortings", "binary search", "dfs and similar", "trees", "strings", "number theory", "two pointers"]
NAMES = ["Lanterns", "Ferry", "Two Gardens", "Broken Clock", "Quiet Street", "Market Day", "Bridges", "Paper Boats",
         "Night Train", "Tall Grass", "Mirror", "Stone Path", "Signal", "Harvest", "Old Map", "Window Seat"]
VERDICTS = ["OK"] * 5 + ["WRONG_ANSWER"] * 4 + ["TIME_LIMIT_EXCEEDED", "RUNTIME_ERROR", "COMPILATION_ERROR"]
CONTESTS = range(1960, 2120)
RATINGS = {"A": 800, "B": 1100, "C": 1400, "D": 1800, "E": 2200, "F": 2600}


def problem_set(rnd):
    return [{"contest": contest, "index": index, "name": rnd.choice(NAMES) + " " + rnd.choice("IVX") * rnd.randint(1, 2),
             "rating": rating + rnd.randrange(-1, 3) * 100, "tags": rnd.sample(TAGS, rnd.randint(1, 3))}
            for contest in CONTESTS for index, rating in RATINGS.items()]


def contests(state, handle, rnd, now):
    """A rating that finds its level, in rounds of the last two years."""
    level, rating = rnd.randint(1000, 2100), 400
    times = sorted(rnd.sample(range(5, 700), rnd.randint(8, 30)), reverse=True)
    rounds = sorted(rnd.sample(CONTESTS, len(times)))
    for days, contest in zip(times, rounds):
        rating += (level - rating) // 3 + rnd.randint(-60, 60)
        state.change({"handle": handle, "contest": contest, "name": f"Codeforces Round {contest - 950} (Div. 2)",
                      "rating": rating, "rank": rnd.randint(40, 9000), "at": now - days * DAY})
    return level


def submissions(state, handle, rnd, now, level):
    """Mostly around one's level, on some days more than on others; not everybody was there last week."""
    problems = [p for p in state.problems.values() if abs(p["rating"] - level) < 500]
    first_day = rnd.choice([0, 0, 0, 0, 1, 2, 12])
    for number in range(rnd.randint(150, 600)):
        day = first_day + int(rnd.random() ** 2 * 600)
        at = now - day * DAY - rnd.randrange(DAY)
        problem = rnd.choice(problems)
        state.submit({"handle": handle, "contest": problem["contestId"], "index": problem["index"], "name": problem["name"],
                      "rating": problem["rating"], "tags": problem["tags"], "at": at, "verdict": rnd.choice(VERDICTS),
                      "id": (at - now + 1000 * DAY) * 1000 + number})


def fill(state):
    """Into the state of the Codeforces that is played here."""
    now = int(state.now())
    state.add_problems(problem_set(random.Random("problems")))
    with open(LIST, encoding="utf-8", newline="") as lines:
        for person in csv.DictReader(lines):
            handle = person["handle"]
            rnd = random.Random(handle)
            state.person({"handle": handle, "rating": 400})
            submissions(state, handle, rnd, now, contests(state, handle, rnd, now))
