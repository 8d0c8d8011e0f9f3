"""A problem's whole way, as new users go it, with a real judge: a creator sends in a package that ships, sees it proved
sound by the jury's own solutions and shows it to everybody; members read it, solve it wrongly in every way and rightly
once, in the browser with and without scripts and with curl; its limits change and the jury judges it again."""

import io
import json
import os
import pathlib
import subprocess
import tempfile
import zipfile

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from lab.judging import Site
from lab.look import PROBE, complaints, find, sign_in
from lab.people import PASSWORD, address, enlist
from lab.process import TOP, wait_until
from lab.webserver import Lighttpd

PACKAGE = TOP / "tests" / "problems" / "ropeway"
RIGHT = (PACKAGE / "submissions" / "accepted" / "prefix.cpp").read_text()
HEAD = "#include <cstdio>\n#include <cstdlib>\n#include <vector>\n"
WAYS = {
    "WA": ("Wrong answer on test 1, a sample", HEAD + 'int main() { puts("0.5"); }\n'),
    "TLE": ("Time limit exceeded on test 1, a sample", HEAD + "int main() { for (volatile int i = 0;; i = i + 1) {} }\n"),
    "MLE": ("Memory limit exceeded on test 1, a sample",
            HEAD + "int main() { std::vector<char> v(600u << 20, 1); return v[rand() % v.size()] - 1; }\n"),
    "OLE": ("Output limit exceeded on test 1, a sample",
            HEAD + "int main() { static char b[65536]; for (;;) fwrite(b, 1, sizeof(b), stdout); }\n"),
    "RE": ("Run-time error on test 1, a sample", HEAD + "int main() { abort(); }\n"),
    "CE": ("Compile error", "int main( { return nothing_such; }\n"),
    "AC": ("Accepted", RIGHT),
}
ENDED = "return ['.live-code', '#live-headline'].map((css) => document.querySelector(css).textContent)"


def packed(folder):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as z:
        for path in sorted(folder.rglob("*")):
            z.write(path, path.relative_to(folder.parent))
    return data.getvalue()


@pytest.fixture()
def house(postgres, lab_folder):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
    os.chmod(folder, 0o711)
    made = Site(folder, postgres, WEB_WORKERS=4).start()
    made.podium.start_live()
    made.folder = folder
    enlist(made.podium, {"cleo": "creator", "ann": "member", "bob": "member", "carl": "member", "judy": "jury"})
    server = Lighttpd(folder / "w", made.podium.run, made.podium.pages).start()
    made.url = server.url
    yield made
    server.stop()
    made.stop()


def until(driver, condition):
    """Waits for what a click has asked for, or a judge has to do first, on however busy a machine."""
    WebDriverWait(driver, 120, ignored_exceptions=[WebDriverException]).until(lambda _: condition())


def sound(driver):
    wrong = driver.execute_script(PROBE) + complaints(driver)
    assert not wrong, f"{driver.current_url}: {wrong}"


def press(driver, text):
    driver.find_element(By.XPATH, f"//main//button[normalize-space()='{text}']").click()


def import_and_verify(house, browse):
    """By the creator, until everybody sees it."""
    driver = browse()
    sign_in(driver, house.url, (address("cleo"), PASSWORD))
    driver.get(house.url + "/problems/import")
    broken = house.folder / "broken.zip"
    with zipfile.ZipFile(broken, "w") as z:
        z.writestr("broken/problem.yaml", "name: Broken\nlimits:\n  memory: lots\n")
        z.writestr("broken/data/secret/1.in", "1\n")
    find(driver, "#package").send_keys(str(broken))
    press(driver, "Import it")
    until(driver, lambda: find(driver, "#headline").text == "Refused")
    report = find(driver, ".report").text
    assert "problem.yaml:3" in report and "memory is not a number" in report and "the test has no .ans" in report, report
    sound(driver)
    driver.find_element(By.LINK_TEXT, "Import another one").click()
    until(driver, lambda: find(driver, "#package"))
    package = house.folder / "ropeway.zip"
    package.write_bytes(packed(PACKAGE))
    find(driver, "#package").send_keys(str(package))
    press(driver, "Import it")
    until(driver, lambda: find(driver, "#headline").text == "Imported")
    sound(driver)
    driver.find_element(By.PARTIAL_LINK_TEXT, "To the problem").click()
    until(driver, lambda: driver.current_url.endswith("/problem/ropeway"))
    sound(driver)
    driver.find_element(By.LINK_TEXT, "Versions").click()
    until(driver, lambda: "may be used in contests" in find(driver, "#verification").text)
    outcomes = [e.text for e in driver.find_elements(By.CSS_SELECTOR, ".solutions .badge")]
    assert outcomes == ["as expected"] * 8, find(driver, "#verification").text
    sound(driver)
    settings(driver, lambda: find(driver, "#visibility option[value=public]").click())
    return driver


def settings(driver, change):
    driver.find_element(By.LINK_TEXT, "Settings").click()
    until(driver, lambda: find(driver, "#visibility"))
    change()
    press(driver, "Save")
    until(driver, lambda: driver.current_url.endswith("done=saved"))
    sound(driver)


def write(driver, source):
    """As if it was pasted."""
    driver.execute_script("const a = document.getElementById('source'); a.value = arguments[0];"
                          " a.dispatchEvent(new Event('input'))", source)


