"""The judge's pages in a real browser: the editor, a verdict that arrives while one looks, and every page in every width
and colour. What the judge says is written into the database here."""

import os
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.judge import Judge
from lab.look import PROBE, complaints, find, sign_in, until
from lab.package import packed

JUDY = ("judy@example.org", "a password of mine")
SOURCE = "#include <cstdio>\n\n// adds two numbers\nint main() {\n\tlong a, b;\n\tscanf(\"%ld %ld\", &a, &b);\n\tprintf(\"%ld\\n\", a + b);\n}\n"


@pytest.fixture()
def judge(site, podium, postgres, database):
    podium.cli("user", "create", JUDY[0], "Judy", "jury", text_input=JUDY[1] + "\n")
    made = Judge(podium, lambda sql, *a: postgres.execute(database, sql, *a))
    made.languages()
    made.runner()
    made.user, = made.execute("SELECT id FROM app_user WHERE email = %s", JUDY[0])[0]
    made.site = site
    made.sum = made.problem("sum", "A sum of two numbers, with a title that is long enough to wrap on a phone", tests=24)
    return made


def settle(judge, public, ordinal, code):
    """What a judge does when a test has ended."""
    judge.execute("UPDATE judging_run r SET verdict = %s, cpu_ms = 10, wall_ms = 12, memory_kib = 1024, ended_at = now()"
                  " FROM judging j JOIN submission s ON s.id = j.submission_id"
                  " WHERE r.judging_id = j.id AND s.public_id = %s AND r.ordinal = %s", code, public, ordinal)


def end(judge, public, verdict, bad=None):
    judge.execute("UPDATE judging j SET state = 3, verdict = %s, first_bad = %s, cpu_ms = 10, memory_kib = 1024, ended_at ="
                  " now() FROM submission s WHERE s.id = j.submission_id AND s.public_id = %s", verdict, bad, public)


# ---- the editor --------------------------------------------------------------------------------------------------------


def test_the_editor(judge, browse):
    driver = browse()
    sign_in(driver, judge.site.url, JUDY)
    driver.get(judge.site.url + "/problem/sum/submit")
    area = find(driver, "#source")
    area.send_keys("int f() {", Keys.ENTER, "return 0; // no", Keys.ENTER)
    value = area.get_property("value")
    assert value == "int f() {\n    return 0; // no\n    ", "a new line is as deep as the block"
    until(driver, lambda: [e.text for e in driver.find_elements(By.CSS_SELECTOR, ".editor-behind .c-k")] == ["int", "return"])
    assert find(driver, ".editor-behind .c-c").text == "// no" and find(driver, ".editor-behind .c-n").text == "0"
    assert find(driver, ".editor-gutter").text.split() == ["1", "2", "3"]
    area.send_keys(Keys.TAB)
    assert area.get_property("value").endswith("    " * 2) and driver.switch_to.active_element == area
    area.send_keys(Keys.SHIFT, Keys.TAB)
    assert area.get_property("value") == value
    area.send_keys(Keys.CONTROL, "z")
    assert area.get_property("value") != value, "what the editor does can be undone"
    area.send_keys(Keys.ESCAPE, Keys.TAB)
    assert driver.switch_to.active_element != area, "Escape and Tab lead out"
    driver.execute_script("document.getElementById('language').value = 'python3';"
                          "document.getElementById('language').dispatchEvent(new Event('change'))")
    until(driver, lambda: "int" not in [e.text for e in driver.find_elements(By.CSS_SELECTOR, ".editor-behind .c-k")])
    boxes = driver.execute_script(
        "return ['#source', '.editor-behind'].map((s) => { const c = getComputedStyle(document.querySelector(s));"
        " return [c.fontSize, c.lineHeight, c.fontFamily, c.paddingLeft, c.tabSize, c.letterSpacing, c.paddingTop] })")
    assert boxes[0] == boxes[1], "the letters lie on each other"
    assert not complaints(driver)


