"""The night between two lighthouses: the first pass shows flashes, the second reads them."""
import os
import sys

ACCEPTED, WRONG = 42, 43


def main():
    input_file, answer_file, feedback = sys.argv[1:4]
    with open(input_file) as f:
        kind = f.readline().strip()
    with open(answer_file) as f:
        number = f.read().strip()
    words = sys.stdin.read(100_000).split()
    judge = open(os.path.join(feedback, "judgemessage.txt"), "a")
    passed = os.path.join(feedback, "passed.txt")

    if not os.path.exists(passed):
        if len(words) != 1 or not 1 <= len(words[0]) <= 40 or set(words[0]) - set("LS"):
            print("no 1 to 40 flashes:", " ".join(words)[:60], file=judge)
            return WRONG
        with open(passed, "w") as f:
            f.write(words[0])
        with open(os.path.join(feedback, "nextpass.in"), "w") as f:
            f.write("read\n" + words[0][::-1] + "\n")
        print(kind, number, "as", words[0], file=judge)
        return ACCEPTED
    if words != [number]:
        print("read", " ".join(words)[:60], "instead of", number, file=judge)
        return WRONG
    return ACCEPTED


sys.exit(main())
