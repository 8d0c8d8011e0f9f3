low, high = 1, int(input())
while low < high:
    middle = (low + high) // 2
    print("?", middle, flush=True)
    if input() == "deeper":
        low = middle + 1
    else:
        high = middle
print("!", max(1, low - 1), flush=True)