# What is easy to take for something else, in each language.
TRICKY = {
    "cpp17": "#include <cstdio> // no\nint x = 1'000'000, y = 0x1Fe+2, z = 1e-9; /* a /* b */ c */\nchar q = '\\'', r = '\\x41';\n"
             "auto s = \"a \\\" b\"; auto t = \"open\nif (ü) return L'x';",
    "python3": "'''text # no\n''' + \"a\" # b 'c'\nclass A: x = 0x1F if y else 1_000.5e+3\n\"open \\",
    "pascal": "{ a } (* b *) BEGIN 'it''s' End; a := 'c:\\'; for i := 1..9 do // x",
    "haskell": "{- c {- d -} e -} f x' = let 'a' = g -- h\n",
    "rust": "a /* /* */ b */ c<'a> 'x' \"s\n t\" for i in 0..9 { }",
    "ocaml": "(* a (* b *) *) let x' = 'c' and y = \"(*\" in x",
    "kotlin": "val s = \"\"\"a \"b\" c\"\"\"; /* a /* b */ */ var c = '\\n'",
    "go": "s := `a \"b\n` + \"c\" // d\nvar r = 'x'",
    "javascript": "const s = `a ${b}\n` + 'c' + \"d\"; // e\n/* open",
}


def test_the_editor_paints_what_the_page_paints(judge, browse):
    """Two programs read the same tables, one in C for pages, one in the browser for what is typed: they agree."""
    judge.execute("DELETE FROM judge_language")
    for i, language in enumerate(TRICKY):
        judge.execute("INSERT INTO judge_language (host, language, is_there, ordinal, name, extension) VALUES ('h', %s, true, %s,"
                      " %s, 'x')", language, i, language)
    driver = browse()
    sign_in(driver, judge.site.url, JUDY)
    pieces = ("return [...document.querySelectorAll(arguments[0] + ' [class^=c-]')].flatMap((s) => s.textContent.split('\\n')"
              ".filter(Boolean).map((text) => [s.className, text]))")
    for language, source in TRICKY.items():
        public = judge.submission(judge.user, judge.sum, source.encode(), language, "AC")
        driver.get(f"{judge.site.url}/submission/{public}")
        shown = driver.execute_script(pieces, ".code")
        driver.get(f"{judge.site.url}/problem/sum/submit?language={language}")
        driver.execute_script("const a = document.getElementById('source'); a.value = arguments[0];"
                              " a.dispatchEvent(new Event('input'))", source)
        until(driver, lambda: driver.execute_script(pieces, ".editor-behind"))
        assert len(shown) > 2 and driver.execute_script(pieces, ".editor-behind") == shown, language
    assert not complaints(driver)


