a, b = map(int, input().split())
print(sum(a << i for i in range(30) if b >> i & 1))
