kind = input()
if kind == "send":
    print(f"{int(input()):b}".replace("1", "L").replace("0", "S"))
else:
    print(int(input()[::-1].replace("L", "1").replace("S", "0"), 2))
