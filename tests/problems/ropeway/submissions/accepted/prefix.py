import sys
from math import hypot


def main():
    words = sys.stdin.buffer.read().split()
    n, q = int(words[0]), int(words[1])
    x = list(map(float, words[2 : 2 + 2 * n : 2]))
    y = list(map(float, words[3 : 3 + 2 * n : 2]))
    before = [0.0] * n
    for i in range(1, n):
        before[i] = before[i - 1] + hypot(x[i] - x[i - 1], y[i] - y[i - 1])
    asked = list(map(int, words[2 + 2 * n :]))
    out = [
        "%.8f" % abs(before[a - 1] - before[b - 1]) for a, b in zip(asked[0::2], asked[1::2])
    ]
    print("\n".join(out))


main()
