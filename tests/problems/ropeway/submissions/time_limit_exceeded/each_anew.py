import sys
from math import hypot

words = sys.stdin.read().split()
n, q = int(words[0]), int(words[1])
x = list(map(float, words[2 : 2 + 2 * n : 2]))
y = list(map(float, words[3 : 3 + 2 * n : 2]))
asked = list(map(int, words[2 + 2 * n :]))
for a, b in zip(asked[0::2], asked[1::2]):
    a, b = min(a, b), max(a, b)
    print(sum(hypot(x[i] - x[i - 1], y[i] - y[i - 1]) for i in range(a, b)))
