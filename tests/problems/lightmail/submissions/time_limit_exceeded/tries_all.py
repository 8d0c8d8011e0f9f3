kind = input()
if kind == "send":
    print(f"{int(input()):030b}".replace("1", "L").replace("0", "S"))
else:
    flashes = input()
    x = 0
    while f"{x:030b}".replace("1", "L").replace("0", "S")[::-1] != flashes:
        x += 1
    print(x)
