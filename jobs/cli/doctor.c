/*
 * podium doctor: one line for each thing that can be wrong before anybody notices. A check says
 * what it saw and, unless all is well, what to do. Add a check as a function and a line in the
 * table.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/span.h"
#include "db/db.h"
#include "db/migrate.h"
#include "jobs/cli/cli.h"
#include "jobs/judge/judge.h"
#include "model/audit.h"
#include "model/startup.h"
#include "net/proxy.h"
#include "net/redis.h"
#include "os/config.h"

#define CROWD_ROWS 100 // acts of people from whose addresses a missing TRUST_PROXY is seen

enum finding {
	FINDING_OK,
	FINDING_WEAK,  // works, but slower, or not for long
	FINDING_BROKEN // something that Podium needs does not work
};

struct doctor {
	const struct config *conf;
	const char *config_path;
	const char *subject; // of the check that runs
	int counts[3];
};

static void ATTR_PRINTF(4, 5)
	say(struct doctor *d, enum finding v, const char *hint, const char *fmt, ...)
{
	static const char *const names[] = { "ok", "weak", "broken" };
	va_list ap;

	d->counts[v]++;
	printf("%-7s %-12s ", names[v], d->subject);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	if (hint != NULL)
		printf("\n%-20s %s", "", hint);
	printf("\n");
}

/* The file holds secrets: nobody but its owner and group has a reason to read it. */
static void check_mode(struct doctor *d)
{
	struct stat st;

	if (d->config_path != NULL && stat(d->config_path, &st) == 0 &&
		(st.st_mode & (S_IROTH | S_IWOTH)) != 0)
		say(d, FINDING_WEAK, "chmod o-rw, and give it to the group of the programs",
			"everybody on this machine can read or change %s", d->config_path);
}

/* What the programs that stay refuse. */
static void check_values(struct doctor *d)
{
	struct err e = { .kind = ERR_NONE };

	if (startup_check(d->conf, &e) != 0)
		say(d, FINDING_BROKEN, "etc/podium.conf.example says what each key takes", "%s",
			e.text);
	if (d->conf->encryption_key[0] == '\0')
		say(d, FINDING_WEAK, "ENCRYPTION_KEY=k1:$(openssl rand -hex 32)",
			"ENCRYPTION_KEY is empty: no secret can be stored");
}

static void check_mail(struct doctor *d)
{
	if (d->conf->smtp_url[0] == '\0')
		say(d, FINDING_WEAK, "SMTP_URL=smtp://user:password@host:587 and SMTP_FROM",
			"SMTP_URL is empty: mails stay in the outbox, where only operators see them");
	if (d->conf->smtp_url[0] != '\0' && d->conf->base_url[0] == '\0')
		say(d, FINDING_BROKEN, "BASE_URL=https://...",
			"BASE_URL is empty: no mail with a link can be written");
}

static void check_config(struct doctor *d)
{
	const struct config *conf = d->conf;
	long long need = (conf->web_workers + conf->web_slow_workers + conf->job_workers + 2) *
			 db_connections(conf);

	say(d, FINDING_OK, NULL, "read from %s",
		d->config_path != NULL ? d->config_path : "the environment");
	check_mode(d);
	check_values(d);
	check_mail(d);
	if (conf->session_secret[0] == '\0')
		say(d, FINDING_WEAK, "SESSION_SECRET=$(openssl rand -hex 32)",
			"SESSION_SECRET is empty");
	if (need > conf->connection_limit)
		say(d, FINDING_WEAK, "raise CONNECTION_LIMIT or lower WEB_WORKERS and JOB_WORKERS",
			"%lld workers may want %lld connections to PostgreSQL, CONNECTION_LIMIT is %lld",
			(long long)(conf->web_workers + conf->web_slow_workers + conf->job_workers),
			need, (long long)conf->connection_limit);
}

static void check_schema(struct doctor *d)
{
	struct err e = { .kind = ERR_NONE };

	if (migrate_check(d->conf, &e) == 0)
		say(d, FINDING_OK, NULL, "the database has this program's tables");
	else if (e.kind == ERR_CONFLICT)
		say(d, FINDING_BROKEN, "podium migrate", "%s", e.text);
	else
		say(d, FINDING_BROKEN, "look at POSTGRES_DB and at the server's log", "%s (%s)",
			e.text, e.detail);
}

static void check_database(struct doctor *d)
{
	struct db *db = db_new(d->conf, "podium-doctor");
	struct db_health h;

	db_health(db, &h);
	db_close(db);
	if (h.primary_up)
		say(d, FINDING_OK, NULL, "the primary answers");
	else
		say(d, FINDING_BROKEN, "look at POSTGRES_DB and whether the server runs",
			"the primary does not answer");
	if (h.replicas > 0 && h.replicas_up < h.replicas)
		say(d, FINDING_WEAK, "look at POSTGRES_READ_DB and REPLICA_MAX_LAG_MS",
			"%d of %d replicas can be used", h.replicas_up, h.replicas);
	else if (h.replicas > 0)
		say(d, FINDING_OK, NULL, "%d replicas can be used", h.replicas);
}

