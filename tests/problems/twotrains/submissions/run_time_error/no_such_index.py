import sys

n, s, *lengths = map(int, sys.stdin.read().split())
seen = {x: i for i, x in enumerate(lengths)}
for i, x in enumerate(lengths):
    if seen[s - x] != i:  # KeyError where there is none
        print(i + 1, seen[s - x] + 1)
        break
