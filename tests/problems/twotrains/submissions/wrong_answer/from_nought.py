import sys

n, s, *lengths = map(int, sys.stdin.read().split())
seen = {}
for i, x in enumerate(lengths):
    if s - x in seen:
        print(seen[s - x], i)  # counts from 0
        break
    seen[x] = i
else:
    print("impossible")
