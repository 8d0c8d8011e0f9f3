import sys
from math import hypot

words = sys.stdin.read().split()
n, q = int(words[0]), int(words[1])
x = list(map(float, words[2 : 2 + 2 * n : 2]))
y = list(map(float, words[3 : 3 + 2 * n : 2]))
asked = list(map(int, words[2 + 2 * n :]))
for a, b in zip(asked[0::2], asked[1::2]):
    print(hypot(x[a - 1] - x[b - 1], y[a - 1] - y[b - 1]))  # as the crow flies
