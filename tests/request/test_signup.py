"""Making an account and getting back into it, by the mails that a real mail server took."""

import html
import re
import time

import pytest

from lab.client import SAME_ORIGIN, Browser, check_markup
from lab.mail import Exim
from lab.process import wait_until
from lab.program import Program

GOOD = "tangled-kite-41"


@pytest.fixture(scope="module")
def server(lab_folder):
    made = Exim(lab_folder / "signup-mail").start()
    yield made
    made.stop()


@pytest.fixture()
def site(podium, server):
    podium.set(SMTP_URL=server.url, SMTP_FROM="Podium <podium@example.org>", BASE_URL="http://localhost")
    podium.cli("init")
    podium.start_web()
    podium.start_jobs()
    return podium


@pytest.fixture()
def browser(site):
    return Browser(site.socket)


@pytest.fixture()
def sql(postgres, database):
    return lambda text, *arguments: postgres.execute(database, text, *arguments)


class Person:
    """Somebody with an address of his own in each test, who reads his mail."""
    made = 0

    def __init__(self, server):
        Person.made += 1
        self.email = f"mia{Person.made}@example.org"
        self.server = server
        self.seen = 0

    def mail(self):
        self.seen += 1
        return self.server.mail.to(self.email, self.seen)

    def link(self):
        text = self.mail().get_body(["plain"]).get_content()
        return re.search(r"^http://localhost(/\S+)$", text, re.M).group(1)


@pytest.fixture()
def mia(server):
    return Person(server)


def register(browser, email, password=GOOD, name="Mia Weber", **more):
    return browser.ask("/register", "POST", {"email": email, "name": name, "password": password, **more})


def verified(browser, person):
    assert register(browser, person.email).status == 303
    assert Browser(browser.socket).ask(person.link(), "POST", {"password": GOOD}).status == 303
    return person


def test_register_verify_and_sign_in(browser, mia, sql):
    page = browser.ask("/register")
    assert page.status == 200 and "at least 8 characters" in page.text
    check_markup(page.text)
    browser.cookies["zone"] = "Europe/Berlin"
    reply = register(browser, mia.email)
    assert (reply.status, reply.header("Location")) == (303, "/verify?sent=1")
    sent = browser.ask("/verify?sent=1")
    assert "Look into your mail" in sent.text
    check_markup(sent.text)
    refused = browser.sign_in(mia.email, GOOD)
    assert refused.status == 422 and 'href="/verify"' in refused.text and "session" not in browser.cookies
    check_markup(refused.text)
    link = mia.link()
    shown = browser.ask(link)
    assert shown.status == 200 and mia.email in shown.text and shown.header("Cache-Control") == "no-store"
    check_markup(shown.text)
    assert sql("SELECT email_verified_at FROM app_user WHERE email = %s", mia.email) == [(None,)], "looking is not using"
    assert browser.ask(link, "POST", {}, headers={"Origin": "https://evil.example"}).status == 403
    for wrong in ({}, {"password": ""}, {"password": "not my password"}):
        reply = browser.ask(link, "POST", wrong)
        assert reply.status == 422 and 'id="password-error"' in reply.text, "a link alone does not say whose password it was"
        check_markup(reply.text)
    done = browser.ask(link, "POST", {"password": GOOD})
    assert (done.status, done.header("Location")) == (303, "/dashboard?done=verified")
    welcome = browser.ask("/dashboard?done=verified")
    assert "Your address is confirmed" in welcome.text, "link and password are a sign-in"
    check_markup(welcome.text)
    assert browser.ask("/sign-out", "POST", {"csrf": browser.token()}).status == 303
    assert browser.sign_in(mia.email.upper(), GOOD).status == 303
    assert "Mia Weber" in browser.ask("/preferences").text
    assert sql("SELECT handle, roles, zone FROM app_user WHERE email = %s", mia.email) == [
        ("mia-weber", 1, "Europe/Berlin")]
    assert sql("SELECT action FROM audit WHERE action = 'user.verified'") == [("user.verified",)]


def test_what_the_form_refuses(browser, sql):
    cases = [("nobody", GOOD, "Mia", "email-error"), ("a@b\r\nBcc: c@d", GOOD, "Mia", "email-error"),
             ("a@example.org", "short", "Mia", "password-error"), ("a@example.org", "Password123", "Mia", "password-error"),
             ("a@example.org", "x9#" * 25, "Mia", "password-error"), ("a@example.org", GOOD, "", "name-error"),
             ("m\u00e9@example.org", GOOD, "Mia", "email-error")]
    for email, password, name, error in cases:
        reply = register(browser, email, password, name)
        assert reply.status == 422 and f'id="{error}"' in reply.text, (email, password, name)
        assert password not in reply.text
        check_markup(reply.text)
    assert sql("SELECT count(*) FROM app_user") == [(1,)]


