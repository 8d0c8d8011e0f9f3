import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"[1-9][0-9]* [1-9][0-9]*\n", text)
n, d = map(int, text.split())
assert 1 <= d <= n <= 10**6
sys.exit(42)
