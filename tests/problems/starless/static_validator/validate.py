"""Whether a source does without a character, or is short enough: LANGUAGE ENTRY FEEDBACK without C | at-most BYTES."""

import pathlib
import sys

ENDINGS = {"c": {".c"}, "cpp": {".cpp", ".cc", ".cxx", ".c++", ".C"}, "java": {".java"}, "python3": {".py", ".py3"}}

language, entry, feedback, asked, limit = sys.argv[1:]
sources = [p for p in pathlib.Path().rglob("*") if p.is_file() and p.suffix in ENDINGS[language]]
assert any(p.stem == pathlib.Path(entry).stem for p in sources), (entry, sources)
text = b"".join(p.read_bytes() for p in sources)


def reject(judge, team):
    pathlib.Path(feedback + "judgemessage.txt").write_text(judge + "\n")
    pathlib.Path(feedback + "teammessage.txt").write_text(team + "\n")
    sys.exit(43)


if asked == "without" and limit.encode() in text:
    reject(f"{text.count(limit.encode())} times {limit}", f"There is a {limit} in your source.")
if asked == "at-most" and len(text) > int(limit):
    reject(f"{len(text)} bytes", f"Your source has more than {limit} bytes.")
sys.exit(42)
