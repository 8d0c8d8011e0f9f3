#ifndef OS_CONFIG_H
#define OS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* Members in the order of lib/os/config_keys.h; texts are never NULL, an unset one is "". */
struct config {
#define CONFIG_MEMBER_TEXT(member)                   const char *member;
#define CONFIG_MEMBER_SECRET(member)                 const char *member;
#define CONFIG_MEMBER_NUMBER(member)                 int64_t member;
#define CONFIG_MEMBER_FLAG(member)                   bool member;
#define X(type, member, key, def, least, most, help) CONFIG_MEMBER_##type(member)
#include "os/config_keys.h"
#undef X
};

/*
 * Reads the file (NULL: only environment and defaults), then lets every key be overridden by the
 * environment variable of its name. An unknown key, a key given twice, a value out of range or a
 * malformed line is ERR_INVALID and names file and line. The result lives to the end of the
 * process.
 */
int config_load(const char *path, const struct config **out, struct err *e) ATTR_MUST_USE;

/* Parses text as if it were the file called name. Used by config_load and by the fuzz target. */
int config_parse(
	struct span text, const char *name, struct config *out, struct err *e) ATTR_MUST_USE;

/* Writes etc/podium.conf.example. */
void config_example(struct buf *out);

#endif
