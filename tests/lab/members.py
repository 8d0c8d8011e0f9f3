"""Pages about members as tests read and fill them."""

import re


def names(reply):
    assert reply.status == 200
    return re.findall(r'<th scope="row"><a href="/member/\d+">([^<]*)</a>', reply.text)


def post(browser, uri, **fields):
    return browser.ask(uri, "POST", {"csrf": browser.token(), **fields})


def training(people, member):
    """Some months of it, with graphs."""
    people.execute("""INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict)
        SELECT %s, i, now() - make_interval(days => i %% 300), (2000 + i / 6) || '/' || chr(65 + i %% 6), 'Problem ' || i,
               800 + 100 * (i %% 20), 'math,dp', CASE WHEN i %% 4 = 0 THEN 'WRONG_ANSWER' ELSE 'OK' END
          FROM generate_series(1, 600) i""", member)
    people.execute("""INSERT INTO rating_change SELECT %s, 2000 + i, 'Round <' || i || '>', 100 + i, now() - make_interval(days => 90 - i),
        1400 + 10 * i, 1410 + 10 * i FROM generate_series(1, 80) i""", member)
    people.execute("INSERT INTO cf_contest (id, n_problems) VALUES (2001, 7) ON CONFLICT DO NOTHING")
    people.execute("UPDATE member SET figures = member_figures(id, '-infinity'), n_solved = 450 WHERE id = %s", member)
