import sys

n, k, *a = map(int, sys.stdin.buffer.read().split())
best = total = left = 0
for right in range(n):
    total += a[right]
    while left <= right and total >= k:  # must be more than k
        total -= a[left]
        left += 1
    best = max(best, right - left + 1)
print(best)
