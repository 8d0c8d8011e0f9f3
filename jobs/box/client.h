#ifndef JOBS_BOX_CLIENT_H
#define JOBS_BOX_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "jobs/box/box.h"

/* The other side of box.h: how workers and the command line use podium-box. */

/* One podium-box serve. It ends, with all its boxes, when this process ends or calls
 * box_server_stop. */
struct box_server {
	pid_t pid;
	int conn;
};

/* `program` is the path of podium-box. */
int box_server_start(const char *program, struct box_server *out, struct err *e) ATTR_MUST_USE;
void box_server_stop(struct box_server *s);

/* A box; -1 where there is none. */
struct box_handle {
	int conn;
	struct box_result ready; // what kind of box it is
};

/* Waits till the box is there. ERR_INTERNAL with the stage that failed; ERR_TEMPORARY if podium-box
 * is gone. */
int box_open(struct box_server *s, const struct box_open *ask, struct box_handle *out,
	struct err *e) ATTR_MUST_USE;
void box_close(struct box_handle *b);

/* A request that is valid but for its words, with the limits of an ordinary run. */
void box_run_init(struct box_run *r, enum box_op op);
/* The next argument, or variable of the environment once `environment` is true. ERR_LIMIT if there
 * is no room. */
int box_run_word(
	struct box_run *r, const char *word, bool environment, struct err *e) ATTR_MUST_USE;
/* A mount of `source` under the same path or another. */
int box_open_mount(
	struct box_open *o, const char *source, const char *target, struct err *e) ATTR_MUST_USE;

/* Starts a run; fds are its standard input, output and error and stay the caller's. box_wait has
 * the answer. */
int box_begin(struct box_handle *b, const struct box_run *r, const int fds[3],
	struct err *e) ATTR_MUST_USE;
int box_kill(struct box_handle *b, struct err *e) ATTR_MUST_USE;
/* ERR_TEMPORARY if the box is gone or did not answer in time; ERR_INTERNAL for BOX_FAILED. */
int box_wait(
	struct box_handle *b, int timeout_ms, struct box_result *out, struct err *e) ATTR_MUST_USE;

/*
 * Puts a file into /box for the next run, which then has BOX_KEEP: `how` has the limits of the
 * folders and the flags BOX_KEEP, BOX_EXEC_WORK and BOX_RUNNABLE. `from` is a regular file and
 * stays the caller's. ERR_INVALID if the name cannot be, or there is no room.
 */
int box_put(struct box_handle *b, const struct box_run *how, const char *name, int from,
	struct err *e) ATTR_MUST_USE;

/*
 * A file that the run before left in /box: *fd is the caller's, *size its bytes. `take` removes it
 * there. ERR_NOT_FOUND if there is none of that name; ERR_INVALID if it is no ordinary file.
 */
int box_fetch(struct box_handle *b, const char *name, bool take, int *fd, uint64_t *size,
	struct err *e) ATTR_MUST_USE;

#endif
