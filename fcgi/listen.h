#ifndef FCGI_LISTEN_H
#define FCGI_LISTEN_H

#include "base/attr.h"
#include "base/err.h"

/*
 * Makes the socket with mode 0660: who can write to it can claim any client address and reach
 * libfcgi's parser, so it is for the web server's group alone. A socket left by a dead process is
 * replaced, a living one is not (ERR_CONFLICT). It gets its name when it listens, so whoever sees
 * it can connect.
 */
int listen_on(const char *path, int *out, struct err *e) ATTR_MUST_USE;

#endif
