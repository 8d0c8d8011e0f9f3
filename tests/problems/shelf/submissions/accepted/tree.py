import sys


def main():
    n, *books = map(int, sys.stdin.buffer.read().split())
    tree = [0] * (n + 1)
    swaps = 0
    for book in reversed(books):
        at = book - 1
        while at > 0:
            swaps += tree[at]
            at &= at - 1
        at = book
        while at <= n:
            tree[at] += 1
            at += at & -at
    print(swaps)


main()