def test_nobody_makes_himself_more_than_a_member(browser, mia, sql):
    register(browser, mia.email, roles="31", role="admin", email_verified_at="now", disabled="false", is_verified="1",
             id="1", handle="admin", platforms="3")
    assert sql("SELECT roles, email_verified_at, handle, platforms FROM app_user WHERE email = %s", mia.email) == [
        (1, None, None, 0)], "and a handle only with the confirmation"
    assert browser.ask(mia.link(), "POST", {"password": GOOD, "handle": "admin", "roles": "31"}).status == 303
    assert sql("SELECT roles, handle, platforms FROM app_user WHERE email = %s", mia.email) == [(1, "mia-weber", 0)]


def test_answers_do_not_tell_who_is_known(browser, mia, sql):
    verified(browser, mia)
    stranger = "stranger@example.org"

    def answer(uri, email):
        body = {"email": email, "name": "Mia", "password": GOOD}
        began = time.monotonic()
        reply = browser.ask(uri, "POST", body)
        took = time.monotonic() - began
        return (reply.status, reply.header("Location"), reply.text), took
    for uri in ("/register", "/forgot", "/verify"):
        known, unknown = answer(uri, mia.email), answer(uri, stranger)
        assert known[0] == unknown[0] and known[0][0] == 303, uri
    assert "You have an account already" == mia.mail()["Subject"]
    assert "Choose a new password" == mia.mail()["Subject"]
    assert sql("SELECT name FROM app_user WHERE email = %s", mia.email) == [("Mia Weber",)], "nothing changed"
    assert browser.sign_in(mia.email, GOOD).status == 303


@pytest.mark.parametrize("known", [True, False])
def test_a_registration_tells_nobody_what_it_met(browser, mia, site, sql, known):
    """Mallory registers an address and sees neither by its password nor by its handle whether it was free."""
    if known:
        verified(browser, mia)
    assert register(browser, mia.email, "somebody-elses-77", "Mal Lory").status == 303
    program, mallory = Program(site.socket), Browser(site.socket)
    answers = [mallory.sign_in(mia.email, "somebody-elses-77") for _ in range(3)]
    assert [a.status for a in answers] == [422] * 3 and "session" not in mallory.cookies
    assert all("or the address is not confirmed yet" in a.text for a in answers)
    replies = [program.ask("/api/v1/auth/login", "POST", {"email": mia.email, "password": "somebody-elses-77"})
               for _ in range(3)]
    assert [r.status for r in replies] == [401, 401, 429], "counted as for any other address"
    assert sql("SELECT count(*) FROM app_user WHERE handle = 'mal-lory'") == [(0,)]


def test_spellings_that_the_database_takes_for_one(browser, mia, sql):
    """Full-width letters are the same to it. An address that has an account must not be told by that."""
    verified(browser, mia)
    for email in (mia.email, "nobody@example.org"):
        wide = "".join(chr(ord(c) + 0xfee0) for c in email[:3]) + email[3:]
        answers = [browser.sign_in(wide if i % 2 else email, f"wrong guess {i}").status for i in range(8)]
        assert answers == [422] * 8, "each spelling has tries of its own"
    assert Browser(browser.socket).sign_in("".join(chr(ord(c) + 0xfee0) for c in mia.email[:3]) + mia.email[3:],
                                           GOOD).status == 422


def links_of(mail):
    text, html = (mail.get_body([sort]).get_content() for sort in ("plain", "html"))
    found = set(re.findall(r"http://localhost(/[^\s\"<>]*)", text + html))
    assert found
    return found


def test_programs_that_open_links_confirm_nothing(browser, mia, site, sql):
    """A scanner of mails opens all links, and all that it finds behind them, with GET and HEAD."""
    register(browser, mia.email, "somebody-elses-77", "Mallory")
    scanner, seen, left = Browser(site.socket), set(), links_of(mia.mail())
    while left and len(seen) < 100:
        uri = left.pop()
        seen.add(uri)
        assert scanner.ask(uri, "HEAD").status < 500
        page = scanner.ask(uri)
        left |= {html.unescape(u) for u in re.findall(r'(?:href|action|src)="(/[^"#]*)', page.text)
                 if not u.startswith(("/css", "/js", "/img", "/font"))} - seen
    assert any(u.startswith("/verify/") for u in seen) and not any(u.startswith("/api/v1/auth") for u in seen)
    assert sql("SELECT email_verified_at, password_hash FROM app_user WHERE email = %s", mia.email) == [(None, None)]
    assert Browser(site.socket).sign_in(mia.email, "somebody-elses-77").status == 422


