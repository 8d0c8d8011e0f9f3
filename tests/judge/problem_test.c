/*
 * Makes a public problem from JSON on standard input, for tests and benches of judging:
 *
 *   problem-test --config FILE < {"slug": "sum", "time_ms": 1000, "scoring": false,
 *                                 "show_difference": false, "replace": 0,
 *                                 "tests": [{"path": "secret/1", "input": "1 2\n", "answer":
 * "3\n"}], "validator": {"name": "check.py", "text": "..."}}
 *
 * Tests below sample/ are samples. replace is the id of a problem that gets a next version instead.
 * Prints the problem's id.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/envelope.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/rules.h"
#include "model/problem_edit.h"
#include "net/json.h"
#include "os/config.h"

#define MAX_INPUT (64 * 1024 * 1024)

static int fail(const struct err *e)
{
	fprintf(stderr, "%s: %s (%s)\n", err_kind_name(e->kind), e->text, e->detail);
	return 1;
}

static struct span text_of(const struct json *j, const char *key)
{
	struct span s = SPAN_NONE;

	return json_text(json_get(j, key), &s) ? s : SPAN_NONE;
}

static int64_t number_of(const struct json *j, const char *key, int64_t other)
{
	int64_t n = other;

	return json_i64(json_get(j, key), &n) ? n : other;
}

static void read_tests(const struct json *list, struct arena *m, struct problem_new *p)
{
	struct testcase_new *v = arena_new_array(m, struct testcase_new, json_length(list) + 1);

	for (size_t i = 0; i < json_length(list); i++) {
		const struct json *t = json_at(list, i);

		v[i] = (struct testcase_new){ .path = text_of(t, "path"),
			.input = text_of(t, "input"),
			.answer = text_of(t, "answer") };
		v[i].is_sample = span_starts(v[i].path, "sample/");
	}
	p->tests = v;
	p->n_tests = json_length(list);
}

static int store(struct db *d, struct arena *m, const struct envelope *seal,
	const struct json *root, struct err *e)
{
	const struct json *validator = json_get(root, "validator");
	struct problem_text_new text = { SPAN("en"), text_of(root, "slug"), SPAN("<p>Test.</p>"),
		SPAN("Test.") };
	struct problem_file_new file = { .role = PROBLEM_VALIDATOR };
	struct judge_rules rules;
	struct problem_new p = { .slug = text_of(root, "slug"),
		.why = SPAN("test"),
		.format = SPAN("podium"),
		.rules = &rules,
		.texts = &text,
		.n_texts = 1,
		.equal_tests = PROBLEM_KEEPS_EQUAL };
	struct problem_meta meta = { .slug = p.slug, .visibility = PROBLEM_PUBLIC };
	int64_t replace = number_of(root, "replace", 0);
	struct problem_made made;
	TX_AUTO tx = { 0 };
	struct problem_desk desk = { .tx = &tx, .mem = m, .seal = seal };

	rules_init(&rules);
	rules.time_ms = (int)number_of(root, "time_ms", 1000);
	rules.memory_mib = (int)number_of(root, "memory_mib", 256);
	(void)json_bool(json_get(root, "scoring"), &rules.is_scoring);
	(void)json_bool(json_get(root, "show_difference"), &p.show_difference);
	read_tests(json_get(root, "tests"), m, &p);
	if (validator != NULL) {
		rules.validator = RULES_CUSTOM;
		file.path = span_of(
			arena_printf(m, "check/" SPAN_FMT, SPAN_ARG(text_of(validator, "name"))));
		file.bytes = text_of(validator, "text");
		p.files = &file;
		p.n_files = 1;
	}
	if (tx_begin(d, &tx, e) != 0 ||
		(replace != 0 ? problem_replace(&desk, replace, &p, &made, e)
			      : problem_create(&desk, &p, &made, e)) != 0 ||
		problem_set_meta(&desk, made.id, &meta, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	printf("%lld\n", (long long)made.id);
	return 0;
}

int main(int argc, char **argv)
{
	struct err e = { .kind = ERR_NONE };
	struct arena *m = arena_new(4 * (size_t)MAX_INPUT);
	char *input = arena_alloc(m, MAX_INPUT);
	const struct config *conf;
	struct envelope *seal = NULL;
	JSON_AUTO root = NULL;
	struct db *d;
	int rc;

	if (argc != 3 || strcmp(argv[1], "--config") != 0)
		return 2;
	if (config_load(argv[2], &conf, &e) != 0 ||
		envelope_new(conf->encryption_key, &seal, &e) != 0 ||
		json_parse((struct span){ input, fread(input, 1, MAX_INPUT, stdin) }, &root, &e) !=
			0)
		return fail(&e);
	d = db_new(conf, "problem-test");
	rc = store(d, m, seal, root, &e);
	db_close(d);
	envelope_free(seal);
	arena_free(m);
	return rc != 0 ? fail(&e) : 0;
}
