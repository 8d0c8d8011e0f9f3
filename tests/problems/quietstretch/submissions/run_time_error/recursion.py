import sys

n, k, *a = map(int, sys.stdin.buffer.read().split())


def best(left, right, total):
    if right == n:
        return 0
    total += a[right]
    while total > k:
        total -= a[left]
        left += 1
    return max(right - left + 1, best(left, right + 1, total))  # as deep as there are minutes


print(best(0, 0, 0))
