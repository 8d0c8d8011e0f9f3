import re
import sys

lines = sys.stdin.read().split("\n")
assert re.fullmatch(r"[1-9][0-9]* (0|[1-9][0-9]*)", lines[0])
n, k = map(int, lines[0].split())
assert 1 <= n <= 100_000 and 0 <= k <= 10**15
numbers = [int(word) for word in lines[1].split(" ")]
assert len(numbers) == n and all(0 <= a <= 10**9 for a in numbers)
assert lines[2:] == [""]
sys.exit(42)
