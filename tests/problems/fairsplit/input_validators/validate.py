import re
import sys

head, line = sys.stdin.read().split("\n", 1)
ok = re.fullmatch(r"[1-9]\d*", head) and re.fullmatch(r"[1-9]\d*( [1-9]\d*)*\n", line)
coins = [int(word) for word in line.split()] if ok else []
sys.exit(42 if ok and 2 <= int(head) <= 60 and len(coins) == int(head) and max(coins) <= 10 ** 6 else 43)
