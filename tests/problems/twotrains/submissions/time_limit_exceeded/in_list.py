import sys

n, s, *lengths = map(int, sys.stdin.read().split())
for i, x in enumerate(lengths):
    if s - x in lengths[:i]:
        print(lengths.index(s - x) + 1, i + 1)
        break
else:
    print("impossible")
