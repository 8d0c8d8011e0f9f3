low, high = 1, int(input())
answers = {"deeper": 1, "higher": -1}
while True:
    middle = (low + high) // 2
    print("?", middle, flush=True)
    if answers[input()] > 0:  # knows no "here"
        low = middle + 1
    else:
        high = middle - 1
