a, b = map(int, input().split())
s = 0
for _ in range(min(a, b) + 1000000000):
    s += 1
print(s)
