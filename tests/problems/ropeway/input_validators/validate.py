import re
import sys

lines = sys.stdin.read().split("\n")
n, q = map(int, lines[0].split(" "))
assert 2 <= n <= 40_000 and 1 <= q <= 40_000 and len(lines) == n + q + 2 and lines[-1] == ""
for line in lines[1 : n + 1]:
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]{1,3})? -?[0-9]+(\.[0-9]{1,3})?", line)
    assert all(-10_000 <= float(word) <= 10_000 for word in line.split())
for line in lines[n + 1 : -1]:
    a, b = map(int, line.split(" "))
    assert 1 <= a <= n and 1 <= b <= n
sys.exit(42)
