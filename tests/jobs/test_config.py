"""The configuration as an operator meets it: every program refuses what it cannot take, and says where."""

import os
import re
import subprocess

import pytest

from lab.podium import BUILD, SANITIZER
from lab.process import TOP

STAYING = ["podium-web", "podium-jobs", "podium-live"]
PROGRAMS = ["podium"] + STAYING


def run(program, config=None, *words, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith("PODIUM")}
    env.update(SANITIZER, **environment)
    argv = [str(BUILD / program)] + (["--config", str(config)] if config else []) + list(words)
    if program == "podium" and not words:
        argv.append("config-example")
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30,
                          stdin=subprocess.DEVNULL, env=env)


@pytest.fixture()
def config(folder):
    path = folder / "podium.conf"

    def write(text):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
    return write


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("text, message", [
    ("# mine\nPROT=80\n", "podium.conf:2: PROT: there is no such key"),
    ("PORT=80\nPORT=81\n", "podium.conf:2: PORT: the key is given twice"),
    ("PORT=70000\n", "podium.conf:1: PORT: "),
    ("\n\nWEB_WORKERS=many\n", "podium.conf:3: WEB_WORKERS: "),
    ("[section]\n", "podium.conf:1: expected KEY=value"),
    ("BASE_URL=example.org\n", "podium.conf:1: BASE_URL: "),
    ("ENV=production\nPASSWORD_COST=11\n", "podium.conf:2: PASSWORD_COST: at least 12 in production"),
    ("ENV=prod\n", "podium.conf:1: ENV: "),
    (b"FROM_ENV=\xff\xfe\n", "podium.conf:1: FROM_ENV: the value is not UTF-8"),
], ids=["unknown", "twice", "range", "word", "section", "address", "cost", "env", "bytes"])
def test_a_wrong_file_stops_every_program(program, config, text, message):
    done = run(program, config(text))
    assert done.returncode == 1
    assert message in done.stderr.replace('\\"', '"')
    assert done.stdout == ""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_missing_file_stops_every_program(program, folder):
    done = run(program, folder / "none.conf")
    assert done.returncode == 1
    assert "none.conf" in done.stderr and "No such file" in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_wrong_environment_stops_every_program(program, config):
    done = run(program, config("PORT=80\n"), PORT="eighty")
    assert done.returncode == 1
    assert "environment: PORT: " in done.stderr


@pytest.mark.parametrize("program", STAYING)
@pytest.mark.parametrize("line, message", [
    ("POSTGRES_DB=host hunter2", "POSTGRES_DB: the connection string of the primary cannot be read"),
    ("POSTGRES_READ_DB=host=a, password:hunter2", "POSTGRES_READ_DB: the connection string of the replica cannot"),
    ("VALKEY_URI=http://:hunter2@cache.example.org", "VALKEY_URI is neither"),
    ("SMTP_URL=http://a:hunter2@mail.example.org", "SMTP_URL begins with smtp://"),
    ("SMTP_FROM=nobody", "SMTP_FROM holds no address"),
    ("CALDAV_PRIVATE=dav.lan, https://dav.lan", "CALDAV_PRIVATE: \"https://dav.lan\" is no host"),
    ("POSTGRES_CA=/etc/ssl/ca.pem", "POSTGRES_CA: the value is no PEM text"),
])
def test_what_has_a_language_of_its_own_stops_the_servers_too(program, line, message, config):
    done = run(program, config(f"# mine\n{line}\n"))
    assert done.returncode == 1
    assert f"podium.conf:2: {message}" in done.stderr.replace('\\"', '"')
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("line, message", [
    ("TRUST_PROXY=10.0.0.0/33", "TRUST_PROXY: "),
    ("WEB_WORKERS=100", "WEB_WORKERS wants"),
    ("CONNECTION_LIMIT=1", "CONNECTION_LIMIT: WEB_WORKERS wants"),
])
def test_what_only_the_pages_read_stops_them(line, message, config):
    done = run("podium-web", config(f"# mine\n{line}\n"))
    assert done.returncode == 1
    assert f"podium.conf:2: {message}" in done.stderr


@pytest.mark.parametrize("program", STAYING)
def test_an_address_of_redis_with_tls_stops_the_servers(program, config):
    done = run(program, config("VALKEY_URI=rediss://:hunter2@cache.example.org\n"))
    assert done.returncode == 1
    assert "asks for TLS, which needs hiredis 1.0" in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("program", STAYING)
@pytest.mark.parametrize("keys", ["5ec7e7", "k1:5ec7e7", "k1:" + "5ec7e7" * 11, "K!:" + "5ec7" * 16,
                                  ",".join(["k1:" + "5ec7" * 16] * 2)])
def test_keys_that_cannot_seal_stop_the_servers(program, keys, config):
    done = run(program, config(f"ENCRYPTION_KEY={keys}\n"))
    assert done.returncode == 1
    assert "ENCRYPTION_KEY" in done.stderr and "5ec7" not in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_is_no_error(program):
    done = run(program, None, "--help")
    assert done.returncode == 0 and "--config FILE" in done.stdout and done.stderr == ""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("key", ["SESSION_SECRET", "CRON_SECRET", "ADMIN_PASSWORD"])
def test_a_refused_secret_is_not_shown(program, key, config):
    done = run(program, config(f"{key}=hunt\x07er2\n"))
    assert done.returncode == 1
    assert key in done.stderr
    assert "hunt" not in done.stderr and "er2" not in done.stderr


def test_the_example_is_shipped_and_accepted(config):
    example = run("podium").stdout
    assert example == (TOP / "etc/podium.conf.example").read_text()
    every_key = re.sub(r"(?m)^#([A-Z][A-Z0-9_]*=)", r"\1", example)
    assert every_key.count("\nPORT=") == 1
    assert run("podium", config(example)).returncode == 0
    assert run("podium", config(every_key)).returncode == 0


@pytest.mark.parametrize("zone", ["", "Asia/Kathmandu", ":/etc/passwd", "GARBAGE-99", "x" * 5000])
def test_the_log_is_in_utc_whatever_tz_says(zone, config):
    done = run("podium-web", config("PORT=0\n"), TZ=zone)
    stamp = re.match(r"ts=(\S+)Z level=error ", done.stderr).group(1)
    here = subprocess.run(["date", "-u", "+%Y-%m-%dT%H"], stdout=subprocess.PIPE, text=True).stdout.strip()
    assert stamp[:11] == here[:11]
    assert abs(int(stamp[11:13]) - int(here[11:13])) in (0, 1, 23)
