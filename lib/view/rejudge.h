#ifndef VIEW_REJUDGE_H
#define VIEW_REJUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/admin.h"
#include "view/page.h"
#include "view/submission.h"
#include "view/verdict.h"

/* A set of submissions that are judged again. */
struct rejudge_set {
	struct url link;
	const char *title; // "Rejudging 7"
	struct span why;
	const char *state;
	const char *mood;
	const char *counts; // "12 of 20 judged, 3 would change"
	struct span maker;  // SPAN_NONE: the command line, or the account is gone
	const char *made;
	const char *made_iso;
};

struct rejudge_sets {
	const struct rejudge_set *v;
	size_t n;
};

struct rejudges_view {
	struct page_view page;
	struct rejudge_sets sets;
	struct pager pager;
};

/* The form that asks for one. */
struct rejudge_new_view {
	struct page_view page;
	struct span submission; // SPAN_NONE: not just one
	struct span problem;
	struct span contest;
	struct submission_choices choices;
	struct span sender;
	struct span why;
	struct span error; // SPAN_NONE
};

struct rejudge_row {
	struct url link;
	struct span problem;
	struct span sender;
	struct span language;
	struct verdict_badge before;
	struct verdict_badge after;
	bool is_changed;
};

struct rejudge_rows {
	const struct rejudge_row *v;
	size_t n;
};

struct rejudge_view {
	struct page_view page;
	struct rejudge_set set;
	struct admin_facts wanted; // what was asked for
	bool is_busy;
	bool may_apply;
	bool may_drop;
	bool shows_all; // else only what changes
	int n;
	int n_ended;
	int n_changed;
	struct rejudge_rows rows;
	struct admin_tabs choices;
	struct pager pager;
	struct url apply;
	struct url drop;
	struct span decider;
	const char *decided; // NULL: not yet
	const char *decided_iso;
};

#endif
