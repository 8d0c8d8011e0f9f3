#ifndef OS_CONFIG_H
#define OS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct config_place; // where a key was given; known to config.c

/* Members in the order of lib/os/config_keys.h; texts are never NULL, an unset one is "". */
struct config {
#define CONFIG_MEMBER_TEXT(member)                   const char *member;
#define CONFIG_MEMBER_SECRET(member)                 const char *member;
#define CONFIG_MEMBER_PEM(member)                    const char *member;
#define CONFIG_MEMBER_URL(member)                    const char *member;
#define CONFIG_MEMBER_SITE(member)                   const char *member;
#define CONFIG_MEMBER_NUMBER(member)                 int64_t member;
#define CONFIG_MEMBER_FLAG(member)                   bool member;
#define X(type, member, key, def, least, most, help) CONFIG_MEMBER_##type(member)
#include "os/config_keys.h"
#undef X
	struct config_place *places; // one for each key; NULL: made by hand, without places
};

/*
 * Reads the file (NULL: only environment and defaults), then lets every key be overridden by the
 * environment variable of its name. An unknown key, a key given twice, a value out of range or a
 * malformed line is ERR_INVALID and names file and line; the value is quoted unless it is secret.
 * What other rooms have to judge, such as an address of a server, is for config_blame. The result
 * lives to the end of the process. LOG_LEVEL takes effect at once.
 */
int config_load(const char *path, const struct config **out, struct err *e) ATTR_MUST_USE;

/*
 * Parses text as if it were the file called name, over the defaults and without the environment;
 * the texts live in the arena. Used by config_load and by the fuzz target.
 */
int config_parse(struct span text, const char *name, struct arena *m, struct config *out,
	struct err *e) ATTR_MUST_USE;

/*
 * Puts before the text of the error where the key that it is about was given, and the key if the
 * text does not begin with it: "podium.conf:7: KEY: ...". -1.
 */
int config_blame(const struct config *c, const char *key, struct err *e);

bool config_is_given(const struct config *c, const char *key); // in the file or the environment

/* Writes etc/podium.conf.example: every key with its meaning, range and default. */
void config_example(struct buf *out);

#endif
