#include "model/submission_scan.h"

#include "base/limits.h"
#include "judge/static_scan.h"
#include "net/json.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/installed.h"
#include "os/log.h"

static void put(struct json_out *j, const struct submission_flag *f)
{
	json_object(j);
	json_key(j, "rule");
	json_put_text(j, f->rule);
	json_key(j, "level");
	json_put_text(j, f->is_warning ? SPAN("warn") : SPAN("note"));
	json_key(j, "says");
	json_put_text(j, f->says);
	json_key(j, "line");
	json_put_i64(j, f->line);
	json_key(j, "n");
	json_put_i64(j, f->n);
	json_object_end(j);
}

static int load(
	const struct config *conf, struct arena *m, struct static_scan_rules *out, struct err *e)
{
	const char *path = installed_file(m, conf->scan_rules, "scan.conf");
	struct span text;

	if (file_read(path, STATIC_SCAN_MAX_FILE, m, &text, e) != 0)
		return -1;
	return static_scan_parse(m, text, path, out, e);
}

static void put_all(struct json_out *j, const struct config *conf, struct arena *m,
	struct span language, struct span source)
{
	struct static_scan_rules rules = { .n = 0 };
	struct static_scan_flags flags;
	struct err e = { 0 };

	if (load(conf, m, &rules, &e) != 0) {
		const struct submission_flag none = { .rule = SPAN("rules"),
			.says = SPAN("was not looked through: the rules could not be read"),
			.is_warning = true };

		log_err(LOG_ERROR, "scan.rules", &e);
		put(j, &none);
		return;
	}
	static_scan_run(&rules, m, language, source, &flags);
	for (size_t i = 0; i < flags.n; i++) {
		const struct static_scan_rule *r = flags.v[i].rule;
		const struct submission_flag f = { r->name, r->says, r->is_warning, flags.v[i].line,
			flags.v[i].n };

		put(j, &f);
	}
}

struct span submission_scan(
	const struct config *conf, struct arena *m, struct span language, struct span source)
{
	struct err e = { 0 };
	struct json_out j;
	struct span text;
	BUF_AUTO b;

	buf_init(&b, STATIC_SCAN_MAX_FLAGS);
	if (span_is(span_of(conf->scan_rules), "-"))
		return SPAN("[]");
	json_begin(&j, &b);
	json_array(&j);
	put_all(&j, conf, m, language, source);
	json_array_end(&j);
	if (buf_finish(&b, &text, &e) != 0) {
		log_err(LOG_ERROR, "scan.flags", &e);
		return SPAN("[]");
	}
	return arena_span(m, text);
}

void submission_flags(struct arena *m, struct span json, struct submission_flags *out)
{
	struct submission_flag *v;
	struct err e = { 0 };
	JSON_AUTO all = NULL;

	*out = (struct submission_flags){ NULL, 0 };
	if (json.n == 0 || json_parse(json, &all, &e) != 0)
		return;
	v = arena_new_array(m, struct submission_flag, json_length(all) + 1);
	for (size_t i = 0; i < json_length(all); i++) {
		const struct json *one = json_at(all, i);
		struct submission_flag *f = &v[out->n];
		struct span level = SPAN_NONE;
		int64_t line = 0, n = 0;

		if (!json_text(json_get(one, "rule"), &f->rule) ||
			!json_text(json_get(one, "says"), &f->says) ||
			!json_text(json_get(one, "level"), &level) ||
			!json_i64(json_get(one, "line"), &line) ||
			!json_i64(json_get(one, "n"), &n))
			continue;
		f->rule = arena_span(m, f->rule);
		f->says = arena_span(m, f->says);
		f->is_warning = span_is(level, "warn");
		f->line = line >= 0 && line <= INT32_MAX ? (int)line : 0;
		f->n = n >= 0 && n <= INT32_MAX ? (int)n : 0;
		out->n++;
	}
	out->v = v;
}