def test_a_registration_that_nobody_confirms_has_an_end(browser, mia, site, sql):
    register(browser, mia.email)
    register(browser, "second@example.org")
    register(browser, "third@example.org")
    mia.link()
    wait_until(lambda: sql("SELECT count(*) FROM email_token") == [(3,)], 30, "the letters")
    sql("UPDATE app_user SET created_at = now() - interval '8 days' WHERE email_verified_at IS NULL")
    sql("UPDATE registration SET created_at = now() - interval '8 days'")

    def purge():
        sql("TRUNCATE job_done")
        sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'maintenance.purge', '{}' FROM job_queue"
            " WHERE name = 'maintenance'")
        wait_until(lambda: sql("SELECT 1 FROM job_done WHERE kind = 'maintenance.purge'"), 30, "the purge")
        return {r[0] for r in sql("SELECT email FROM app_user WHERE roles & 16 = 0")}
    assert purge() == {mia.email, "second@example.org", "third@example.org"}, "their links are still good"
    sql("UPDATE email_token SET expires_at = now() - interval '1 s'")
    sql("UPDATE app_user SET disabled = true WHERE email = 'third@example.org'")
    register(browser, mia.email)
    assert purge() == {mia.email, "third@example.org"}, "registered anew, and locked by an admin"
    assert browser.ask(mia.link(), "POST", {"password": GOOD}).status == 303
    sql("UPDATE app_user SET created_at = now() - interval '800 days'")
    assert purge() == {mia.email, "third@example.org"}, "what is confirmed stays"
    assert register(browser, "second@example.org").status == 303, "and may come again"
    assert sql("SELECT count(*) FROM app_user WHERE email = 'second@example.org'") == [(1,)]


def test_link_is_good_once_and_for_a_time(browser, mia, sql):
    register(browser, mia.email)
    first = mia.link()
    assert browser.ask("/verify", "POST", {"email": mia.email}).header("Location") == "/verify?sent=1"
    second = mia.link()
    assert browser.ask(first).status == 404, "a new link ends the old one"
    assert browser.ask(first, "POST", {}).status == 404
    kept = sql("SELECT expires_at - created_at, token_hash FROM email_token")[0]
    assert kept[0].total_seconds() == 900
    assert second.split("/")[-1].encode() not in bytes(kept[1]), "only a hash is kept"
    sql("UPDATE email_token SET expires_at = now() - interval '1 s'")
    assert browser.ask(second).status == 404 and browser.ask(second, "POST", {}).status == 404
    sql("UPDATE email_token SET expires_at = now() + interval '1 minute'")
    assert browser.ask(second.replace("/verify/", "/reset/")).status == 404, "another purpose"
    assert browser.ask(second, "POST", {"password": GOOD}).status == 303
    assert browser.ask(second, "POST", {"password": GOOD}).status == 404, "used"
    for token in ("x", "a" * 43, "%00", "../../etc/passwd", "A" * 2000):
        for uri in (f"/verify/{token}", f"/reset/{token}", f"/unlock/{token}", f"/email/{token}"):
            assert browser.ask(uri).status in (400, 404)
            assert browser.ask(uri, "POST", {"password": GOOD}).status in (400, 404)


def test_forgotten_password(browser, mia, site, sql):
    verified(browser, mia)
    elsewhere = Browser(site.socket)
    assert elsewhere.sign_in(mia.email, GOOD).status == 303
    assert browser.ask("/forgot").status == 200
    check_markup(browser.ask("/forgot?sent=1").text)
    browser.ask("/forgot", "POST", {"email": mia.email.upper()})
    link = mia.link()
    page = browser.ask(link)
    assert page.status == 200 and mia.email in page.text
    check_markup(page.text)
    refused = browser.ask(link, "POST", {"password": "password1"})
    assert refused.status == 422 and "everybody tries first" in refused.text
    assert browser.ask(link, "POST", {}).status == 422
    assert browser.ask(link, "POST", {"password": "another-kite-42"}).header("Location") == "/sign-in?done=reset"
    assert browser.ask(link, "POST", {"password": "a third-kite-43"}).status == 404
    assert "Mia Weber" not in elsewhere.ask("/preferences").text, "other devices are signed out"
    assert mia.mail()["Subject"] == "Your account was changed"
    assert browser.sign_in(mia.email, GOOD).status == 422
    assert browser.sign_in(mia.email, "another-kite-42").status == 303
    assert sql("SELECT count(*) FROM audit WHERE action = 'user.password'") == [(1,)]


