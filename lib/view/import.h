#ifndef VIEW_IMPORT_H
#define VIEW_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/page.h"

/* Packages on their way in: a line of the list, and the head of a report. */
struct import_item {
	struct url link;
	struct span file_name;
	const char *size;
	struct span sender; // SPAN_NONE: the reader himself
	const char *made;
	const char *made_iso;
	const char *state;   // "waiting"
	const char *mood;    // of its badge
	struct span problem; // what it became; SPAN_NONE
	struct url problem_page;
};

struct import_items {
	const struct import_item *v;
	size_t n;
};

struct imports_view {
	struct page_view page;
	struct import_items items;
	struct span slug;  // of the problem whose next version is sent in; SPAN_NONE: a new one
	struct span error; // SPAN_NONE
	const char *most;  // "64 MiB"
};

struct report_line {
	const char *level; // "error"
	const char *mood;
	struct span file; // SPAN_NONE
	int line;         // 0
	struct span text;
};

struct report_lines {
	const struct report_line *v;
	size_t n;
};

struct import_view {
	struct page_view page;
	struct import_item import;
	bool is_busy;
	const char *headline;
	struct span step; // what is done just now; SPAN_NONE
	const char *ended;
	const char *ended_iso;
	struct report_lines report;
	int n_errors;
	int n_warnings;
};

#endif
