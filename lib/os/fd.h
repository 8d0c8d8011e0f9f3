#ifndef OS_FD_H
#define OS_FD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/* A descriptor that is closed when the variable leaves its scope; -1 is none. */
#define FD_AUTO int CLEANUP(fd_close)
void fd_close(int *fd); // sets it to -1; keeps errno

/* Takes the descriptor out of a FD_AUTO variable, which is -1 afterwards. */
int fd_take(int *fd);

/* One flag each, the others stay. ERR_INTERNAL if the descriptor is none. */
int fd_set_cloexec(int fd, struct err *e) ATTR_MUST_USE;
int fd_set_nonblock(int fd, struct err *e) ATTR_MUST_USE;

/* Writes everything to a blocking descriptor. ERR_TEMPORARY if that fails. */
int fd_write_all(int fd, struct span s, struct err *e) ATTR_MUST_USE;

/*
 * The whole file in the arena, NUL-terminated. ERR_NOT_FOUND if there is none, ERR_LIMIT if it is
 * longer than max bytes, ERR_INTERNAL with the reason otherwise.
 */
int file_read(const char *path, size_t max, struct arena *m, struct span *out,
	struct err *e) ATTR_MUST_USE;

/*
 * Makes the folders above a file that are not there, of those that a slash ends at `from` or behind
 * it; the mode is as given, whatever the umask. The path is as it was afterwards. ERR_TEMPORARY if
 * one cannot be made.
 */
int folders_above(char *path, size_t from, unsigned mode, struct err *e) ATTR_MUST_USE;

/*
 * Puts the text into place under path in one step: readers see the old file or the new one, never
 * part of one. The mode is as given, whatever the umask.
 */
int file_replace(const char *path, struct span text, unsigned mode, struct err *e) ATTR_MUST_USE;

/*
 * A descriptor of a sealed file in memory that holds the text and is closed on exec. For libraries
 * that want a path: /proc/self/fd/<n>.
 */
int fd_sealed(const char *name, struct span text, int *out, struct err *e) ATTR_MUST_USE;

#endif
