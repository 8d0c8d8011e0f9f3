/*
 * The engine from the command line, for tests/box and tests/bench:
 *
 *   judge-test [OPTION...] WORK BOX SOURCE [TEST...]
 *
 * SOURCE is a file or a folder, TEST a path to which .in and .ans are added. Prints a line of JSON
 * about the build and one for each test. WORK is JUDGE_WORK, BOX the path of podium-box.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/scan.h"
#include "jobs/judge/judge.h"
#include "os/clock.h"
#include "os/fd.h"

#define MOST_FILES 2000

struct wish {
	struct judge_rules rules;
	struct judge_source source, validators[JUDGE_MAX_VALIDATORS];
	size_t n_validators;
	struct judge_source looks; // a static validator; no files: none
	bool list, again;
	const char *flags;
	const char *args[16];
	size_t n_args;
	uint64_t repeat;
	struct judge_file extra[8];
	size_t n_extra;
};

static struct arena *mem;

static void ATTR_NORETURN die(const char *what, const struct err *e)
{
	printf("{\"error\":\"%s\",\"kind\":\"%s\",\"text\":\"%s\"}\n", what, err_kind_name(e->kind),
		e->text);
	exit(1);
}

static void quote(const char *name, struct span s)
{
	printf(",\"%s\":\"", name);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static struct span slurp(const char *path)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;

	if (file_read(path, 200 << 20, mem, &text, &e) != 0)
		die(path, &e);
	return text;
}

static void add_file(struct judge_source *s, const char *path, const char *name)
{
	struct judge_file *f = (struct judge_file *)(uintptr_t)&s->files[s->n_files];
	struct stat st;

	if (s->n_files == MOST_FILES || stat(path, &st) != 0)
		return;
	*f = (struct judge_file){ span_of(name), slurp(path), (st.st_mode & 0100) != 0 };
	s->n_files++;
}

static void add_folder(struct judge_source *s, const char *path, const char *prefix)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		const char *below = arena_printf(mem, "%s/%s", path, entry->d_name);
		const char *name = arena_printf(mem, "%s%s", prefix, entry->d_name);
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			stat(below, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			add_folder(s, below, arena_printf(mem, "%s/", name));
		else
			add_file(s, below, name);
	}
	if (d != NULL)
		(void)closedir(d);
}

static void take_source(struct judge_source *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	s->files = arena_new_array(mem, struct judge_file, MOST_FILES);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		add_folder(s, path, "");
	else
		add_file(s, path, slash != NULL ? slash + 1 : path);
}

static void set_rule(struct wish *w, const char *text)
{
	static const struct {
		const char *name;
		size_t at;
		bool is_flag;
	} names[] = {
#define RULE(member, flag) { #member, offsetof(struct judge_rules, member), flag }
		RULE(is_scoring, true),
		RULE(is_interactive, true),
		RULE(is_multipass, true),
		RULE(passes, false),
		RULE(validator, false),
		RULE(time_ms, false),
		RULE(memory_mib, false),
		RULE(output_kib, false),
		RULE(build_ms, false),
		RULE(build_mib, false),
		RULE(check_ms, false),
		RULE(check_mib, false),
		RULE(check_kib, false),
		RULE(may_write_files, true),
		RULE(validator_scores, true),
		RULE(grading, false),
	};
	const char *equals = strchr(text, '=');
	uint64_t value = 0;

	for (size_t i = 0; equals != NULL && i < countof(names); i++) {
		char *to = (char *)&w->rules + names[i].at;

		if (!span_is((struct span){ text, (size_t)(equals - text) }, names[i].name) ||
			!span_u64(span_of(equals + 1), INT32_MAX, &value))
			continue;
		if (names[i].is_flag)
			*(bool *)to = value != 0;
		else
			*(int *)to = (int)value;
		return;
	}
	(void)fprintf(stderr, "no such rule: %s\n", text);
	exit(2);
}

static void build(struct judge *j, struct wish *w, const struct judge_source *s, bool tell,
	struct judge_program **out)
{
	unsigned char key[JUDGE_KEY];
	struct judge_built built;
	struct span artifact;
	struct err e = { .kind = ERR_NONE };
	int64_t from = clock_mono_us();
	BUF_AUTO b;

	buf_init(&b, JUDGE_MAX_ARTIFACT);
	built.artifact = &b;
	*out = NULL;
	if (judge_key(j, s, key, &e) != 0 && s->language != NULL)
		die("key", &e);
	if (judge_build(j, mem, s, &w->rules, &built, &e) != 0)
		die("build", &e);
	if (tell || !built.ok) {
		printf("{\"build\":%s,\"cpu_us\":%" PRIu64 ",\"us\":%" PRId64 ",\"key\":\"",
			built.ok ? "true" : "false", built.cpu_us, clock_mono_us() - from);
		for (int i = 0; i < JUDGE_KEY; i++)
			printf("%02x", key[i]);
		printf("\"");
		quote("text", built.text);
		quote("version", built.version);
		quote("why", span_of(built.why));
		printf("}\n");
	}
	if (!built.ok)
		return;
	if (buf_finish(&b, &artifact, &e) != 0 ||
		judge_program_open(j, key, artifact, out, &e) != 0)
		die("open", &e);
}

static void show(const struct judge_outcome *o, int64_t us)
{
	printf("{\"verdict\":\"%s\",\"cpu_us\":%" PRIu64 ",\"wall_us\":%" PRIu64
	       ",\"memory\":%" PRIu64
	       ",\"passes\":%d,\"code\":%d,\"by_signal\":%d,\"repeated\":%d,\"us\":%" PRId64,
		verdict_code(o->verdict), o->cpu_us, o->wall_us, o->memory, o->passes, o->code,
		o->by_signal, o->was_repeated, us);
	if (o->has_score)
		printf(",\"score\":%g", o->score);
	if (o->has_multiplier)
		printf(",\"multiplier\":%g", o->multiplier);
	if (o->place.fault != COMPARE_SAME) {
		quote("place", span_of(compare_fault_name(o->place.fault)));
		printf(",\"line\":%" PRIu64, o->place.line);
	}
	quote("judge_message", o->judge_message);
	quote("team_message", o->team_message);
	quote("output", o->output);
	quote("errors", o->errors);
	quote("fault", span_of(o->fault));
	printf("}\n");
	(void)fflush(stdout);
}

static void run_test(struct judge_session *s, const struct wish *w, const char *path)
{
	struct judge_test t = { .input = slurp(arena_printf(mem, "%s.in", path)),
		.answer = slurp(arena_printf(mem, "%s.ans", path)),
		.args = w->args,
		.n_args = w->n_args,
		.validator_flags = w->flags,
		.files = w->extra,
		.n_files = w->n_extra };
	struct judge_outcome o;
	struct err e = { .kind = ERR_NONE };

	for (uint64_t i = 0; i < w->repeat; i++) {
		int64_t from = clock_mono_us();

		if (judge_session_test(s, mem, &t, &o, &e) != 0)
			die("test", &e);
		show(&o, clock_mono_us() - from);
	}
}

/* What the static validator says, before the tests. */
static void look(struct judge *j, struct judge_session *s, struct wish *w)
{
	struct judge_static ask = { .source = &w->source,
		.flags = w->flags != NULL ? span_of(w->flags) : SPAN("") };
	struct judge_program *validator;
	struct judge_outcome o;
	struct err e = { .kind = ERR_NONE };

	build(j, w, &w->looks, false, &validator);
	ask.validator = validator;
	if (validator == NULL)
		return;
	if (judge_session_static(s, mem, &ask, &o, &e) != 0)
		die("static", &e);
	show(&o, 0);
	judge_program_close(validator);
}

