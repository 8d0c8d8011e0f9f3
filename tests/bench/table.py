"""Results of a benchmark: what was measured beside the reference of the same run, and the bar it has to pass."""

import statistics
from dataclasses import dataclass


@dataclass
class Row:
    """One line of the table. `ratio` is what the bar is about; `holds` is None where no bar is set."""
    name: str
    measured: str
    reference: str = ""
    ratio: float | None = None
    bar: str = ""
    holds: bool | None = None


def compared(name, measured, reference, unit, digits):
    """Two numbers, or two lists of as many rounds each: then the ratio is the median of the rounds' own, because both of
    a round met the same machine."""
    if not isinstance(measured, list):
        measured, reference = [measured], [reference]
    shown = [f"{statistics.median(values):,.{digits}f} {unit}" for values in (measured, reference)]
    return Row(name, *shown, statistics.median(m / r for m, r in zip(measured, reference, strict=True)))


def at_least(name, measured, reference, bar, unit="/s", digits=0):
    """measured / reference must be at least bar; both as in compared()."""
    row = compared(name, measured, reference, unit, digits)
    row.bar, row.holds = f">= {bar:g}", row.ratio >= bar
    return row


def beside(name, measured, reference, unit="/s", digits=0):
    """A figure without a bar, beside its reference."""
    return compared(name, measured, reference, unit, digits)


def at_most(name, measured, reference, bar, unit="ms", digits=2):
    """measured / reference must be at most bar; both as in compared()."""
    row = compared(name, measured, reference, unit, digits)
    row.bar, row.holds = f"<= {bar:g}", row.ratio <= bar
    return row


def limit(name, measured, bar, unit="ms", digits=2):
    """measured itself must be at most bar."""
    return Row(name, f"{measured:,.{digits}f} {unit}", "", None, f"<= {bar:g} {unit}", measured <= bar)


def figure(name, measured, unit="/s", digits=0):
    """A figure without a bar, shown beside the others."""
    return Row(name, f"{measured:,.{digits}f} {unit}")


def text_table(rows):
    heads = ("what", "measured", "reference", "ratio", "bar", "")
    verdict = {True: "holds", False: "MISSED", None: ""}
    cells = [(r.name, r.measured, r.reference, "" if r.ratio is None else f"{r.ratio:.2f}", r.bar,
              verdict[r.holds]) for r in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in [heads, *cells]]
    lines.insert(1, "-" * len(lines[0]))
    return "\n".join(lines) + "\n"
