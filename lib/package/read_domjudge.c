/*
 * What DOMjudge adds to packages: domjudge-problem.ini and .timelimit. Their time limit counts more
 * than any other.
 */
#include "package/reader.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"

/* What stands between quotes, or up to a comment. */
static struct span unquote(struct span v)
{
	bool quoted = v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'');
	struct span rest = quoted ? span_sub(v, 1, v.n) : v;
	struct span value;

	if (span_split(&rest, quoted ? v.p[0] : ';', &value) && (!quoted || rest.p != NULL))
		return quoted ? value : span_trim(value);
	return v;
}

static void set_time(struct reader *r, struct span file, int line, struct span text)
{
	double s;

	if (!yml_is_number(text, &s) || !(s > 0 && s <= 600)) {
		package_say(r->r, PACKAGE_ERROR, file, line,
			"the time limit is no number of seconds up to 600");
		return;
	}
	r->out->rules.time_ms = s < 0.001 ? 1 : (int)lround(s * 1000);
	r->out->rules.time_is_suggested = false;
}

static void take(struct reader *r, struct span file, int line, struct span key, struct span value)
{
	static const char *const known[] = { "probid", "points", "color", "externalid",
		"allow_submit", "allow_judge", "combined_run_compare", "short_name", "types",
		"memlimit", "outputlimit" };

	if (span_is(key, "name")) {
		reader_name(r, SPAN("en"), value);
		return;
	}
	if (span_is(key, "timelimit")) {
		set_time(r, file, line, value);
		return;
	}
	if (span_is(key, "short-name")) {
		r->out->slug = value;
		return;
	}
	if (span_is(key, "special_compare_args")) {
		if (r->out->rules.validator_flags[0] == '\0')
			r->out->rules.validator_flags = arena_dup(r->r->m, value);
		return;
	}
	/* DOMjudge's own are no others than the format's. */
	if ((span_is(key, "special_compare") && span_is(value, "compare")) ||
		(span_is(key, "special_run") && span_is(value, "run")))
		return;
	/* Programs by name, which the package need not hold: then check_whole says so. */
	if (span_is(key, "special_run") || span_is(key, "special_compare")) {
		r->out->rules.validator = RULES_CUSTOM;
		if (span_is(key, "special_run"))
			r->out->rules.is_interactive = true;
		return;
	}
	for (size_t i = 0; i < countof(known); i++) {
		if (span_is(key, known[i]))
			return;
	}
	package_say(r->r, PACKAGE_WARNING, file, line,
		"the key " SPAN_FMT " is not known and was passed over",
		SPAN_ARG(span_sub(key, 0, 60)));
}

void read_domjudge(struct reader *r)
{
	const struct package_file *file = package_tree_find(r->tree, ".timelimit");
	struct span rest;
	struct span line;

	if (file != NULL)
		set_time(r, file->path, 1, span_trim(file->bytes));
	file = package_tree_find(r->tree, "domjudge-problem.ini");
	if (file == NULL)
		return;
	rest = file->bytes;
	if (span_starts(rest, "\xef\xbb\xbf"))
		rest = span_sub(rest, 3, rest.n); // a byte-order mark
	for (int n = 1; span_split(&rest, '\n', &line); n++) {
		struct span key;
		struct span value = span_trim(line);

		if (value.n == 0 || value.p[0] == ';' || value.p[0] == '#' || value.p[0] == '[')
			continue;
		if (!span_split(&value, '=', &key) || value.p == NULL) {
			package_say(r->r, PACKAGE_WARNING, file->path, n, "the line has no =");
			continue;
		}
		take(r, file->path, n, span_trim(key), unquote(span_trim(value)));
	}
}
