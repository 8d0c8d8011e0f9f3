import sys

lines = sys.stdin.read().split("\n")
n, s = map(int, lines[0].split(" "))
lengths = list(map(int, lines[1].split(" ")))
assert 2 <= n <= 100_000 and 2 <= s <= 2 * 10**9
assert len(lengths) == n and all(1 <= x <= 10**9 for x in lengths)
assert lines[2:] == [""]
sys.exit(42)
