low, high = 1, int(input())
while low < high:
    middle = (low + high) // 2
    print("?", middle, flush=True)
    said = input()
    if said == "here":
        low = high = middle
    elif said == "deeper":
        low = middle + 1
    else:
        high = middle - 1
print("!", low, flush=True)
