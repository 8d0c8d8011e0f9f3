/*
 * podium-box: runs one program under limits.
 *
 *   serve                       boxes for whoever holds the other end of standard input
 *   run [OPTION...] -- PROGRAM  one program in one box; its result as one line of JSON on standard
 * error test [NAME...]              every attack of the catalogue in a real box on this machine
 *   attack NAME                 one of them; meant for the inside of a box
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "jobs/box/attack.h"
#include "jobs/box/run.h"
#include "jobs/box/selftest.h"
#include "jobs/box/serve.h"

/* Whoever installed this with rights of its own gave them to `serve` alone. */
static int drop_rights(void)
{
	if (geteuid() == getuid() && getegid() == getgid())
		return 0;
	return setresgid(getgid(), getgid(), getgid()) == 0 &&
			       setresuid(getuid(), getuid(), getuid()) == 0
		       ? 0
		       : -1;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "serve") == 0 && argc == 2)
		return serve_boxes(STDIN_FILENO);
	if (drop_rights() != 0) {
		fprintf(stderr, "podium-box: cannot give up its rights\n");
		return 1;
	}
	if (strcmp(verb, "run") == 0)
		return run_once(argc - 1, argv + 1);
	if (strcmp(verb, "test") == 0)
		return selftest(argc - 2, argv + 2);
	if (strcmp(verb, "attack") == 0 && argc >= 3)
		return attack_run(argv[2]);
	fprintf(stderr, "usage: podium-box run|test|serve; README.md tells what each does\n");
	return 2;
}
