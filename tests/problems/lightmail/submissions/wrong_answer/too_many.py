kind = input()
if kind == "send":
    print("L" * (int(input()) + 1))
else:
    print(len(input()) - 1)
