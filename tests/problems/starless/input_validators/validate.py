import re
import sys

text = sys.stdin.read()
ok = re.fullmatch(r"(0|[1-9]\d*) (0|[1-9]\d*)\n", text)
sys.exit(42 if ok and all(int(word) <= 10 ** 9 for word in text.split()) else 43)