def test_nobody_slips_his_password_into_anothers_registration(browser, mia, site, sql):
    """Mallory registers Mia's address before her and after her; the newest mail is his doing, and she opens it."""
    register(browser, mia.email, "somebody-elses-77", "Mallory")
    mia.link()
    register(browser, mia.email)
    mia.link()
    register(browser, mia.email, "somebody-elses-78", "Mallory again")
    newest = mia.link()
    assert sql("SELECT password_hash FROM app_user WHERE email = %s", mia.email) == [(None,)]
    assert browser.ask(newest, "POST", {"password": "somebody else's 79"}).status == 422
    assert browser.ask(newest, "POST", {"password": GOOD}).header("Location") == "/dashboard?done=verified"
    assert sql("SELECT name, handle FROM app_user WHERE email = %s", mia.email) == [("Mia Weber", "mia-weber")]
    other = Browser(site.socket)
    for theirs in ("somebody-elses-77", "somebody-elses-78"):
        assert other.sign_in(mia.email, theirs).status == 422
    assert other.sign_in(mia.email, GOOD).status == 303
    assert sql("SELECT count(*) FROM registration") == [(0,)]


def test_registrations_of_one_address_do_not_pile_up(browser, mia, sql):
    for i in range(7):
        assert register(browser, mia.email, f"{GOOD}-{i}", f"Number {i}").status == 303
    assert [r[0] for r in sql("SELECT name FROM registration ORDER BY id")] == [f"Number {i}" for i in range(2, 7)]
    assert sql("SELECT count(*) FROM app_user WHERE email = %s", mia.email) == [(1,)]


def test_a_chosen_password_ends_what_was_registered(browser, mia, site, sql):
    """Whoever reads the mails of an address is its owner, whatever was registered with it before."""
    register(browser, mia.email, "somebody-elses-77", "Mallory")
    mia.link()
    browser.ask("/forgot", "POST", {"email": mia.email})
    assert browser.ask(mia.link(), "POST", {"password": GOOD}).header("Location") == "/sign-in?done=reset"
    assert Browser(site.socket).sign_in(mia.email, "somebody-elses-77").status == 422
    assert Browser(site.socket).sign_in(mia.email, GOOD).status == 303
    assert sql("SELECT count(*) FROM registration") == [(0,)]


def test_locked_account_is_unlocked_by_its_owner(browser, mia, sql):
    verified(browser, mia)
    for i in range(5):
        assert browser.sign_in(mia.email, f"wrong guess {i}").status == 422
    assert browser.sign_in(mia.email, GOOD).status == 429
    mail = mia.mail()
    assert mail["Subject"] == "Your account is locked for a while"
    link = re.search(r"(/unlock/\S+)", mail.get_body(["plain"]).get_content()).group(1)
    assert browser.ask(link).status == 200
    assert browser.sign_in(mia.email, GOOD).status == 429, "looking is not using"
    assert browser.ask(link, "POST", {}).status == 303
    assert browser.ask(link, "POST", {}).status == 404
    assert browser.sign_in(mia.email, GOOD).status == 303
    assert {r[0] for r in sql("SELECT action FROM audit")} >= {"user.locked", "user.unlocked"}


def test_address_gets_at_most_five_mails_an_hour(browser, mia, server, sql):
    verified(browser, mia)
    for _ in range(8):
        assert browser.ask("/forgot", "POST", {"email": mia.email}).status == 303
    wait_until(lambda: sql("SELECT 1 FROM job_done WHERE kind = 'account.letter' HAVING count(*) = 9"), 30, "the letters")
    assert sql("SELECT count(*) FROM mail WHERE recipient = %s", mia.email) == [(5,)]


def test_site_that_cannot_send_mails_says_so(podium):
    podium.set(ENCRYPTION_KEY="")
    podium.start_web()
    browser = Browser(podium.socket)
    assert "cannot send mails" in browser.ask("/register").text
    for uri in ("/register", "/forgot", "/verify"):
        reply = browser.ask(uri, "POST", {"email": "a@example.org", "name": "A", "password": GOOD})
        assert reply.status == 503 and "cannot send mails" in reply.text


