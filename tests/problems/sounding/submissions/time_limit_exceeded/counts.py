n = int(input())
count = 0
while n > 0:
    count += 1
print("!", count, flush=True)
