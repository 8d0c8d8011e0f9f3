import sys

words = list(map(int, sys.stdin.read().split()))  # the masts stand at real numbers
print(words)
