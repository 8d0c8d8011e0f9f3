"""The product's own statements, as sql/query names them."""

import re

from .process import TOP


def statement(file, name, each=None):
    """The text of one, and the types of its arguments."""
    text = (TOP / "sql/query" / f"{file}.sql").read_text()
    found = re.search(rf"-- name: {name} .*\n((?:--.*\n)*)([^;]+?)(?=\n\n-- name:|\n\n-- [A-Z]|\s*\Z)", text)
    types = [t.split()[1] for line in re.findall(r"-- args: (.*)", found.group(1)) for t in line.split(", ")]
    body = re.sub(r"--.*", "", found.group(2))
    return body if each is None else body.replace(":each", str(each)), types