static void list(struct judge *j)
{
	struct judge_found *found;
	struct err e = { .kind = ERR_NONE };
	size_t n;

	if (judge_find_languages(j, mem, &found, &n, &e) != 0 || judge_prepare(j, &e) != 0)
		die("languages", &e);
	printf("{\"box\":\"%s\"}\n", judge_box_name(j));
	for (size_t i = 0; i < n; i++) {
		printf("{\"language\":\"%s\",\"there\":%s", found[i].language->id,
			found[i].is_there ? "true" : "false");
		quote("version", span_of(found[i].version));
		quote("why", span_of(found[i].why));
		printf("}\n");
	}
}

static void judge_all(struct judge *j, struct wish *w, char **tests)
{
	struct judge_program *program;
	struct judge_programs validators = { .n = 0 };
	struct judge_session *s;
	struct err e = { .kind = ERR_NONE };
	int64_t from;

	build(j, w, &w->source, true, &program);
	for (size_t i = 0; i < w->n_validators; i++) {
		build(j, w, &w->validators[i], false, &validators.v[i]);
		if (validators.v[i] == NULL)
			return;
		validators.n++;
	}
	if (program == NULL)
		return;
	from = clock_mono_us();
	if (judge_session_open(j, program, &validators, &w->rules, &s, &e) != 0)
		die("session", &e);
	printf("{\"session_us\":%" PRId64 "}\n", clock_mono_us() - from);
	if (w->looks.n_files > 0)
		look(j, s, w);
	for (; *tests != NULL; tests++)
		run_test(s, w, *tests);
	judge_session_close(s);
	judge_program_close(program);
	for (size_t i = 0; i < validators.n; i++)
		judge_program_close(validators.v[i]);
}

