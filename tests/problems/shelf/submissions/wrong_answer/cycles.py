# The least number of swaps of any two books, which is another question.
n = int(input())
books = list(map(int, input().split()))
swaps = 0
for i in range(n):
    while books[i] != i + 1:
        j = books[i] - 1
        books[i], books[j] = books[j], books[i]
        swaps += 1
print(swaps)