def solve_in_every_way(house, driver, enter):
    """Each verdict, from the problem's page on; what the page says of it."""
    for code, (headline, source) in WAYS.items():
        driver.get(house.url + "/problem/ropeway")
        assert "A ropeway is held up by" in find(driver, ".statement").text
        driver.find_element(By.LINK_TEXT, "Submit a solution").click()
        until(driver, lambda: find(driver, "#source"))
        enter(driver, code, source)
        press(driver, "Submit")
        until(driver, lambda: "/submission/" in driver.current_url)
        until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#live:not([data-poll])"))
        assert driver.execute_script(ENDED) == [code, headline]
        if code == "CE":
            until(driver, lambda: "error" in find(driver, "section[aria-labelledby=compiler] pre").text)
        if code == "WA":
            # the difference of a sample is shown
            until(driver, lambda: "0.5" in find(driver, "section[aria-labelledby=details]").text)
        sound(driver)
    driver.get(house.url + "/submissions")
    codes = [e.text.split()[0] for e in driver.find_elements(By.CSS_SELECTOR, ".sub-verdict")]
    assert codes == list(reversed(WAYS)), codes
    sound(driver)


def with_scripts(house, browse):
    driver = browse()
    sign_in(driver, house.url, (address("ann"), PASSWORD))

    def enter(driver, code, source):
        if code == "WA":
            find(driver, "#language option[value=cpp17]").click()
        # the language was remembered after the first one
        assert find(driver, "#language").get_property("value") == "cpp17"
        write(driver, source)
    solve_in_every_way(house, driver, enter)


def without_scripts(house, browse):
    driver = browse(390, script=False)
    sign_in(driver, house.url, (address("bob"), PASSWORD))

    def enter(driver, code, source):
        find(driver, "#language option[value=cpp17]").click()
        path = house.folder / f"{code.lower()}.cpp"
        path.write_text(source)
        find(driver, "#file").send_keys(str(path))
    solve_in_every_way(house, driver, enter)


def curl(house, token, path, body=None):
    """What a program says and hears: the status and the JSON."""
    done = subprocess.run(
        ["curl", "-sS", "--max-time", "30", "-w", "\n%{http_code}", "-H", f"Authorization: Bearer {token}",
         *(["-H", "Content-Type: application/json", "--data-binary", json.dumps(body)] if body is not None else []),
         house.url + path], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    text, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(text)


def verdict_of(house, token, submission):
    status, result = curl(house, token, f"/api/v1/submissions/{submission}/result")
    assert status == 200, result
    return result["verdict"]


def with_curl(house):
    status, signed_in = curl(house, "", "/api/v1/auth/login", {"email": address("carl"), "password": PASSWORD})
    assert status == 200
    status, made = curl(house, signed_in["access_token"], "/api/v1/users/tokens",
                        {"name": "my script", "days": 30, "scopes": ["submissions:read", "submissions:write", "problems:read"]})
    assert status == 201, made
    token = made["token"]
    status, problem = curl(house, token, "/api/v1/problems/ropeway")
    assert status == 200 and problem["title"] == "Ropeway" and problem["memory_mib"] == 512
    sent = {}
    for code, (_, source) in WAYS.items():
        status, reply = curl(house, token, "/api/v1/submissions", {"problem": "ropeway", "language": "cpp17", "source": source})
        assert status == 201, reply
        sent[code] = reply["id"]
    wait_until(lambda: all(verdict_of(house, token, s) for s in sent.values()), 120, "the verdicts", every=0.3)
    status, listed = curl(house, token, "/api/v1/submissions/problem/ropeway")
    assert status == 200 and {s["id"]: s["verdict"] for s in listed["submissions"]} == {v: k for k, v in sent.items()}
    return token, sent


def judged_again(house, creator, browse):
    """By the jury, once there is more memory: a set that is looked at, and applied."""
    creator.get(house.url + "/problem/ropeway")

    def give_more():
        find(creator, "#memory_mib").clear()
        find(creator, "#memory_mib").send_keys("2048")
    settings(creator, give_more)
    driver = browse()
    sign_in(driver, house.url, (address("judy"), PASSWORD))
    driver.get(house.url + "/jury/submissions?problem=ropeway&verdict=MLE")
    assert len(driver.find_elements(By.CSS_SELECTOR, "a.sub-link")) == 3
    sound(driver)
    driver.find_element(By.LINK_TEXT, "Rejudge these").click()
    until(driver, lambda: find(driver, "#why"))
    find(driver, "#why").send_keys("there is more memory now")
    press(driver, "Judge them again")
    until(driver, lambda: find(driver, ".actions .button-main").is_enabled())
    came_out = [e.text for e in driver.find_elements(By.CSS_SELECTOR, "tr.is-changed td:last-child")]
    assert [text.split()[0] for text in came_out] == ["WA"] * 3, came_out
    sound(driver)
    press(driver, "Apply all of it")
    until(driver, lambda: find(driver, "#headline").text.lower().startswith("applied"))
    sound(driver)


def test_a_problem_from_package_to_verdicts(house, browse):
    creator = import_and_verify(house, browse)
    with_scripts(house, browse)
    without_scripts(house, browse)
    token, sent = with_curl(house)
    assert {code: verdict_of(house, token, submission) for code, submission in sent.items()} == {code: code for code in WAYS}
    judged_again(house, creator, browse)
    assert verdict_of(house, token, sent["MLE"]) == "WA", "what the jury applied counts"
