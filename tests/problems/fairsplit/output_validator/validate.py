"""Letters A and B, one a coin; the answer file has those of the jury."""

import pathlib
import sys

coins = [int(word) for word in pathlib.Path(sys.argv[1]).read_text().split()[1:]]
feedback = sys.argv[3]
said = sys.stdin.read().strip()


def reject(text):
    for name in ("judgemessage.txt", "teammessage.txt"):
        pathlib.Path(feedback + name).write_text(text + "\n")
    sys.exit(43)


def split(letters):
    return abs(sum(coin if letter == "A" else -coin for coin, letter in zip(coins, letters)))


if len(said) != len(coins):
    reject(f"{len(said)} letters for {len(coins)} coins")
if set(said) - set("AB"):
    reject("a letter other than A and B")
difference, best = split(said), split(pathlib.Path(sys.argv[2]).read_text().strip())
if difference - best >= 10:
    reject(f"the shares differ by {difference}")
pathlib.Path(feedback + "score_multiplier.txt").write_text(f"{1 - max(0, difference - best) / 10}\n")
sys.exit(42)
