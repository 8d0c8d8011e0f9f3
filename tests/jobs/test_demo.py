"""What a demonstration shows of Codeforces: the club's people, and the page where one sends in as anybody."""

import csv
import time
import urllib.parse
import urllib.request

import pytest

from lab.outside import Outside
from outside import club


@pytest.fixture()
def outside(folder):
    made = Outside(folder, "--club").start()
    yield made
    made.stop()


def of(outside, method, **query):
    return outside.ask("GET", f"/codeforces/api/{method}?{urllib.parse.urlencode(query)}")["result"]


def send(outside, **form):
    """What the page says afterwards."""
    with urllib.request.urlopen(outside.base + "/codeforces/_desk", urllib.parse.urlencode(form).encode(), timeout=10) as answer:
        return answer.read().decode()


def test_everybody_of_the_list_has_a_past(outside):
    with open(club.LIST, encoding="utf-8", newline="") as lines:
        handles = [row["handle"] for row in csv.DictReader(lines)]
    assert len(handles) == 12
    for handle in handles:
        person, = of(outside, "user.info", handles=handle)
        changes, sent = of(outside, "user.rating", handle=handle), of(outside, "user.status", handle=handle)
        assert changes[-1]["newRating"] == person["rating"] and len(changes) >= 8
        assert len(sent) >= 150 and len({row["id"] for row in sent}) == len(sent)
        assert all(row["creationTimeSeconds"] <= time.time() for row in sent)


def test_one_sends_in_as_anybody(outside):
    known = of(outside, "problemset.problems")["problems"][0]
    name = f"{known['contestId']}{known['index']}"
    assert f"for {name}: COMPILATION_ERROR" in send(outside, handle="new_one", problem=name, verdict="COMPILATION_ERROR")
    row, = of(outside, "user.status", handle="new_one")
    assert (row["verdict"], row["problem"]["name"]) == ("COMPILATION_ERROR", known["name"])
    send(outside, handle="new_one", organization="podium-abc")
    assert of(outside, "user.info", handles="new_one")[0]["organization"] == "podium-abc"
    assert "written as 2100A" in send(outside, handle="new_one", problem="<b>")
    assert "3 to 24" in send(outside, handle="a b", problem=name) and len(of(outside, "user.status", handle="new_one")) == 1
