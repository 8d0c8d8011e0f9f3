"""What readers see of samples: dialogues, and other texts than the test's own, as the package format has it."""

import io
import re
import zipfile

import pytest

from lab.client import Browser, check_markup
from lab.people import enlist, program_of
from lab.process import TOP

PROBLEMS = TOP / "tests" / "problems"


@pytest.fixture(scope="module")
def site(seeded):
    enlist(seeded, {"mia": "member", "jo": "jury"})
    return seeded


@pytest.fixture()
def bring(site, folder):
    """Imports a package, a folder or files, for everybody to see."""
    def run(slug, files=None):
        path = PROBLEMS / slug
        if files is not None:
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w") as z:
                for name, text in files.items():
                    z.writestr(name, text)
            path = folder / f"{slug}.zip"
            path.write_bytes(data.getvalue())
            path.chmod(0o644)
        site.cli("problem", "import", str(path))
        site.execute("UPDATE problem SET visibility = 2 WHERE slug = %s", slug)
    return run


def page(site, slug):
    site.execute("DELETE FROM rate_window")
    reply = Browser(site.socket).ask(f"/problem/{slug}")
    assert reply.status == 200
    check_markup(reply.text)
    return reply.text


def names(site, who, slug):
    return [t["name"] for t in program_of(site, who).ask(f"/api/v1/testcases/{slug}").json()["testcases"]]


def test_a_dialogue_stands_for_input_and_answer(site, bring):
    for slug in ("sounding", "lightmail"):
        bring(slug)
        shown = page(site, slug)
        assert "Sample dialogue 1" in shown and "Sample input" not in shown
        assert re.search(r'<li class="talk-judge"><b>Judge</b>\s*<pre>', shown)
        assert re.search(r'<li class="talk-program"><b>Program</b>\s*<pre>', shown)
        assert ('<li class="talk-pass">Next pass</li>' in shown) == (slug == "lightmail")
        assert names(site, "mia", slug) == [] and names(site, "jo", slug)


BASE = {
    "problem_statement/problem.en.tex": "\\problemname{Talk}\nTalk.\n", "output_validators/v.py": "exit(42)\n",
    "data/secret/1.in": "s\n", "data/secret/1.ans": "s\n", "submissions/accepted/a.py": "print(1)\n",
}


def test_data_of_legacy_interactive_samples_are_not_for_readers(site, bring):
    bring("talk", {**BASE, "problem.yaml": "name: Talk\nvalidation: custom interactive\n", "data/sample/1.in": "secret one\n",
                   "data/sample/1.ans": "secret two\n", "data/sample/extra.interaction": ">3\n>4\nnoise\n<higher\n---\n>5\n",
                   "data/sample/1.in.statement": "told in\n", "data/sample/1.ans.statement": "told ans\n"})
    shown = page(site, "talk")
    assert "secret" not in shown and "noise" not in shown
    assert "told in" in shown and "told ans" in shown, "what was written to be shown is"
    assert "<pre>3\n4</pre>" in shown and "<pre>higher</pre>" in shown and "Next pass" in shown
    assert names(site, "mia", "talk") == [] and names(site, "jo", "talk") == ["sample/1", "secret/1"]


def test_other_texts_than_the_tests_own(site, bring):
    bring("other", {**BASE, "problem.yaml": "problem_format_version: 2025-09\nname: Other\nuuid: 1\n",
                    "statement/problem.en.md": "Other.\n",
                    **{f"data/sample/{i}.{x}": f"own {x} {i}\n" for i in (1, 2, 3) for x in ("in", "ans")},
                    "data/sample/1.in.statement": "told in\n", "data/sample/1.ans.statement": "told ans\n",
                    "data/sample/2.out": "told out\n"})
    shown = page(site, "other")
    for text in ("told in", "told ans", "own in 2", "told out", "own in 3", "own ans 3"):
        assert f"<pre tabindex=\"0\">{text}\n</pre>" in shown, text
    for text in ("own in 1", "own ans 1", "own ans 2"):
        assert text not in shown
    assert names(site, "mia", "other") == ["sample/1", "sample/2", "sample/3"]
