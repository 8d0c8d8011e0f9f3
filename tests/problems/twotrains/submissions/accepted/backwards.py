import sys


def main():
    n, s, *lengths = map(int, sys.stdin.buffer.read().split())
    seen = {}
    for i in range(n - 1, -1, -1):
        if s - lengths[i] in seen:
            print(seen[s - lengths[i]] + 1, i + 1)  # other trains than the judges', as a rule
            return
        seen[lengths[i]] = i
    print("impossible")


main()
