n = int(input())
books = list(map(int, input().split()))
print(sum(books[j] > books[i] for i in range(n) for j in range(i)))