static const struct option options[] = {
	{ "language", required_argument, NULL, 'l' },
	{ "validator", required_argument, NULL, 'v' },
	{ "static", required_argument, NULL, 's' },
	{ "rule", required_argument, NULL, 'r' },
	{ "flags", required_argument, NULL, 'f' },
	{ "arg", required_argument, NULL, 'a' },
	{ "entry", required_argument, NULL, 'e' },
	{ "repeat", required_argument, NULL, 'n' },
	{ "extra", required_argument, NULL, 'x' },
	{ "list", no_argument, NULL, 'L' },
	{ NULL, 0, NULL, 0 },
};

static void take_option(struct wish *w, int option, const char *value, const char **language)
{
	switch (option) {
	case 'l':
		*language = value;
		break;
	case 'v':
		take_source(&w->validators[w->n_validators++ % JUDGE_MAX_VALIDATORS], value);
		break;
	case 's':
		take_source(&w->looks, value);
		break;
	case 'r':
		set_rule(w, value);
		break;
	case 'f':
		w->flags = value;
		break;
	case 'a':
		w->args[w->n_args++ % countof(w->args)] = value;
		break;
	case 'e':
		w->source.entry = span_of(value);
		break;
	case 'n':
		(void)span_u64(span_of(value), 100000, &w->repeat);
		break;
	case 'x':
		w->extra[w->n_extra++ % countof(w->extra)] =
			(struct judge_file){ span_of(value), SPAN("extra\n"), false };
		break;
	case 'L':
		w->list = true;
		break;
	default:
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct wish w = { .repeat = 1 };
	struct judge_setup setup = { .languages_file = "" };
	struct judge *j;
	struct err e = { .kind = ERR_NONE };
	const char *language = NULL;
	int option;

	mem = arena_new((size_t)4 << 30);
	rules_init(&w.rules);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&w, option, optarg, &language);
	if (argc - optind < (w.list ? 2 : 3))
		return 2;
	setup.work = argv[optind];
	setup.box_program = argv[optind + 1];
	if (judge_new(&setup, &j, &e) != 0)
		die("judge", &e);
	if (w.list) {
		list(j);
	} else {
		take_source(&w.source, argv[optind + 2]);
		if (language != NULL) {
			w.source.language = language_find(judge_languages(j), span_of(language));
			if (w.source.language == NULL)
				return 2;
		}
		judge_all(j, &w, argv + optind + 3);
	}
	judge_free(j);
	arena_free(mem);
	return 0;
}
