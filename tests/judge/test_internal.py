"""Operators build and run programs on the judges: start, status, logs, result, and a look at the environment."""

from lab.process import wait_until
from lab.program import Program

BUILD, EXECUTE = "/internal/v1/build", "/internal/v1/execute"


def tried(site, uri, body):
    """Starts a trial and waits for its end; the address of what it came to."""
    reply = site.admin().ask(uri, "POST", body)
    assert reply.status == 202, reply.text
    at = f"{BUILD if uri == BUILD else EXECUTE}/{reply.json()['id']}"
    wait_until(lambda: site.admin().ask(at).json()["state"] == "finished", 120, "the trial")
    return at


def test_built(site):
    at = tried(site, "/internal/v1/build", {"language": "c", "source": "int main(void) { return 0; }\n"})
    result = site.admin().ask(f"{at}/result").json()
    assert result["ok"] and result["size"] > 1000 and "gcc" in result["compiler"] and result["verdict"] is None
    at = tried(site, BUILD, {"language": "c", "source": "int main(void) { return nothing; }\n"})
    assert not site.admin().ask(f"{at}/result").json()["ok"]
    assert "nothing" in site.admin().ask(f"{at}/logs").json()["build_text"]


def test_executed(site):
    source = "import sys\nprint(input()[::-1])\nsys.stderr.write('oops')\nsys.exit(int(input()))\n"

    def run(text, **more):
        at = tried(site, "/internal/v1/execute", {"language": "python3", "source": source, "input": text, "time_ms": 2000,
                                                  "memory_mib": 256, **more})
        return site.admin().ask(f"{at}/result").json(), site.admin().ask(f"{at}/logs").json()
    result, logs = run("abc\n0\n")
    assert (result["verdict"], result["output"], logs["errors"]) == ("OK", "cba\n", "oops")
    assert result["cpu_ms"] >= 1 and result["memory_kib"] > 1000
    result, _ = run("abc\n5\n")
    assert (result["verdict"], result["exit"]) == ("RE", "status 5")
    result, _ = run("", source="while True: pass\n", time_ms=300)
    assert result["verdict"] == "TLE"


def test_the_environment(site):
    at = tried(site, "/internal/v1/execute/test", {})
    result = site.admin().ask(f"{at}/result").json()
    assert result["ok"] and "podium-box" in result["box"] and "python3: Python 3" in result["compiler"]


def test_whoever_is_no_operator(site):
    for uri in ("/internal/v1/build/x", "/internal/v1/build/x/logs", "/internal/v1/build/x/result", "/internal/v1/execute/x",
                "/internal/v1/execute/x/logs", "/internal/v1/execute/x/result"):
        assert Program(site.podium.socket).ask(uri).status == 401
        assert site.member("ann").ask(uri).status == 403
        assert site.admin().ask(uri).status == 404
    for uri in BUILD, EXECUTE, f"{EXECUTE}/test":
        assert site.member("ann").ask(uri, "POST", {}).status == 403
    assert site.admin().ask(BUILD, "POST", {"language": "c", "source": ""}).status == 422
    at = tried(site, BUILD, {"language": "cobol", "source": "x"})  # judge.trial ends; judge.trial_over is for what cannot
    assert "does not know the language" in site.admin().ask(at).json()["fault"]
    assert site.admin().ask(f"{at}/result").status == 409