def test_a_file_goes_into_the_editor_and_is_sent(judge, browse, folder):
    driver = browse()
    sign_in(driver, judge.site.url, JUDY)
    driver.get(judge.site.url + "/problem/sum/submit")
    (folder / "solution.py").write_text("print(sum(map(int, input().split())))\n")
    find(driver, "#file").send_keys(str(folder / "solution.py"))
    until(driver, lambda: find(driver, "#source").get_property("value").startswith("print("))
    assert find(driver, "#language").get_property("value") == "python3"
    find(driver, "#source").send_keys(Keys.CONTROL, Keys.ENTER)
    until(driver, lambda: "/submission/" in driver.current_url)
    assert find(driver, ".code").text.strip().endswith("print(sum(map(int, input().split())))")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_sent_from_the_field(judge, browse, script):
    driver = browse(390, script=script)
    sign_in(driver, judge.site.url, JUDY)
    driver.get(judge.site.url + "/problem/sum/submit")
    find(driver, "#source").send_keys("print(7)")
    driver.find_element(By.XPATH, "//form//button[text()='Submit']").click()
    until(driver, lambda: "/submission/" in driver.current_url)
    assert "print(7)" in find(driver, ".code").text and "Waiting for a judge" in find(driver, "#live").text


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_answers_are_handed_in(judge, browse, folder, script):
    judge.problem("one", "One answer", tests=2, submits_answers=True)
    judge.problem("many", "Many answers", tests=4, submits_answers=True)
    driver = browse(390, script=script)
    sign_in(driver, judge.site.url, JUDY)
    driver.get(judge.site.url + "/problem/one/submit")
    find(driver, "#source").send_keys("forty-two")
    driver.find_element(By.XPATH, "//form//button[text()='Submit']").click()
    until(driver, lambda: "/submission/" in driver.current_url)
    assert "forty-two" in find(driver, ".code").text and "Waiting for a judge" in find(driver, "#live").text
    driver.get(judge.site.url + "/problem/many/submit")
    assert "01.ans, 02.ans, 03.ans" in find(driver, "form.form").text and not driver.find_elements(By.CSS_SELECTOR, "#source")
    (folder / "all.zip").write_bytes(packed({"01.ans": "1", "02.ans": "2"}))
    find(driver, "#file").send_keys(str(folder / "all.zip"))
    driver.find_element(By.XPATH, "//form//button[text()='Submit']").click()
    until(driver, lambda: "/submission/" in driver.current_url)
    assert "A zip with the answers." in find(driver, "main").text and not complaints(driver)


# ---- a verdict arrives -------------------------------------------------------------------------------------------------


