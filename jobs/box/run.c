#include "jobs/box/run.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/scan.h"
#include "jobs/box/client.h"

static const struct option options[] = {
	{ "cpu", required_argument, NULL, 'c' },
	{ "wall", required_argument, NULL, 'w' },
	{ "memory", required_argument, NULL, 'm' },
	{ "processes", required_argument, NULL, 'p' },
	{ "disk", required_argument, NULL, 'd' },
	{ "mount", required_argument, NULL, 'b' },
	{ "env", required_argument, NULL, 'e' },
	{ "core", required_argument, NULL, 'k' },
	{ "take", required_argument, NULL, 't' },
	{ "build", no_argument, NULL, 'B' },
	{ "no-cgroup", no_argument, NULL, 'N' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"podium-box run [OPTION...] -- PROGRAM [ARGUMENT...]\n"
	"  --cpu MS --wall MS --memory BYTES --disk BYTES --processes N   limits\n"
	"  --mount SOURCE[:TARGET]  another folder or file to be seen, read-only\n"
	"  --env NAME=VALUE         the program inherits nothing\n"
	"  --core N                 run on this processor\n"
	"  --build                  what compilers may do is allowed\n"
	"  --no-cgroup              as on a machine without control groups\n";

struct wish {
	struct box_open open;
	struct box_run run;
	const char *env[BOX_MAX_WORDS];
	int n_env;
	const char *take; // NULL: nothing
};

static int add_mount(struct wish *w, char *text, struct err *e)
{
	char *colon = strchr(text, ':');

	if (colon != NULL)
		*colon++ = '\0';
	return box_open_mount(&w->open, text, colon != NULL ? colon : text, e);
}

static int take_option(struct wish *w, int option, char *value, struct err *e)
{
	uint64_t n = 0;

	switch (option) {
	case 'b':
		return add_mount(w, value, e);
	case 'e':
		if (w->n_env >= BOX_MAX_WORDS)
			return err_set(e, ERR_LIMIT, "too many variables");
		w->env[w->n_env++] = value;
		return 0;
	case 't':
		w->take = value;
		return 0;
	case 'B':
		w->run.flags |= BOX_BUILD | BOX_EXEC_WORK;
		return 0;
	case 'N':
		w->open.no_cgroup = 1;
		return 0;
	case '?':
		return err_set(e, ERR_INVALID, "no such option");
	default:
		break;
	}
	if (!span_u64(span_of(value), UINT64_MAX, &n))
		return err_set(e, ERR_INVALID, "not a number: %s", value);
	if (option == 'c')
		w->run.cpu_ms = (uint32_t)n;
	else if (option == 'w')
		w->run.wall_ms = (uint32_t)n;
	else if (option == 'm')
		w->run.memory = n;
	else if (option == 'p')
		w->run.processes = (uint32_t)n;
	else if (option == 'd')
		w->run.disk = w->run.file_size = n;
	else
		w->open.core = (int32_t)n;
	return 0;
}

static int read_words(struct wish *w, int argc, char **argv, struct err *e)
{
	int option;

	box_run_init(&w->run, BOX_RUN);
	w->open.version = BOX_VERSION;
	w->open.core = -1;
	if (box_open_mount(&w->open, "/usr", "/usr", e) != 0)
		return -1;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (take_option(w, option, optarg, e) != 0)
			return -1;
	}
	if (optind >= argc)
		return err_set(e, ERR_INVALID, "which program?");
	for (int i = optind; i < argc; i++) {
		if (box_run_word(&w->run, argv[i], false, e) != 0)
			return -1;
	}
	for (int i = 0; i < w->n_env; i++) {
		if (box_run_word(&w->run, w->env[i], true, e) != 0)
			return -1;
	}
	return 0;
}

static void print_result(const struct box_result *r)
{
	static const char *const hows[] = { "", "ready", "exited", "signaled", "fetched", "stored",
		"failed" };
	static const char *const groups[] = { "none", "v1", "v2" };

	fprintf(stderr,
		"{\"how\":\"%s\",\"code\":%d,\"cpu_limit\":%d,\"wall_limit\":%d,\"memory_limit\":%d,\"not_started\":%d,"
		"\"cpu_us\":%" PRIu64 ",\"wall_us\":%" PRIu64 ",\"memory\":%" PRIu64
		",\"oom_kills\":%u,\"processes\":%u,\"cgroup\":\"%s\",\"privileged\":%u,\"proc\":%u}\n",
		hows[r->how < countof(hows) ? r->how : 0], r->code, (r->marks & BOX_CPU_LIMIT) != 0,
		(r->marks & BOX_WALL_LIMIT) != 0, (r->marks & BOX_MEMORY_LIMIT) != 0,
		(r->marks & BOX_NOT_STARTED) != 0, r->cpu_us, r->wall_us, r->memory, r->oom_kills,
		r->processes, groups[r->cgroup < countof(groups) ? r->cgroup : 0], r->privileged,
		r->has_proc);
}

static int take(struct box_handle *box, const char *name, struct err *e)
{
	char block[8192];
	uint64_t size;
	int from, to, rc = 0;
	ssize_t n;

	if (strchr(name, '/') != NULL)
		return err_set(e, ERR_INVALID, "a file of /box itself can be taken, none below");
	if (box_fetch(box, name, false, &from, &size, e) != 0)
		return -1;
	to = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0755);
	while (to >= 0 && (n = read(from, block, sizeof(block))) > 0)
		rc |= write(to, block, (size_t)n) == n ? 0 : -1;
	(void)close(from);
	if (to < 0 || close(to) != 0 || rc != 0)
		return err_set(e, ERR_INTERNAL, "cannot write %s: %s", name, err_reason(errno));
	return 0;
}

static int run(const struct wish *w, struct box_result *result, struct err *e)
{
	static const int fds[3] = { 0, 1, 2 };
	struct box_server server;
	struct box_handle box = { .conn = -1 };
	int rc;

	if (box_server_start("/proc/self/exe", &server, e) != 0)
		return -1;
	rc = box_open(&server, &w->open, &box, e);
	if (rc == 0)
		rc = box_begin(&box, &w->run, fds, e);
	if (rc == 0)
		rc = box_wait(&box, (int)w->run.wall_ms + 10000, result, e);
	if (rc == 0 && w->take != NULL)
		rc = take(&box, w->take, e);
	box_close(&box);
	box_server_stop(&server);
	return rc;
}

int run_once(int argc, char **argv)
{
	static struct wish w;
	struct box_result result;
	struct err e = { .kind = ERR_NONE };

	if (read_words(&w, argc, argv, &e) != 0) {
		fprintf(stderr, "podium-box: %s\n%s", e.text, usage);
		return 2;
	}
	if (run(&w, &result, &e) != 0) {
		fprintf(stderr, "podium-box: %s\n", e.text);
		return 1;
	}
	print_result(&result);
	return 0;
}
