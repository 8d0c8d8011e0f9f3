"""Pages about members as tests read and fill them."""

import re


def names(reply):
    assert reply.status == 200
    return re.findall(r'<th scope="row"><a href="/member/\d+">([^<]*)</a>', reply.text)


def post(browser, uri, **fields):
    return browser.ask(uri, "POST", {"csrf": browser.token(), **fields})
