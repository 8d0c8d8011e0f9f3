#ifndef VIEW_SUBMISSION_H
#define VIEW_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/admin.h"
#include "view/code.h"
#include "view/page.h"
#include "view/settings.h"
#include "view/verdict.h"

/* A choice of a select whose values are names. */
struct name_option {
	struct span value;
	struct span text;
	bool is_chosen;
};

struct name_options {
	const struct name_option *v;
	size_t n;
};

/* ---- sending in ------------------------------------------------------------------------------ */

/* A language and how its text is coloured (judge/code.h), for public/js/editor.js. */
struct language_option {
	struct span id;
	struct span name;
	struct span version; // SPAN_NONE: not known
	bool is_chosen;
	struct span syntax; // JSON: {"extensions":["cpp"],"line":["//"],"block":[["/*","*/"]],…}
};

struct language_options {
	const struct language_option *v;
	size_t n;
};

struct submit_view {
	struct page_view page;
	struct span problem;
	struct url problem_page;
	struct url action;
	struct language_options languages;
	const char *limits; // "1 s of processor time, 256 MiB of memory, at most 100 KB of source"
	struct span source; // as it was sent, where it is shown again
	struct span error;  // of the whole form; SPAN_NONE: none
	const char *source_error;
	const char *language_error;
	const char *no_judge; // why nothing can be sent in at all, or NULL
	bool wants_answers;   // instead of a program
	bool wants_one;       // of them, so that it may be written into the field
	const char *wanted;   // what is to be handed in then, in a sentence or two
};

/* ---- one submission -------------------------------------------------------------------------- */

struct test_item {
	int number;       // from 1
	struct span path; // SPAN_NONE: not to be shown
	bool is_sample;
	bool is_static; // it read the source: called so instead of by its number
	struct verdict_badge verdict;
	bool is_open;    // neither run nor running
	const char *cpu; // "15 ms", NULL: not run
	const char *wall;
	const char *memory;
	const char *id;    // "test-3", where details are shown below; NULL: there are none
	struct url anchor; // there
	struct span difference;
	struct span output;
	struct span errors;
	struct span team_text;
	struct span jury_text;
	struct span exit_text;
};

struct test_items {
	const struct test_item *v;
	size_t n;
};

/* What changes while it is judged: templates/part/submission_live.html. */
struct submission_live {
	struct verdict_badge verdict;
	const char *headline; // "Wrong answer on test 3"
	const char *explain;  // one or two sentences for the member
	const char *status;   // the same in short, for screen readers
	bool is_busy;
	int n_tests; // 0: not known yet
	int n_ended;
	struct span wait;  // why it waits; SPAN_NONE
	const char *facts; // "0.12 s · 4.5 MiB", or NULL
	bool has_details;  // some test has something to say
	bool is_long;      // so many tests that the table is folded
	struct test_items tests;
	struct url poll; // where the change is asked for
	int poll_ms;
	const char *scope; // of the event log, where its changes are told
	int64_t after;     // the last of them that this page knows
};

struct flag_item {
	struct span rule;
	struct span says;
	const char *mood; // "warn" or "off"
	int line;
	int n;
};

struct flag_items {
	const struct flag_item *v;
	size_t n;
};

struct submission_view {
	struct page_view page;
	struct submission_live live;
	struct span problem;
	struct url problem_page;
	struct url again; // the form to send in another one; NULL text: may not
	struct span sender;
	struct span language;
	struct span file_name;
	const char *size;
	const char *made;
	const char *made_iso;
	struct span build_text;
	struct code_lines code;
	bool is_answer; // answers instead of a program
	bool has_source;
	bool has_file;         // to be downloaded, text or not
	const char *code_note; // why there is no source, or no colours; NULL
	struct span plain;     // of the button that copies
	struct url download;   // of the source
	bool may_hide;
	struct url hide;

	/* For the jury. */
	bool is_jury;
	struct flag_items flags;
	struct span fault;
	struct admin_facts facts;
	struct url rejudge;
};

/* ---- lists ----------------------------------------------------------------------------------- */

struct submission_item {
	struct url link;
	struct url problem_page;
	struct span problem;
	struct span sender; // SPAN_NONE: the account is gone
	struct span language;
	const char *made;
	const char *made_iso;
	struct verdict_badge verdict;
	const char *cpu;
	const char *memory;
	const char *size;
	bool is_flagged;
	bool is_jury; // a solution of the package
	bool is_busy;
};

struct submission_items {
	const struct submission_item *v;
	size_t n;
};

/* What a list of submissions is narrowed to by. */
struct submission_choices {
	struct name_options verdicts;
	struct name_options languages;
};

struct submissions_view {
	struct page_view page;
	bool is_jury; // the queue of all
	struct submission_items items;
	bool is_filtered;
	struct submission_choices choices;
	struct name_options states;
	struct span slug;
	struct span sender;
	bool only_flagged;
	bool with_jury;
	const char *error; // of the filter, or NULL
	struct url action;
	struct url rejudge;  // of what is listed; NULL text: nothing is
	const char *waiting; // "3 wait, 2 are judged", or NULL
	struct pager pager;
};

#endif