static void check_redis(struct doctor *d)
{
	struct err e = { .kind = ERR_NONE };
	struct redis *r = NULL;

	if (redis_new(d->conf, &r, &e) != 0)
		say(d, FINDING_BROKEN, "look at VALKEY_URI", "%s", e.text);
	else if (r == NULL)
		say(d, FINDING_OK, NULL, "not used: PostgreSQL does its work");
	else if (redis_set(r, SPAN("podium:doctor"), SPAN("1"), 10, &e) != 0)
		say(d, FINDING_WEAK, "start it, or empty VALKEY_URI",
			"Valkey does not answer: PostgreSQL does its work (%s)", e.detail);
	else
		say(d, FINDING_OK, NULL, "Valkey answers");
	redis_free(r);
}

/* Nobody but this host comes from it, unless a proxy that stands before the web server hides them.
 */
static bool all_from_this_host(struct doctor *d, struct arena *m, struct audit_crowd *crowd)
{
	struct db *db = db_new(d->conf, "podium-doctor");
	struct err e = { .kind = ERR_NONE };
	bool seen = audit_crowd(db, m, CROWD_ROWS, crowd, &e) == 0 && crowd->people > 0 &&
		    proxy_is_loopback(crowd->address);

	db_close(db);
	return seen;
}

static void check_proxy(struct doctor *d)
{
	struct err e = { .kind = ERR_NONE };
	struct arena *m = arena_new(1 << 16);
	struct audit_crowd crowd;
	struct proxy_list l;

	if (proxy_list_parse(span_of(d->conf->trust_proxy), &l, &e) != 0)
		say(d, FINDING_BROKEN, "addresses or networks, as in TRUST_PROXY=10.0.0.7, ::1",
			"podium-web does not start: %s", e.text);
	else if (proxy_trusts_all(&l))
		say(d, FINDING_WEAK, "name the proxy alone, as in TRUST_PROXY=127.0.0.1",
			"TRUST_PROXY believes everybody: who lies in X-Forwarded-For passes every limit");
	else if (strcmp(d->conf->env, "production") == 0 && all_from_this_host(d, m, &crowd))
		say(d, FINDING_WEAK,
			proxy_trusts(&l, crowd.address)
				? "have the proxy on this host send X-Forwarded-For"
				: "TRUST_PROXY names the proxy in front of the web server",
			"all of the last %lld people came from " SPAN_FMT
			": they share every limit for one address",
			(long long)crowd.people, SPAN_ARG(crowd.address));
	else if (l.n > 0)
		say(d, FINDING_OK, NULL, "X-Forwarded-For is believed from %s",
			d->conf->trust_proxy);
	else
		say(d, FINDING_OK, NULL,
			"TRUST_PROXY is empty: right unless a proxy stands in front of the web server");
	arena_free(m);
}

static void check_folder(struct doctor *d, const char *key, const char *path)
{
	if (path[0] == '\0')
		say(d, FINDING_OK, NULL, "%s is not set", key);
	else if (access(path, W_OK | X_OK) == 0)
		say(d, FINDING_OK, NULL, "%s: %s can be written", key, path);
	else
		say(d, FINDING_BROKEN, "make the folder and give it to the user of the programs",
			"%s: %s cannot be written: %s", key, path, err_reason(errno));
}

/* The service makes the folder of its socket; where a web server starts podium-web, there is none.
 */
static void check_socket(struct doctor *d)
{
	char *path = strdup(d->conf->web_socket);
	char *slash = path != NULL ? strrchr(path, '/') : NULL;

	if (slash != NULL)
		slash[slash == path] = '\0';
	if (slash != NULL && access(path, F_OK) != 0)
		say(d, FINDING_WEAK,
			"start podium-web, or leave it to Apache (mod_fcgid, CGI), which needs no socket",
			"WEB_SOCKET: %s is not there: podium-web does not run as a service", path);
	else
		check_folder(d, "WEB_SOCKET", slash != NULL ? path : ".");
	free(path);
}

static void check_folders(struct doctor *d)
{
	check_socket(d);
	check_folder(d, "WAKE_DIR", d->conf->wake_dir);
	check_folder(d, "PAGE_DIR", d->conf->page_dir);
}

