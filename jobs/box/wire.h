#ifndef JOBS_BOX_WIRE_H
#define JOBS_BOX_WIRE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "jobs/box/box.h"

/* Whole structs with descriptors beside them, over SOCK_SEQPACKET. */

/* -1 with errno. The descriptors stay the sender's. */
int wire_send(int conn, const void *p, size_t size, const int *fds, size_t n) ATTR_MUST_USE;

/*
 * Exactly `size` bytes and up to `most` descriptors, which are the receiver's now and closed on
 * exec; fds is filled up with -1. 0 when the other side is gone; -1 with errno, EPROTO for a
 * message of another size.
 */
ssize_t wire_receive(int conn, void *p, size_t size, int *fds, size_t most) ATTR_MUST_USE;

void wire_close(int *fds, size_t n); // those that are not -1

/* What is wrong with a request, or NULL: counts, ranges, and texts that do not end. */
const char *wire_fault(const struct box_run *r);
const char *wire_open_fault(const struct box_open *o);

#endif
