#ifndef MODEL_STARTUP_H
#define MODEL_STARTUP_H

#include "base/attr.h"
#include "base/err.h"

struct config;

/*
 * Before a program that stays starts its work: what the configuration says in a language of its
 * own (addresses of servers, keys, senders) can be read. ERR_INVALID names the file and line and
 * shows no secret. Nothing is connected to.
 */
int startup_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

#endif