def test_what_changes_is_seen_within_200_ms(judge, browse):
    public = judge.submission(judge.user, judge.sum, source=SOURCE.encode(), language="cpp17", state=2)
    driver = browse()
    sign_in(driver, judge.site.url, JUDY)
    driver.get(f"{judge.site.url}/submission/{public}")
    driver.execute_script(
        "window.seen = []; new MutationObserver(() => { const n = document.querySelectorAll('#live .cell.mood-ok').length;"
        " if (n !== window.seen.length) window.seen.push(Date.now()) })"
        ".observe(document.querySelector('.aside-main'), { childList: true, subtree: true })")
    written = []
    for i in range(12):
        settle(judge, public, i, 1)
        written.append(time.time() * 1000)
        time.sleep(0.43)
    until(driver, lambda: driver.execute_script("return window.seen.length") == 12)
    delays = sorted(s - w for w, s in zip(written, driver.execute_script("return window.seen")))
    assert delays[len(delays) // 2] <= 200, delays
    settle(judge, public, 12, 2)
    end(judge, public, 2, 12)
    until(driver, lambda: find(driver, "#live-headline").text == "Wrong answer on test 13")
    until(driver, lambda: driver.find_elements(By.ID, "tests"))
    assert find(driver, "[data-live-status]").get_property("textContent") == "Wrong answer on test 13"
    assert "Wrong answer" in driver.title
    assert not complaints(driver)


def test_without_scripts_the_page_comes_again_by_itself(judge, browse):
    public = judge.submission(judge.user, judge.sum, source=b"print(1)", state=2)
    driver = browse(script=False)
    sign_in(driver, judge.site.url, JUDY)
    driver.get(f"{judge.site.url}/submission/{public}")
    assert "Running test 1 of 24" in find(driver, "#live").text
    for i in range(24):
        settle(judge, public, i, 1)
    end(judge, public, 1)
    until(driver, lambda: find(driver, "#live-headline").text == "Accepted")


# ---- every page --------------------------------------------------------------------------------------------------------


@pytest.fixture()
def full(judge):
    """Something of everything."""
    said = {"difference": "line 3, column 5: expected 7, found 8", "output": "1\n2\n8\n", "errors": "x" * 300,
            "team": "the third answer is wrong", "judge": "seed 17", "exit": "status 1"}
    judge.subs = {
        "wa": judge.submission(judge.user, judge.sum, SOURCE.encode(), "cpp17", "WA", [("AC", None)] * 4 + [("WA", said)],
                               flags=[{"rule": "process", "level": "warn", "says": "starts other programs", "line": 6, "n": 2}]),
        "ac": judge.submission(judge.user, judge.sum, SOURCE.encode(), "cpp17", "AC", [("AC", None)] * 24),
        "ce": judge.submission(judge.user, judge.sum, b"in", "cpp17", "CE",
                               build_text="main.cpp:1:1: error: 'in' does not name a type\n" + "averylongword" * 20),
        "je": judge.submission(judge.user, judge.sum, b"1", "python3", "JE", fault="the validator of the problem crashed"),
        "run": judge.submission(judge.user, judge.sum, b"1", "python3", state=2, tests=[("AC", None)] * 3),
        "wait": judge.submission(judge.user, judge.sum, b"1", "python3", state=0),
    }
    for slug, tests in (("one", 2), ("many", 40)):
        judge.problem(slug, f"Answers: {slug}", tests=tests, submits_answers=True)
    looked = judge.problem("looked", "Looked at")
    judge.execute("UPDATE testcase t SET path = 'secret/(static)' FROM problem_version v WHERE v.id = t.version_id"
                  " AND v.problem_id = %s AND t.ordinal = 1", looked)
    judge.subs["static"] = judge.submission(judge.user, looked, verdict="WA", tests=[("AC", None), ("WA", said)])
    judge.execute("INSERT INTO problem_import (user_id, file_name, size, state, ended_at, report) VALUES (%s, 'sorting.zip',"
                  " 123456, 3, now(), %s)", judge.user, '[{"level":"error","file":"sorting/problem.yaml","line":3,"text":"there is'
                  ' no name in it"},{"level":"warning","file":null,"line":0,"text":"%s"}]' % ("averylongword" * 12))
    judge.execute("INSERT INTO problem_import (user_id, file_name, size, state, step) VALUES (%s, 'two.zip', 5, 1, 'reading')",
                  judge.user)
    first, second = judge.execute("SELECT id FROM problem_import ORDER BY id")
    rejudge, = judge.execute("INSERT INTO rejudge (made_by, why, wanted, n, n_ended, state) VALUES (%s, 'new tests came',"
                             " '{\"problem\":\"sum\"}', 1, 1, 1) RETURNING id", judge.user)[0]
    judge.execute("INSERT INTO judging (submission_id, version_id, rejudge_id, priority, state, verdict, ended_at)"
                  " SELECT j.submission_id, j.version_id, %s, 20, 3, 1, now() FROM judging j JOIN submission s ON s.judging_id ="
                  " j.id WHERE s.public_id = %s", rejudge, judge.subs["wa"])
    judge.pages = ["/", "/problem/sum/submit", "/problem/one/submit", "/problem/many/submit", "/problem/many",
                   "/problem/looked/tests", "/submissions", "/submissions?verdict=AC&problem=nothing", "/jury/submissions",
                   *(f"/submission/{s}" for s in judge.subs.values()), "/problems/import", f"/problems/import/{first[0]}",
                   f"/problems/import/{second[0]}", "/jury/rejudges", "/jury/rejudges/new", f"/jury/rejudges/{rejudge}"]
    return judge


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_sound(full, browse, width, dark):
    driver = browse(width, dark=dark, still=True)
    sign_in(driver, full.site.url, JUDY)
    wrong = []
    for i, path in enumerate(full.pages):
        driver.get(full.site.url + path)
        wrong += [f"{path}: {w}" for w in driver.execute_script(PROBE) + complaints(driver)]
        if os.environ.get("SHOTS") and (width, dark) in ((1280, False), (390, True)):
            height = min(2600, driver.execute_script("return document.documentElement.scrollHeight"))
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
            driver.save_screenshot(f"{os.environ['SHOTS']}/{width}_{i:02}.png")
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False})
    assert not wrong, "\n".join(wrong)
