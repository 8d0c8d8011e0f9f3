"""One module a service. ALL is what the server offers, by the first part of the path."""

from . import atcoder, code360, codechef, codeforces, geeksforgeeks, google, hackerrank, leetcode, telegram

ALL = {module.NAME: module for module in (
    leetcode, codeforces, codechef, atcoder, hackerrank, geeksforgeeks, code360, google, telegram)}
