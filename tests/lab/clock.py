"""A process whose wall clock is wrong: a library that is loaded before the others and moves CLOCK_REALTIME."""

import os
import subprocess

from .podium import SANITIZER

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);
	const char *by = getenv("CLOCK_OFF_BY");
	int rc;

	if (real == NULL)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	rc = real(id, t);
	if (rc == 0 && id == CLOCK_REALTIME && by != NULL)
		t->tv_sec += atoi(by);
	return rc;
}
"""


def off_by(folder, seconds):
    """The environment of a process whose clock is so many seconds ahead."""
    source, shim = folder / "clock.c", folder / "clock.so"
    if not shim.exists():
        source.write_text(SHIM)
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
        os.chmod(shim, 0o755)
    return {"LD_PRELOAD": str(shim), "CLOCK_OFF_BY": str(seconds),
            "ASAN_OPTIONS": SANITIZER["ASAN_OPTIONS"] + ":verify_asan_link_order=0"}
