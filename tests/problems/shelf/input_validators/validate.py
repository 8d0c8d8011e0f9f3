import sys

lines = sys.stdin.read().split("\n")
n = int(lines[0])
books = list(map(int, lines[1].split(" ")))
assert 1 <= n <= 100_000 and sorted(books) == list(range(1, n + 1)) and lines[2:] == [""]
sys.exit(42)
