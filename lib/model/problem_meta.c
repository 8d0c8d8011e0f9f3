#include "model/problem_meta.h"

#include <stdio.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/cache.h"
#include "model/problem_check.h"
#include "model/problem_kept.h"
#include "os/log.h"

int problem_slug_taken(struct span slug, struct err *e)
{
	*e = (struct err){ 0 };
	err_field(e, "slug", "there is a problem " SPAN_FMT " already",
		SPAN_ARG(span_sub(slug, 0, PROBLEM_MAX_SLUG)));
	e->kind = ERR_CONFLICT;
	return -1;
}

static bool is_slug_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* What is left of it in the alphabet of slugs, with one dash between its words. */
static struct span slug_of(struct arena *m, struct span wanted)
{
	char *out = arena_alloc(m, PROBLEM_MAX_SLUG + 3);
	bool has_letter = false;
	size_t n = 0;

	for (size_t i = 0; i < wanted.n && n < PROBLEM_MAX_SLUG - 8; i++) {
		char c = wanted.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (is_slug_char(c))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
		has_letter = has_letter || (c >= 'a' && c <= 'z');
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	if (n == 0)
		return SPAN("problem");
	if (!has_letter)
		return span_of(arena_printf(m, "p-%.*s", (int)n, out));
	return (struct span){ out, n };
}

int problem_slug_free(
	struct db *d, struct arena *m, struct span wanted, struct span *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_slug_next, ARGS(arg_text(slug_of(m, wanted))), &row, e) != 0)
		return -1;
	*out = row_text(&row, problem_slug_next_slug);
	return 0;
}

static bool is_tag_char(char c)
{
	return is_slug_char(c) || c == '+' || c == '-';
}

struct span tag_clean(struct arena *m, struct span word)
{
	char *out = arena_alloc(m, word.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '_' || c == '\t')
			c = ' ';
		if (c == ' ') {
			if (n > 0 && out[n - 1] != ' ')
				out[n++] = ' ';
			continue;
		}
		if (!is_tag_char(c) || (n == 0 && !is_slug_char(c)))
			return SPAN_NONE;
		out[n++] = c;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	if (n == 0 || n > PROBLEM_MAX_TAG)
		return SPAN_NONE;
	return (struct span){ out, n };
}

int problem_put_tags(const struct problem_desk *desk, int64_t problem_id, const struct span *tags,
	size_t n, struct err *e)
{
	struct span *clean = arena_new_array(desk->mem, struct span, n + 1);
	size_t kept = 0;

	for (size_t i = 0; i < n && kept < PROBLEM_MAX_TAGS; i++) {
		clean[kept] = tag_clean(desk->mem, tags[i]);
		kept += clean[kept].p != NULL;
	}
	return db_exec(desk->tx->db, q_problem_set_tags,
		ARGS(arg_i64(problem_id), arg_texts(clean, kept)), NULL, e);
}

static int check_meta(const struct problem_meta *meta, struct arena *m, struct err *e)
{
	if (!problem_slug_is_good(meta->slug))
		return err_field(e, "slug",
			"the short name must have 1 to %d of a-z, 0-9 and -, and a letter",
			PROBLEM_MAX_SLUG);
	if (meta->difficulty < 0 || meta->difficulty > 10)
		return err_field(e, "difficulty", "the difficulty must be a number from 1 to 10");
	if (meta->category.n > PROBLEM_MAX_CATEGORY)
		return err_field(e, "category", "the category must have at most %d bytes",
			PROBLEM_MAX_CATEGORY);
	if (meta->n_tags > PROBLEM_MAX_TAGS)
		return err_field(e, "tags", "there may be at most %d tags", PROBLEM_MAX_TAGS);
	for (size_t i = 0; i < meta->n_tags; i++)
		if (tag_clean(m, meta->tags[i]).p == NULL)
			return err_field(e, "tags",
				"\"" SPAN_FMT "\" is no tag: up to %d of a-z, 0-9, +, - and blanks",
				SPAN_ARG(span_sub(meta->tags[i], 0, PROBLEM_MAX_TAG)),
				PROBLEM_MAX_TAG);
	return 0;
}

