"""podium: what the command line says of itself, and what it says to words that make no sense."""

import re

import pytest

COMMANDS = ["migrate", "init", "user", "source", "job", "audit", "mail", "key", "rejudge", "problem", "member",
            "config-example", "doctor"]


def test_help_is_no_error(podium):
    whole = podium.cli("--help")
    assert whole.stderr == "" and whole.stdout == podium.cli("help").stdout == podium.cli("-h").stdout
    assert re.findall(r"^  (\S+)", whole.stdout, re.M) == [*COMMANDS, "help"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(podium, command):
    done = podium.cli(command, "--help")
    assert done.stderr == "" and done.stdout.startswith(f"podium {command}") and done.stdout.count("\n") >= 2
    assert podium.cli(command, "-h").stdout == podium.cli("help", command).stdout == done.stdout


def test_help_needs_no_configuration(podium, folder):
    podium.config = folder / "missing.conf"
    assert "later, dead or done" in podium.cli("job", "--help").stdout
    assert "missing.conf" in podium.cli("job", "list", check=False).stderr


@pytest.mark.parametrize("words, says", [
    (["nonsense"], 'there is no command "nonsense"; podium help lists them'),
    (["help", "nonsense"], 'there is no command "nonsense"'),
    (["--config"], "--config needs the name of a file"),
    (["job"], "use: podium job list"),
    (["job", "list", "asleep"], 'cannot make sense of "list asleep"'),
    (["job", "list", "--limit", "x"], 'cannot make sense of "list --limit x"'),
    (["source", "list", "all"], 'cannot make sense of "list all"'),
    (["migrate", "--chek"], 'cannot make sense of "--chek"'),
])
def test_words_without_sense_are_named(podium, words, says):
    done = podium.cli(*words, check=False)
    assert done.returncode == 2 and done.stdout == "" and says in done.stderr and done.stderr.count("\n") < 6


def test_a_misspelt_queue_is_no_empty_one(podium, postgres, database):
    assert podium.cli("job", "list", "--queue", "mial").stdout == ""  # before the runner's first start no name is known
    postgres.execute(database, "INSERT INTO job_queue (name, weight) VALUES ('mail', 1)")
    assert podium.cli("job", "list", "--queue", "mail").stdout == ""
    for verb in "list", "retry":
        done = podium.cli("job", verb, "--queue", "mial", check=False)
        assert done.returncode == 1 and done.stdout == "" and 'no queue is called "mial"' in done.stderr


def test_a_password_is_shown_only_of_an_account_that_was_made(podium):
    done = podium.cli("user", "create", "nobody", "No Body", check=False, text_input="")
    assert done.returncode == 1 and done.stdout == "" and "no email address" in done.stderr
    assert podium.cli("user", "create", "ada@example.org", "Ada", text_input="").stdout.startswith("password: ")
