"""Contests that move with the clock.

A file names rules, not dates: "every 7 days, Sunday 02:30". Occurrences are counted from the first
Monday of 1970, so that the same contest has the same number and time whenever the server is asked,
and new ones appear as time goes by, as on the real platforms.
"""

import dataclasses
import json
import pathlib
import re

FILES = pathlib.Path(__file__).parent / "files"
MONDAY = 4 * 86400  # 1970-01-05
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@dataclasses.dataclass
class Contest:
    id: str
    title: str
    start: int
    minutes: int
    extra: dict
    broken: bool = False

    @property
    def end(self):
        return self.start + self.minutes * 60


def load(name):
    return json.loads((FILES / name).read_text(encoding="utf-8"))


def seconds(text):
    """"7d", "36h", "90m"."""
    number, unit = re.fullmatch(r"(\d+)([dhm])", text).groups()
    return int(number) * {"d": 86400, "h": 3600, "m": 60}[unit]


def phase(at):
    """"sun 02:30" or "02:30" or "00:15": seconds into the period."""
    day, _, clock = at.rpartition(" ")
    hours, minutes = clock.split(":")
    return (DAYS.index(day) if day else 0) * 86400 + int(hours) * 3600 + int(minutes) * 60


def occurrences(rule, now):
    """The contests of one rule: `past` finished or running ones and the next `count`."""
    period = seconds(rule["every"])
    offset = MONDAY + phase(rule["at"])
    last = (now - offset) // period
    for i in range(last + 1 - rule.get("past", 0), last + 1 + rule.get("count", 1)):
        number = i - rule.get("minus", 0)
        yield Contest(
            id=rule["id"].format(n=number), title=rule["title"].format(n=number),
            start=offset + i * period, minutes=rule["minutes"],
            extra={k: v for k, v in rule.items() if k.startswith("_")})


def contests(rules, now):
    """All of them, in order of their start."""
    found = [c for rule in rules for c in occurrences(rule, now)]
    return sorted(found, key=lambda c: (c.start, c.id))


def fill(shape, values):
    """A copy of a JSON shape; a text that is just "{name}" becomes the value itself."""
    if isinstance(shape, dict):
        return {key: fill(value, values) for key, value in shape.items()}
    if isinstance(shape, list):
        return [fill(value, values) for value in shape]
    if isinstance(shape, str):
        whole = re.fullmatch(r"\{(\w+)\}", shape)
        if whole:
            return values[whole.group(1)]
        return re.sub(r"\{(\w+)\}", lambda m: str(values[m.group(1)]), shape)
    return shape
