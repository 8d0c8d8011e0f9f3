"""The systemd units as systemd reads them."""

import os
import shutil
import subprocess

import pytest

from lab.process import TOP

UNITS = ["podium-web.service", "podium-live.service", "podium-jobs.service", "podium-web.socket"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.skipif(os.geteuid() != 0 and not os.path.isdir("/run/systemd"),
                    reason="systemd-analyze asks for /run/systemd, which only systemd or root make")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit(folder, unit):
    """With programs that exist in place of the installed ones, systemd has nothing to say."""
    for name in UNITS:
        text = (TOP / "etc" / name).read_text()
        lines = ["=".join((key, "/bin/true " + value.split(" ", 1)[-1] if " " in value else "/bin/true"))
                 if key.startswith("Exec") else line
                 for line in text.splitlines() for key, _, value in [line.partition("=")]]
        (folder / name).write_text("\n".join(lines) + "\n")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(folder / unit)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"})
    mine = [line for line in done.stdout.splitlines() if "podium" in line]
    assert not mine, done.stdout
    assert done.returncode == 0 or not done.stdout, done.stdout


# systemd.exec(5), NoNewPrivileges=: each of these implies it in a service whose user is not root.
IMPLY = ["SystemCallFilter", "SystemCallArchitectures", "RestrictAddressFamilies", "RestrictNamespaces", "PrivateDevices",
         "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock", "ProtectHostname",
         "MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "NoNewPrivileges"]


def test_a_judging_machine_lets_the_box_have_its_capabilities():
    kept = {}
    for name in ("podium-jobs.service", "podium-jobs-judge.conf"):
        for line in (TOP / "etc" / name).read_text().splitlines():
            key, _, value = line.partition("=")
            kept[key] = value
    assert {key: kept.get(key, "no") for key in IMPLY if kept.get(key, "no") not in ("", "no")} == {}
