/*
 * podium-live: holds the open connections of pages that watch what happens. It makes LIVE_SOCKET,
 * where it speaks FastCGI, and LIVE_SOCKET.http, where it speaks HTTP and WebSocket, both for the
 * web server's group alone.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/scan.h"
#include "fcgi/listen.h"
#include "fcgi/live/live.h"
#include "model/startup.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/log.h"

static const char usage[] =
	"podium-live [--config FILE]\n"
	"  --config FILE  configuration; without it environment and defaults only\n";

static int run(const char *file, struct err *e)
{
	const struct config *conf;
	char http[128];
	FD_AUTO fcgi_fd = -1;
	FD_AUTO http_fd = -1;
	struct live_doors doors;
	int failed;

	if (config_load(file, &conf, e) != 0 || startup_check(conf, e) != 0)
		return -1;
	snprintf(http, sizeof(http), "%s.http", conf->live_socket);
	if (listen_on(conf->live_socket, &fcgi_fd, e) != 0 || listen_on(http, &http_fd, e) != 0 ||
		fd_set_nonblock(fcgi_fd, e) != 0 || fd_set_nonblock(http_fd, e) != 0)
		return -1;
	doors = (struct live_doors){ fcgi_fd, http_fd };
	log_event(LOG_INFO, "live.started");
	failed = live_run(conf, &doors, e);
	(void)unlink(conf->live_socket);
	(void)unlink(http);
	return failed;
}

int main(int argc, char **argv)
{
	struct err e = { .kind = ERR_NONE };
	const char *file = NULL;

	log_start("podium-live", LOG_INFO);
	for (int i = 1; i < argc; i++) {
		struct span a = span_of(argv[i]);

		if (span_is(a, "--config") && i + 1 < argc) {
			file = argv[++i];
		} else if (span_starts(a, "--config=")) {
			file = argv[i] + strlen("--config=");
		} else if (span_is(a, "--help")) {
			return fd_write_all(STDOUT_FILENO, span_of(usage), &e) == 0 ? 0 : 1;
		} else {
			err_set(&e, ERR_INVALID, "option \"%s\" is not known", argv[i]);
			log_err(LOG_ERROR, "live.failed", &e);
			return 2;
		}
	}
	if (run(file, &e) == 0)
		return 0;
	log_err(LOG_ERROR, "live.failed", &e);
	return 1;
}
