#ifndef FCGI_PREFORK_H
#define FCGI_PREFORK_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct config;

struct prefork {
	const struct config *conf;
	int listener;
	const char *made;   // path of the listener, if this program has made it; NULL: inherited
	int slow_listener;  // of the routes that are slow; -1: they are not apart
	size_t n_slow;      // processes for these, besides WEB_WORKERS
	char *const *argv;  // of this program, for the re-execution at a reload
	const char *binary; // path under which a newer binary is expected
	const char *config_path;
};

/*
 * From here on signals wait for prefork_run. Called before the socket is made, for who sees that
 * may send one.
 */
void prefork_signals(void);

/*
 * Keeps WEB_WORKERS processes, and n_slow more, serving until SIGTERM or SIGINT. SIGHUP or SIGUSR2
 * reloads: binary and configuration anew, without a lost request.
 */
int prefork_run(const struct prefork *p, struct err *e) ATTR_MUST_USE;

/* Names of environment variables that carry the state over a re-execution. */
#define PREFORK_LISTENER "PODIUM_WEB_LISTENER"
#define PREFORK_SLOW     "PODIUM_WEB_SLOW_LISTENER"
#define PREFORK_MADE     "PODIUM_WEB_MADE"
#define PREFORK_OLD      "PODIUM_WEB_OLD_WORKERS"

#endif
