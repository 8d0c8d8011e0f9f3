n = int(input())
while n > 0:
    n = max(n, 1)
print(0)
