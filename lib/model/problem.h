#ifndef MODEL_PROBLEM_H
#define MODEL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "judge/rules.h"
#include "model/problem_edit.h"
#include "model/problem_file.h"
#include "model/problem_verify.h"

struct cache;
struct db;
struct envelope;

/* One problem as pages and programs show it. Rights were decided before (model/problem_right.h). */
struct problem_about {
	int64_t id;
	int64_t version_id;
	struct span slug;
	struct span title; // in the first language
	int64_t owner_id;  // 0: the account is gone
	struct span owner;
	enum problem_visibility visibility;
	int difficulty; // 0: not said
	struct span category;
	struct span tags; // with commas between them
	int64_t created_at;
	int64_t changed_at;
	int64_t n_tried;
	int64_t n_solved;
	/* Of the version. */
	int number;
	bool is_current;
	int64_t made_at;
	struct span author;
	struct span source;
	struct span source_url;
	struct span license;
	struct span format;
	bool show_difference;
	enum problem_state state;
	int64_t verified_at; // INT64_MIN: never
	int suggested_ms;    // 0: none
	struct span lapsed;  // why the last verification came to no end; SPAN_NONE: it did
	bool may_be_offered; // to contests: it is sound, or signed off
	struct span signer;  // SPAN_NONE: nobody has signed
	struct span signed_why;
	int64_t n_tests;
	int64_t n_solutions;
	struct judge_rules rules;
};

/* ERR_NOT_FOUND. */
int problem_about(struct db *d, struct arena *m, int64_t version_id, struct problem_about *out,
	struct err *e) ATTR_MUST_USE;

struct problem_text {
	struct span lang;
	struct span title;
	struct span html; // clean, for html_stored; empty where there is a PDF only; not in lists
};

struct problem_text_list {
	const struct problem_text *v;
	size_t n;
};

struct problem_text_want {
	int64_t version_id;
	const struct span *langs;
	size_t n;
};

/* The statement in the first of the languages that it has, else in its own first one. */
int problem_text(struct db *d, struct arena *m, const struct problem_text_want *w,
	struct problem_text *out, struct err *e) ATTR_MUST_USE;

/* All languages, without the texts. */
int problem_texts(struct db *d, struct arena *m, int64_t version_id, struct problem_text_list *out,
	struct err *e) ATTR_MUST_USE;

/* What became of all submissions: kept for PROBLEM_FIGURES_S, made anew by the next verdict. */
struct problem_figure {
	struct span name; // number of the verdict, or the language
	int64_t n;
};

struct problem_figures {
	const struct problem_figure *verdicts;
	size_t n_verdicts;
	const struct problem_figure *languages;
	size_t n_languages;
};

/* Of members' submissions, the jury's own left out. */
int problem_figures(struct db *d, struct cache *cache, struct arena *m, int64_t id,
	struct problem_figures *out, struct err *e) ATTR_MUST_USE;

/* A member's own submissions for it, the newest first. */
struct problem_sent {
	struct span public_id;
	struct span language;
	int64_t made_at;
	int verdict; // enum verdict; 0: not yet
};

struct problem_sent_list {
	const struct problem_sent *v;
	size_t n;
};

/* The last few. */
int problem_sent(struct db *d, struct arena *m, int64_t user_id, int64_t id,
	struct problem_sent_list *out, struct err *e) ATTR_MUST_USE;

struct problem_version_row {
	int64_t id;
	int number;
	int64_t made_at;
	struct span maker;
	struct span why;
	enum problem_state state;
	bool is_signed;
	int64_t n_tests;
};

struct problem_version_list {
	const struct problem_version_row *v;
	size_t n;
};

/* The newest first. */
int problem_versions(struct db *d, struct arena *m, int64_t id, struct problem_version_list *out,
	struct err *e) ATTR_MUST_USE;

/* What somebody may work on, what changed last first. */
struct problem_work {
	int64_t id;
	struct span slug;
	struct span title;
	enum problem_visibility visibility;
	struct span owner;
	int64_t changed_at;
	int number;
	enum problem_state state;
	bool is_signed;
	int64_t n_tests;
};

struct problem_work_query {
	int64_t owner_id;  // 0: everybody's
	struct span words; // SPAN_NONE: all
	size_t limit;
	size_t offset;
};

struct problem_works {
	const struct problem_work *v;
	size_t n;
};

/* Without a further word about rights: owner_id says whose. */
int problem_works(struct db *d, struct arena *m, const struct problem_work_query *q,
	struct problem_works *out, struct err *e) ATTR_MUST_USE;

#endif
