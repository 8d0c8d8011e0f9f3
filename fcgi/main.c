/*
 * podium-web: the pages, behind a web server. How it runs follows from how it was started:
 *
 *   standard input is a listening socket (spawn-fcgi, mod_fcgid): this process serves it alone;
 *     whoever started it decides how many there are
 *   LISTEN_FDS (systemd socket unit): prefork on the inherited socket, and a second one for the
 *     routes that are slow
 *   GATEWAY_INTERFACE (plain CGI): one request from the environment and standard input
 *   otherwise: prefork on WEB_SOCKET, which it makes
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "fcgi/app.h"
#include "fcgi/flow.h"
#include "fcgi/listen.h"
#include "fcgi/metrics.h"
#include "fcgi/prefork.h"
#include "fcgi/route.h"
#include "fcgi/serve.h"
#include "model/startup.h"
#include "net/proxy.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/log.h"

#define SOCKET_PATH sizeof(((struct sockaddr_un *)0)->sun_path)

extern char **environ;

struct options {
	const char *config;
	bool routes;
	bool check;
	bool help;
};

static const char usage[] =
	"podium-web [--config FILE] [--routes | --check]\n"
	"  --config FILE  configuration; without it environment and defaults only\n"
	"  --routes       print the table of routes\n"
	"  --check        read configuration and routes, say what is wrong, and end\n";

static int read_options(int argc, char **argv, struct options *o, struct err *e)
{
	*o = (struct options){ .config = NULL };
	for (int i = 1; i < argc; i++) {
		struct span a = span_of(argv[i]);

		if (span_is(a, "--config") && i + 1 < argc)
			o->config = argv[++i];
		else if (span_starts(a, "--config="))
			o->config = argv[i] + strlen("--config=");
		else if (span_is(a, "--routes"))
			o->routes = true;
		else if (span_is(a, "--check"))
			o->check = true;
		else if (span_is(a, "--help"))
			o->help = true;
		else
			return err_set(e, ERR_INVALID, "option \"%s\" is not known", argv[i]);
	}
	return 0;
}

static int print(struct span text)
{
	struct err e = { .kind = ERR_NONE };

	return fd_write_all(STDOUT_FILENO, text, &e) == 0 ? 0 : 1;
}

static int print_routes(void)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;
	BUF_AUTO out;

	buf_init(&out, WEB_RELOAD_ARENA);
	route_print(routes, n_routes, &out);
	return buf_finish(&out, &text, &e) == 0 ? print(text) : 1;
}

/* What would make the program useless is found before it takes the first request. */
static int check(const struct config *conf, struct err *e)
{
	struct proxy_list trusted;
	const char *fault = route_fault(routes, n_routes);

	if (fault != NULL)
		return err_set(e, ERR_INTERNAL, "table of routes: %s", fault);
	if (proxy_list_parse(span_of(conf->trust_proxy), &trusted, e) != 0)
		return config_blame(conf, "TRUST_PROXY", e);
	if (db_check_limit(conf, "WEB_WORKERS", conf->web_workers + conf->web_slow_workers, 0, e) !=
		0)
		return -1;
	return startup_check(conf, e);
}

static bool is_listener(int fd)
{
	int yes = 0;
	socklen_t n = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 && yes != 0;
}

/* A descriptor number from the environment that is a listening socket, or -1. */
static int passed_on(const char *variable)
{
	const char *text = getenv(variable);
	uint64_t v;

	return text != NULL && span_u64(span_of(text), INT_MAX, &v) && is_listener((int)v) ? (int)v
											   : -1;
}

/* Sockets that systemd gave to this process lie at descriptor 3 and up; -1: there is no such one.
 */
static int given_by_systemd(int nth)
{
	const char *count = getenv("LISTEN_FDS");
	const char *pid = getenv("LISTEN_PID");
	uint64_t n, v;

	if (count == NULL || pid == NULL || !span_u64(span_of(count), 2, &n) ||
		!span_u64(span_of(pid), INT_MAX, &v))
		return -1;
	return (uint64_t)nth < n && (pid_t)v == getpid() && is_listener(3 + nth) ? 3 + nth : -1;
}

static int inherited(const char *variable, int nth)
{
	int own = passed_on(variable);

	return own >= 0 ? own : given_by_systemd(nth);
}

/*
 * The socket of the routes that are slow, beside WEB_SOCKET. Where they are not apart its name
 * leads to WEB_SOCKET, so that a web server which tells them apart finds somebody at both. One that
 * was inherited stays open: requests may wait in it.
 */
