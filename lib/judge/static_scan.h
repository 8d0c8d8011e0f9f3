#ifndef JUDGE_STATIC_SCAN_H
#define JUDGE_STATIC_SCAN_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What in a submitted source the jury may want to look at: programs that start others, reach for
 * the network or for files, carry machine code or text that readers do not see. It only flags. The
 * box is what holds a program; no verdict follows from a flag, and a source without flags is
 * trusted no more than another.
 *
 * The rules are data (etc/scan.conf), which says how they are written. Everything of a parsed set
 * points into the text it was parsed from, and lives in the arena.
 */
struct static_scan_pattern;

struct static_scan_rule {
	struct span name;      // lower case letters, digits and hyphens
	struct span says;      // for the jury: "starts other programs"
	bool is_warning;       // otherwise a note
	struct span languages; // ids with blanks between them; empty: all
	const struct static_scan_pattern *patterns;
	size_t n_patterns;
};

struct static_scan_rules {
	const struct static_scan_rule *v;
	size_t n;
};

/* ERR_INVALID names the line: "file_name:12: …". */
int static_scan_parse(struct arena *m, struct span text, const char *file_name,
	struct static_scan_rules *out, struct err *e) ATTR_MUST_USE;

/* One rule that something in the source fits. */
struct static_scan_flag {
	const struct static_scan_rule *rule;
	int line; // of the first place, from 1
	int n;    // places
};

struct static_scan_flags {
	const struct static_scan_flag *v; // in the order of the rules
	size_t n;
};

/* Any bytes will do; time grows with their number alone. */
void static_scan_run(const struct static_scan_rules *rules, struct arena *m, struct span language,
	struct span source, struct static_scan_flags *out);

#endif