def test_links_do_not_lead_where_the_request_says(podium, sql):
    """In production nobody but the operator names the host of a link; in development the request may."""
    podium.set(ENV="production", BASE_URL="", PASSWORD_COST=12)
    podium.start_web()
    reply = Browser(podium.socket).ask("/forgot", "POST", {"email": "a@example.org"}, HTTP_HOST="evil.example",
                                       headers={**SAME_ORIGIN, "Origin": "http://evil.example"})
    assert reply.status == 503
    assert sql("SELECT count(*) FROM job WHERE kind = 'account.letter'") == [(0,)]


def test_member_sets_another_password(browser, mia, site):
    verified(browser, mia)
    browser.sign_in(mia.email, GOOD)
    other = Browser(site.socket)
    other.sign_in(mia.email, GOOD)
    page = browser.ask("/settings/password")
    assert page.status == 200 and mia.email in page.text
    check_markup(page.text)

    def change(new, old=GOOD):
        return browser.ask("/settings/password", "POST", {
            "csrf": browser.token(), "new_password": new, "password": old})
    wrong = change("another-kite-42", "not my password")
    assert wrong.status == 422 and "password-error" in wrong.text
    assert "everybody tries first" in change("password1").text
    assert change("").status == 422
    assert change("another-kite-42").header("Location") == "/settings/password?done=password"
    assert "Mia Weber" in browser.ask("/preferences").text and "Mia Weber" not in other.ask("/preferences").text
    assert mia.mail()["Subject"] == "Your account was changed"
    assert other.sign_in(mia.email, GOOD).status == 422
    assert other.sign_in(mia.email, "another-kite-42").status == 303


def test_member_moves_to_another_address(browser, mia, site, server, sql):
    verified(browser, mia)
    new = Person(server)
    browser.sign_in(mia.email, GOOD)
    other = Browser(site.socket)
    other.sign_in(mia.email, GOOD)
    check_markup(browser.ask("/settings/email").text)

    def move(to, password=GOOD):
        return browser.ask("/settings/email", "POST", {"csrf": browser.token(), "email": to, "password": password})
    assert move(new.email, "not my password").status == 422
    assert move("nobody").status == 422
    assert move("admin@localhost").header("Location") == "/settings/password?done=email", "as for any other"
    assert move(new.email).header("Location") == "/settings/password?done=email"
    link = new.link()
    assert link.startswith("/email/") and browser.ask(link).status == 200
    assert sql("SELECT count(*) FROM app_user WHERE email = %s", new.email) == [(0,)]
    assert browser.ask(link, "POST", {}).header("Location") == "/settings/profile"
    told = mia.mail()
    assert told["Subject"] == "Your account was changed" and new.email in told.get_body(["plain"]).get_content()
    assert browser.ask(link, "POST", {}).status == 404
    assert "Mia Weber" in browser.ask("/preferences").text and "Mia Weber" not in other.ask("/preferences").text
    assert other.sign_in(mia.email, GOOD).status == 422
    assert other.sign_in(new.email, GOOD).status == 303
    assert sql("SELECT count(*) FROM mail WHERE recipient = 'admin@localhost'") == [(0,)]


def test_a_new_password_ends_a_move_that_waits(browser, mia, server, sql):
    """Whoever knew the old password has no way back by an address of his own."""
    verified(browser, mia)
    new = Person(server)
    browser.sign_in(mia.email, GOOD)
    browser.ask("/settings/email")
    browser.ask("/settings/email", "POST", {"csrf": browser.token(), "email": new.email, "password": GOOD})
    link = new.link()
    browser.ask("/settings/password", "POST", {
        "csrf": browser.token(), "new_password": "another-kite-42", "password": GOOD})
    assert browser.ask(link).status == 404 and browser.ask(link, "POST", {}).status == 404
    assert sql("SELECT count(*) FROM app_user WHERE email = %s", mia.email) == [(1,)]


def test_the_last_mail_leaves_no_address(browser, mia, sql):
    verified(browser, mia)
    browser.sign_in(mia.email, GOOD)
    browser.ask("/settings/data")
    assert browser.ask("/settings/data/delete", "POST", {"csrf": browser.token(), "password": GOOD}).status == 303
    assert mia.mail()["Subject"] == "Your account is deleted"
    wait_until(lambda: sql("SELECT count(*) FROM mail WHERE recipient = %s", mia.email) == [(0,)], 20, "the end")