/* podium-box lies beside this program. */
static FILE *start_box_test(pid_t *pid)
{
	char path[PATH_MAX];
	char *const argv[] = { (char *)(uintptr_t) "podium-box", (char *)(uintptr_t) "test", NULL };
	posix_spawn_file_actions_t files;
	char *slash;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 16);
	int pair[2], rc;

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || pipe2(pair, O_CLOEXEC) != 0)
		return NULL;
	(void)snprintf(slash + 1, 16, "podium-box");
	rc = posix_spawn_file_actions_init(&files);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&files, pair[1], STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawn(pid, path, &files, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)close(pair[1]);
	if (rc == 0)
		return fdopen(pair[0], "r");
	(void)close(pair[0]);
	return NULL;
}

/* Each line begins with one word: box, hint, held, weaker or FAILED. */
static void check_box(struct doctor *d)
{
	char line[400];
	int held = 0;
	pid_t pid;
	FILE *f = start_box_test(&pid);

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "box", 3) == 0)
			say(d, FINDING_OK, NULL, "%s", line + 8);
		else if (strncmp(line, "hint", 4) == 0)
			printf("%-20s %s\n", "", line + 8);
		else if (strncmp(line, "held", 4) == 0)
			held++;
		else if (strncmp(line, "weaker", 6) == 0)
			say(d, FINDING_WEAK, NULL, "%s", line + 8);
		else if (strstr(line, "no box on this machine") != NULL)
			say(d, FINDING_WEAK, "all but the judge works; see etc/podium-box.md", "%s",
				line + 8);
		else if (strncmp(line, "FAILED", 6) == 0)
			say(d, FINDING_BROKEN, "do not judge on this machine before it is mended",
				"%s", line + 8);
	}
	if (f == NULL) {
		say(d, FINDING_BROKEN, "make install puts it there",
			"podium-box is not beside this program");
		return;
	}
	(void)fclose(f);
	(void)waitpid(pid, NULL, 0);
	if (held > 0)
		say(d, FINDING_OK, NULL, "%d attacks held", held);
}

static void list_languages(struct doctor *d, struct judge *j, struct arena *m)
{
	struct err e = { .kind = ERR_NONE };
	struct judge_found *found;
	size_t n;

	say(d, FINDING_OK, NULL, "%s", judge_box_name(j));
	if (judge_find_languages(j, m, &found, &n, &e) != 0) {
		say(d, FINDING_BROKEN, NULL, "%s", e.text);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (found[i].is_there)
			say(d, FINDING_OK, NULL, "%s: %s", found[i].language->name,
				found[i].version);
		else
			say(d, FINDING_OK, found[i].why, "%s is not offered",
				found[i].language->name);
	}
}

/* Languages are looked for in a folder of their own: what is kept in JUDGE_WORK is the workers'. */
static void check_judge(struct doctor *d)
{
	char folder[] = "/tmp/podium-doctor.XXXXXX";
	struct judge_setup setup = { .box_program = d->conf->box_program,
		.languages_file = d->conf->languages,
		.work = folder,
		.only_look = true };
	struct arena *m = arena_new(1 << 20);
	struct judge *j = NULL;
	struct err e = { .kind = ERR_NONE };
	bool wanted = d->conf->judge_work[0] != '\0';

	if (!wanted)
		say(d, FINDING_WEAK,
			"JUDGE_WORK=/var/lib/podium/judge, for the user of the programs",
			"JUDGE_WORK is not set: this machine judges nothing");
	else
		check_folder(d, "JUDGE_WORK", d->conf->judge_work);
	if (mkdtemp(folder) == NULL)
		say(d, FINDING_BROKEN, NULL, "no folder in /tmp: %s", err_reason(errno));
	else if (judge_new(&setup, &j, &e) != 0)
		say(d, e.kind == ERR_TEMPORARY || !wanted ? FINDING_WEAK : FINDING_BROKEN,
			"see etc/podium-box.md and etc/languages.conf", "%s", e.text);
	else
		list_languages(d, j, m);
	judge_free(j);
	(void)rmdir(folder);
	arena_free(m);
}

static const struct {
	const char *subject;
	void (*run)(struct doctor *d);
} checks[] = {
	{ "config", check_config },
	{ "database", check_database },
	{ "schema", check_schema },
	{ "cache", check_redis },
	{ "proxy", check_proxy },
	{ "folders", check_folders },
	{ "judge", check_judge },
	{ "box", check_box },
};

int cli_doctor(struct cli *c)
{
	struct doctor d = { .conf = c->conf, .config_path = c->config_path };

	bool quick = cli_flag(c, "--quick");

	if (c->n_words > 0)
		return CLI_USAGE;
	for (size_t i = 0; i < countof(checks); i++) {
		if (quick && (checks[i].run == check_box || checks[i].run == check_judge))
			continue;
		d.subject = checks[i].subject;
		checks[i].run(&d);
	}
	printf("\n%d ok, %d weak, %d broken\n", d.counts[FINDING_OK], d.counts[FINDING_WEAK],
		d.counts[FINDING_BROKEN]);
	return d.counts[FINDING_BROKEN] > 0;
}
