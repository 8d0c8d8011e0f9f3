import re
import sys

text = sys.stdin.read()
assert re.fullmatch(r"send\n(0|[1-9][0-9]*)\n", text)
assert int(text.split()[1]) <= 10**9
sys.exit(42)
