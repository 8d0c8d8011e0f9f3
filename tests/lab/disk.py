"""Small disks that only one program sees, by user namespaces, and that become full."""

import contextlib
import subprocess


def can_mount():
    done = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
                          capture_output=True, text=True, timeout=30, check=False)
    return done.returncode == 0


def fill(path):
    """Writes till nothing more fits."""
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as f:
        while f.write(b"x" * 4096) == 4096:
            pass
