n = int(input())
books = list(map(int, input().split()))


def swaps(i):
    if i == n:
        return 0
    return sum(book > books[i] for book in books[:i]) + swaps(i + 1)  # as deep as the shelf is long


print(swaps(0))
