import sys

n, k, *a = map(int, sys.stdin.buffer.read().split())
best = 0
for i in range(n):
    total = 0
    for j in range(i, n):
        total += a[j]
        if total > k:
            break
        best = max(best, j - i + 1)
print(best)