static int audit_meta(const struct problem_desk *desk, int64_t problem_id, struct span slug,
	enum problem_visibility visibility, struct err *e)
{
	const struct audit_entry entry = { .actor_id = desk->actor_id,
		.action = "problem.meta",
		.object = audit_object(desk->mem, "problem", problem_id),
		.detail = span_of(
			arena_printf(desk->mem, "{\"slug\":\"" SPAN_FMT "\",\"visibility\":%d}",
				SPAN_ARG(slug), (int)visibility)) };

	return audit_add(desk->tx, desk->mem, &entry, e);
}

/* Nobody else changes the problem until the end of the transaction. */
static int lock_for(const struct problem_desk *desk, int64_t problem_id, enum problem_visibility to,
	struct span *slug, struct err *e)
{
	struct row row;

	if (db_one(desk->tx->db, desk->mem, q_problem_lock, ARGS(arg_i64(problem_id)), &row, e) !=
		0)
		return -1;
	if (to != PROBLEM_HIDDEN && row_null(&row, problem_lock_version_id))
		return err_set(e, ERR_INVALID, "the problem has no statement yet");
	if (to == PROBLEM_CONTESTS && row_i64(&row, problem_lock_visibility) != PROBLEM_CONTESTS &&
		!row_bool(&row, problem_lock_may_be_offered))
		return err_field(e, "visibility",
			"it is not verified, so it cannot be set aside for contests; verify it, "
			"or let a jury member sign why it may be used");
	*slug = row_text(&row, problem_lock_slug);
	return 0;
}

int problem_show_to(const struct problem_desk *desk, int64_t problem_id, enum problem_visibility to,
	struct err *e)
{
	struct span slug;

	if (lock_for(desk, problem_id, to, &slug, e) != 0 ||
		db_exec(desk->tx->db, q_problem_show_to, ARGS(arg_i64(problem_id), arg_i64(to)),
			NULL, e) != 0)
		return -1;
	return audit_meta(desk, problem_id, slug, to, e);
}

int problem_set_meta(const struct problem_desk *desk, int64_t problem_id,
	const struct problem_meta *meta, struct err *e)
{
	struct db *d = desk->tx->db;
	struct span before;

	if (check_meta(meta, desk->mem, e) != 0 ||
		lock_for(desk, problem_id, meta->visibility, &before, e) != 0)
		return -1;
	if (db_exec(d, q_problem_set_meta,
		    ARGS(arg_i64(problem_id), arg_text(meta->slug), arg_i64(meta->visibility),
			    arg_i64(meta->difficulty),
			    arg_text(meta->category.n > 0 ? meta->category : SPAN_NONE)),
		    NULL, e) != 0)
		return e->kind == ERR_CONFLICT ? problem_slug_taken(meta->slug, e) : -1;
	if (problem_put_tags(desk, problem_id, meta->tags, meta->n_tags, e) != 0 ||
		db_exec(d, q_problem_index, ARGS(arg_i64(problem_id)), NULL, e) != 0)
		return -1;
	return audit_meta(desk, problem_id, meta->slug, meta->visibility, e);
}

int problem_delete(const struct problem_desk *desk, int64_t problem_id, struct err *e)
{
	struct db *d = desk->tx->db;
	struct audit_entry entry = { .actor_id = desk->actor_id,
		.action = "problem.delete",
		.object = audit_object(desk->mem, "problem", problem_id) };
	struct row row;

	if (db_one(d, desk->mem, q_problem_lock, ARGS(arg_i64(problem_id)), &row, e) != 0)
		return -1;
	entry.detail = span_of(arena_printf(desk->mem, "{\"slug\":\"" SPAN_FMT "\"}",
		SPAN_ARG(row_text(&row, problem_lock_slug))));
	if (db_one(d, desk->mem, q_problem_is_used, ARGS(arg_i64(problem_id)), &row, e) != 0)
		return -1;
	if (row_bool(&row, problem_is_used_used))
		return err_set(e, ERR_CONFLICT,
			"members have sent solutions in for it; hide the problem instead");
	if (db_exec(d, q_problem_delete, ARGS(arg_i64(problem_id)), NULL, e) != 0)
		return -1;
	return audit_add(desk->tx, desk->mem, &entry, e);
}
