#include "fcgi/problem_fill.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "html/clean.h"
#include "html/markdown.h"
#include "html/url.h"
#include "model/user.h"

int problem_of_route(struct ctx *c, unsigned need, struct problem_ref *out, struct err *e)
{
	const struct problem_ask ask = { route_param(c, "slug"), c->user, need };

	return problem_find(c->db, c->mem, &ask, out, e);
}

struct problem_hand problem_hand_of(const struct ctx *c)
{
	return (struct problem_hand){ c->db, c->cache, c->mem, c->seal,
		c->user != NULL ? c->user->id : 0 };
}

struct url problem_list_url(struct arena *m, const char *name, struct span value)
{
	return url_with(m, url_path("/problems"), name, value);
}

struct problem_links problem_tag_links(struct arena *m, struct span tags)
{
	struct problem_link *v = arena_new_array(m, struct problem_link, tags.n / 2 + 2);
	struct span name;
	size_t n = 0;

	while (span_split(&tags, ',', &name))
		v[n++] =
			(struct problem_link){ name, problem_list_url(m, "tags", name), -1, false };
	return (struct problem_links){ v, n };
}

const char *problem_state_text(enum problem_state s, bool is_signed)
{
	switch (s) {
	case PROBLEM_SOUND:
		return "verified";
	case PROBLEM_IN_VERIFICATION:
		return "being verified";
	case PROBLEM_UNSOUND:
		return is_signed ? "unsound, signed off" : "unsound";
	case PROBLEM_UNVERIFIED:
		break;
	}
	return is_signed ? "signed off" : "not verified";
}

const char *problem_state_badge(enum problem_state s, bool is_signed)
{
	if (s == PROBLEM_SOUND || is_signed)
		return "ok";
	return s == PROBLEM_UNSOUND ? "bad" : "warn";
}

const struct span *problem_tags_read(struct arena *m, struct span list, size_t *n)
{
	struct span *v = arena_new_array(m, struct span, list.n / 2 + 2);
	struct span word;

	*n = 0;
	while (span_split(&list, ',', &word))
		if (span_trim(word).n > 0)
			v[(*n)++] = span_trim(word);
	return v;
}

const char *problem_size_text(struct arena *m, int64_t bytes)
{
	if (bytes < 1024)
		return arena_printf(m, "%lld B", (long long)bytes);
	if (bytes < 1024 * 1024)
		return arena_printf(m, "%.1f KiB", (double)bytes / 1024);
	return arena_printf(m, "%.1f MiB", (double)bytes / 1024 / 1024);
}

const char *problem_time_text(struct arena *m, int64_t ms)
{
	return ms % 1000 == 0 ? arena_printf(m, "%lld s", (long long)ms / 1000)
			      : arena_printf(m, "%.6g s", (double)ms / 1000);
}

const char *problem_source_text(struct arena *m, int64_t most_bytes)
{
	return most_bytes >= SUBMISSION_MAX_SOURCE
		       ? arena_printf(m, "less than %d KB", (SUBMISSION_MAX_SOURCE + 1) / 1024)
		       : arena_printf(m, "up to %lld KB", (long long)most_bytes / 1024);
}

struct problem_head problem_head_of(
	struct arena *m, const struct problem_about *a, unsigned rights, enum problem_place place)
{
	const char *slug = arena_dup(m, a->slug);
	bool signed_off = a->signer.p != NULL || a->signed_why.p != NULL;
	struct problem_head h = {
		.title = a->title, .here = url_to(m, "/problem/{}", slug, NULL), .place = place
	};

	if ((rights & PROBLEM_MAY_DATA) == 0)
		return h;
	h.tests = url_to(m, "/problem/{}/tests", slug, NULL);
	h.versions = url_to(m, "/problem/{}/versions", slug, NULL);
	h.sign = url_to(m, "/problem/{}/sign", slug, NULL);
	h.package = url_to(m, "/problem/{}/package", slug, NULL);
	h.verify = url_to(m, "/problem/{}/verify", slug, NULL);
	h.state = problem_state_text(a->state, signed_off);
	h.state_badge = problem_state_badge(a->state, signed_off);
	h.is_busy = a->state == PROBLEM_IN_VERIFICATION;
	h.visibility = problem_visibility_name(a->visibility);
	if ((rights & PROBLEM_MAY_EDIT) != 0) {
		h.edit = url_to(m, "/problem/{}/edit", slug, NULL);
		h.text = url_to(m, "/problem/{}/text", slug, NULL);
		h.remove = url_to(m, "/problem/{}/delete", slug, NULL);
		h.files = url_to(m, "/problem/{}/files", slug, NULL);
		h.remove_file = url_to(m, "/problem/{}/files/delete", slug, NULL);
		h.remove_test = url_to(m, "/problem/{}/tests/delete", slug, NULL);
	}
	return h;
}

int problem_markdown(struct arena *m, const struct problem_text_new *of, struct span markdown,
	struct problem_markdown *out, struct err *e)
{
	struct span html;
	struct span words;
	BUF_AUTO b = { 0 };
	BUF_AUTO w = { 0 };

	if (span_trim(markdown).n == 0)
		return err_field(e, "markdown", "the statement is empty");
	buf_init(&b, REQUEST_MAX_BODY * 8);
	buf_init(&w, REQUEST_MAX_BODY * 8);
	if (markdown_html(m, markdown, &b, e) != 0 || buf_finish(&b, &html, e) != 0)
		return -1;
	html = arena_span(m, html);
	html_words(html, &w);
	if (buf_finish(&w, &words, e) != 0)
		return -1;
	out->text = (struct problem_text_new){ of->lang, of->title, html, arena_span(m, words) };
	out->file = (struct problem_file_new){ PROBLEM_STATEMENT,
		span_of(arena_printf(m, "problem." SPAN_FMT ".md", SPAN_ARG(of->lang))), markdown };
	return 0;
}

/* "de-AT,de;q=0.8,en": by their order, which is what browsers send; weights are passed over. */
size_t problem_reader_langs(const struct ctx *c, struct span *out, size_t room)
{
	struct span list = c->req->accept_language;
	struct span wanted = span_trim(request_query(c->req, "lang"));
	struct span item;
	size_t n = 0;

	if (wanted.n > 0)
		out[n++] = wanted;
	while (n + 2 <= room && span_split(&list, ',', &item)) {
		struct span lang;
		struct span base;

		item = span_trim(item);
		if (!span_split(&item, ';', &lang) || lang.n < 2)
			continue;
		out[n++] = lang;
		if (span_has(lang, '-') && span_split(&lang, '-', &base))
			out[n++] = base;
	}
	return n;
}