static int open_slow(struct prefork *p, const char *path, struct err *e)
{
	const char *slash = strrchr(p->conf->web_socket, '/');

	p->n_slow = (size_t)p->conf->web_slow_workers;
	p->slow_listener = inherited(PREFORK_SLOW, 1);
	if (p->slow_listener >= 0) {
		p->n_slow += p->n_slow == 0;
		return 0;
	}
	if (p->n_slow > 0)
		return listen_on(path, &p->slow_listener, e);
	(void)unlink(path);
	if (symlink(slash != NULL ? slash + 1 : p->conf->web_socket, path) != 0)
		log_event(LOG_WARN, "web.slow", LOG_TEXT("link", path), LOG_NUMBER("errno", errno));
	return 0;
}

static void on_stop(int number)
{
	(void)number;
	serve_stop = 1;
}

/* One process on standard input, as spawn-fcgi and mod_fcgid start it. */
static int serve_alone(struct app *a, struct err *e)
{
	struct sigaction act = { .sa_handler = on_stop };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	return serve_fastcgi(a, STDIN_FILENO, WEB_MAX_REQUESTS, e);
}

static int run_single(const struct config *conf, bool cgi, struct err *e)
{
	struct app *a = NULL;
	int failed;

	if (app_open(conf, &a, e) != 0)
		return -1;
	failed = cgi ? serve_cgi(a, environ, e) : serve_alone(a, e);
	app_close(a);
	return failed;
}

static void name_slow(const char *path, char out[SOCKET_PATH])
{
	(void)snprintf(out, SOCKET_PATH, "%s.slow", path);
}

/* The path of a socket that this program made before a reload, which may have had another name for
 * it. */
static const char *made_before(void)
{
	static char path[SOCKET_PATH];
	const char *text = getenv(PREFORK_MADE);

	(void)snprintf(path, sizeof(path), "%s", text != NULL ? text : "");
	return text != NULL ? path : NULL;
}

static void remove_sockets(const char *made)
{
	char slow[SOCKET_PATH];

	if (made == NULL)
		return;
	name_slow(made, slow);
	(void)unlink(made);
	(void)unlink(slow);
}

static int run_prefork(
	const struct config *conf, const struct options *o, char **argv, struct err *e)
{
	static char binary[PATH_MAX];
	char slow[SOCKET_PATH];
	ssize_t n = readlink("/proc/self/exe", binary, sizeof(binary) - 1);
	struct prefork p = { .conf = conf,
		.listener = inherited(PREFORK_LISTENER, 0),
		.made = made_before(),
		.argv = argv,
		.binary = binary,
		.config_path = o->config };
	int failed;

	if (n <= 0)
		return err_set(e, ERR_INTERNAL, "could not read /proc/self/exe");
	name_slow(conf->web_socket, slow);
	prefork_signals();
	if (p.listener < 0) {
		if (listen_on(conf->web_socket, &p.listener, e) != 0)
			return -1;
		p.made = conf->web_socket;
	}
	if (open_slow(&p, slow, e) != 0 || fd_set_cloexec(p.listener, e) != 0)
		return -1;
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	if (p.slow_listener >= 0 && fd_set_cloexec(p.slow_listener, e) != 0)
		return -1;
	failed = prefork_run(&p, e);
	remove_sockets(p.made);
	return failed;
}

static int run(int argc, char **argv, struct err *e)
{
	const struct config *conf;
	struct options o;
	bool cgi;

	if (read_options(argc, argv, &o, e) != 0)
		return -1;
	if (o.help)
		return print(span_of(usage));
	if (o.routes)
		return print_routes();
	if (config_load(o.config, &conf, e) != 0 || check(conf, e) != 0)
		return -1;
	password_use_cost(conf->password_cost);
	if (o.check)
		return 0;
	cgi = getenv("GATEWAY_INTERFACE") != NULL && !is_listener(STDIN_FILENO);
	if (metrics_open(n_routes, e) != 0 || (!cgi && flow_open(e) != 0))
		return -1;
	if (cgi || is_listener(STDIN_FILENO))
		return run_single(conf, cgi, e);
	return run_prefork(conf, &o, argv, e);
}

int main(int argc, char **argv)
{
	struct err e = { .kind = ERR_NONE };
	int status;

	log_start("podium-web", LOG_INFO);
	status = run(argc, argv, &e);
	if (status < 0)
		log_err(LOG_ERROR, "web.failed", &e);
	return status == 0 ? 0 : 1;
}
