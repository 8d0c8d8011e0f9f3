/* The minifiers and the program that names static files. The minifiers: same meaning, less text;
 * what they cannot read is refused with its line. */
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "gen/asset_min.h"
#include "gen/file.h"

struct sample {
	const char *from;
	const char *to;
};

static const struct sample css[] = {
	{ "a { color : red ; }", "a{color :red}" },
	{ "a,\n b > c  d{margin:0 auto;;padding:1px}", "a,b>c d{margin:0 auto;padding:1px}" },
	{ "/* x */a/* y */b{}", "a b{}" },
	{ "a{content:\" ; /* no */ } \"}", "a{content:\" ; /* no */ } \"}" },
	{ "a{content:'\\'  '}", "a{content:'\\'  '}" },
	{ "@media (min-width: 40rem) and (max-width:50rem){a{b:c;}}",
		"@media (min-width:40rem) and (max-width:50rem){a{b:c}}" },
	{ "a{width:calc( 1px + 2px - var(--x) )}", "a{width:calc(1px + 2px - var(--x))}" },
	{ "a :hover,a:not( .b , .c ) d{}", "a :hover,a:not(.b,.c) d{}" },
	{ "@import \"x\";\na{b:c}", "@import \"x\";a{b:c}" },
	{ "a{font:1px/2 x}\n\n b + c ~ d{}", "a{font:1px/2 x}b + c ~ d{}" },
	{ "@media (width > 3rem){}", "@media (width > 3rem){}" },
	{ "a{b:c;d:e;}f{}", "a{b:c;d:e}f{}" },
	{ ".a\\;b{c:d}", ".a\\;b{c:d}" },
	{ "", "" },
};

static const struct sample js[] = {
	{ "const a = 1;\n\nlet b = a + + a;", "const a=1;let b=a+ +a;" },
	{ "a = b\n++c", "a=b\n++c" },
	{ "a\n(b)", "a\n(b)" },
	{ "f(\n  a,\n  b\n)\n.g()", "f(a,b).g()" },
	{ "// x\na /* y\n z */ b", "a\nb" },
	{ "return /* c */ x", "return x" },
	{ "return\nx", "return\nx" },
	{ "s = 'a  // b' + \"c /* d */\"", "s='a  // b'+\"c /* d */\"" },
	{ "s = '\\'  \\\\'  ;", "s='\\'  \\\\';" },
	{ "r = /a  [/\"]  \\/ b/g.test( x ) / 2", "r=/a  [/\"]  \\/ b/g.test(x)/2" },
	{ "x = a / b / c; y = (a) / b", "x=a/b/c;y=(a)/b" },
	{ "return /x  y/", "return/x  y/" },
	{ "t = `a  ${ b + `c  ${ {d : 1} . d } e` }  // f`",
		"t=`a  ${b+`c  ${{d:1}.d} e`}  // f`" },
	{ "if (a) {\n  b\n} else {\n  c\n}\nd", "if(a){b}else{c}\nd" },
	{ "a - -b; a-- - b; a / /x/", "a- -b;a-- -b;a/ /x/" },
	{ "const f = async (x) => { await x }", "const f=async(x)=>{await x}" },
	{ "a\n? b\n: c", "a?b:c" },
	{ "x = {\n  a: 1,\n  b: 2,\n}\n[1].y", "x={a:1,b:2,}\n[1].y" },
	{ "caf\xC3\xA9  in  b", "caf\xC3\xA9 in b" },
	{ "", "" },
};

static void check(
	const struct sample *v, size_t n, int (*minify)(struct span, struct buf *, struct err *))
{
	for (size_t i = 0; i < n; i++) {
		BUF_AUTO out;
		BUF_AUTO again;
		struct err e = { 0 };
		struct span s;

		buf_init(&out, 65536);
		buf_init(&again, 65536);
		assert_int_equal(minify(span_of(v[i].from), &out, &e), 0);
		assert_int_equal(buf_finish(&out, &s, &e), 0);
		assert_string_equal(s.p, v[i].to);
		assert_int_equal(minify(s, &again, &e), 0);
		assert_int_equal(buf_finish(&again, &s, &e), 0);
		assert_string_equal(s.p, v[i].to);
	}
}

static void styles_shrink(void **state)
{
	(void)state;
	check(css, countof(css), asset_min_css);
}

static void scripts_shrink(void **state)
{
	(void)state;
	check(js, countof(js), asset_min_js);
}

static void unclosed_text_is_refused(void **state)
{
	static const struct {
		const char *from;
		int (*minify)(struct span, struct buf *, struct err *);
		const char *want;
	} cases[] = {
		{ "a{}\n/* x", asset_min_css, "line 2: a comment is not closed" },
		{ "a{b:\"c\n\"}", asset_min_css,
			"line 1: a text is not closed at the end of its line" },
		{ "a{b:'c", asset_min_css, "line 1: a text is not closed" },
		{ "\n\nx = 'a", asset_min_js, "line 3: a text is not closed" },
		{ "x = `a ${ b", asset_min_js, "line 1: a template is not closed" },
		{ "x = `a", asset_min_js, "line 1: a template is not closed" },
		{ "x = /a\n/", asset_min_js, "line 1: a regular expression is not closed" },
		{ "x = /[/", asset_min_js, "line 1: a regular expression is not closed" },
		{ "/* x", asset_min_js, "line 1: a comment is not closed" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		BUF_AUTO out;
		struct err e = { 0 };

		buf_init(&out, 65536);
		assert_int_equal(cases[i].minify(span_of(cases[i].from), &out, &e), -1);
		assert_string_equal(e.text, cases[i].want);
	}
}

/* ---- the program, in a folder of its own ---- */

#define MAX_FILES 8

extern char **environ;

static struct arena *m;
static char folder[] = "/tmp/podium-asset-XXXXXX";

static const char *in_folder(const char *path)
{
	return arena_printf(m, "%s/%s", folder, path);
}

static void put(const char *path, const char *content)
{
	char *full = arena_printf(m, "%s/public/%s", folder, path);
	struct err e = { 0 };
	char *slash = strrchr(full, '/');

	*slash = '\0';
	assert_int_equal(gen_file_folder(full, &e), 0);
	*slash = '/';
	assert_int_equal(gen_file_write(full, span_of(content), &e), 0);
}

/* Runs gen_asset on the named files; returns its exit status, *message is what it wrote to stderr.
 */
static int run(const char *const *files, const char **message)
{
	char *argv[4 + MAX_FILES + 1] = { arena_dup(m, SPAN("gen_asset")),
		arena_dup(m, span_of(in_folder("gen"))), arena_dup(m, span_of(in_folder("site"))),
		arena_dup(m, span_of(in_folder("public"))) };
	const char *log = in_folder("log");
	posix_spawn_file_actions_t actions;
	struct err e = { 0 };
	struct span text;
	int status = 0;
	pid_t pid;

	for (size_t i = 0; files[i] != NULL; i++)
		argv[4 + i] = strcmp(files[i], "katex") == 0
				      ? arena_printf(m, "katex=%s/katex", folder)
				      : arena_printf(m, "%s/public/%s", folder, files[i]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 2, log, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_int_equal(
		posix_spawn(&pid, "build/host/gen_asset", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(gen_file_read(log, m, &text, &e), 0);
	*message = text.p;
	return WEXITSTATUS(status);
}

static const char *table(void)
{
	struct err e = { 0 };
	struct span text;

	assert_int_equal(gen_file_read(in_folder("gen/asset.c"), m, &text, &e), 0);
	return text.p;
}

/* The file of the site whose path stands in the table after the name. */
static const char *made(const char *name)
{
	const char *at = strstr(table(), arena_printf(m, "{ \"%s\", \"", name));
	struct err e = { 0 };
	struct span text;
	const char *path;

	assert_non_null(at);
	path = strchr(at, ',') + 3;
	path = arena_printf(m, "%s/site%.*s", folder, (int)strcspn(path, "\""), path);
	assert_int_equal(gen_file_read(path, m, &text, &e), 0);
	return text.p;
}

static void files_are_bundled_and_named(void **state)
{
	static const char *const files[] = { "robots.txt", "css/app.css", "css/a.css", "css/b.css",
		"js/app.js", "js/x.js", "img/d.svg", NULL };
	static const char *const fewer[] = { "css/app.css", "css/a.css", NULL };
	const char *message;
	const char *before;
	struct stat st;

	(void)state;
	put("robots.txt", "User-agent: *\n");
	put("css/app.css", "/* order */\n@import \"b.css\";\n@import \"a.css\";\n");
	put("css/a.css", "a { b : c ; }\n");
	put("css/b.css", "b { }\n");
	put("js/app.js", "import \"./x.js\";\n");
	put("js/x.js", "const x = 1;\n");
	put("img/d.svg", "<svg>\n\t<g/>\n</svg>\n");
	assert_int_equal(run(files, &message), 0);
	assert_string_equal(message, "");
	assert_string_equal(made("css/app.css"), "b{}a{b :c}");
	assert_string_equal(made("js/app.js"), "{const x=1;}\n");
	assert_string_equal(made("img/d.svg"), "<svg><g/></svg>");
	assert_int_equal(stat(in_folder("site/robots.txt"), &st), 0);
	assert_null(strstr(table(), "robots"));
	assert_null(strstr(table(), "css/a."));
	before = table();
	assert_int_equal(run(files, &message), 0);
	assert_string_equal(table(), before);

	put("css/app.css", "@import \"a.css\";\n");
	assert_int_equal(run(fewer, &message), 0);
	assert_string_equal(made("css/app.css"), "a{b :c}");
	assert_int_not_equal(stat(in_folder("site/robots.txt"), &st), 0);
	assert_null(strstr(table(), "js/app"));
}

/* The folder that the script names now. */
static const char *katex(void)
{
	const char *at = strstr(made("js/app.js"), "/static/katex.");

	assert_non_null(at);
	return arena_printf(m, "%s/site%.*s", folder, (int)strcspn(at, "\""), at);
}

static void katex_lies_in_a_folder_named_by_its_content(void **state)
{
	static const char *const files[] = { "katex", "js/app.js", "js/x.js", NULL };
	const char *message;
	const char *first;
	struct stat st;

	(void)state;
	put("js/app.js", "import \"./x.js\";\n");
	put("js/x.js", "const B = \"/static/katex/katex.min.\";\n");
	assert_int_equal(run(files, &message), 0);
	assert_string_equal(made("js/app.js"), "{const B=\"/static/katex/katex.min.\";}\n");
	put("../katex/katex.min.js", "1");
	put("../katex/katex.min.css", "2");
	put("../katex/fonts/a.woff2", "3");
	assert_int_equal(run(files, &message), 0);
	first = katex();
	assert_int_equal(stat(arena_printf(m, "%sjs", first), &st), 0);
	put("../katex/fonts/a.woff2", "4");
	assert_int_equal(run(files, &message), 0);
	assert_string_not_equal(katex(), first);
	assert_int_equal(stat(arena_printf(m, "%scss", katex()), &st), 0);
	assert_int_not_equal(stat(arena_printf(m, "%sjs", first), &st), 0);
}

static void wrong_lists_are_refused(void **state)
{
	static const struct {
		const char *list;
		const char *part;
		const char *want;
	} cases[] = {
		{ "@import \"none.css\";\n", "a{}",
			"public/css/app.css: there is no css/none.css\n" },
		{ "@import \"a.css\";\n@import \"a.css\";\n", "a{}",
			"public/css/app.css: css/a.css is there twice\n" },
		{ "a{}\n", "a{}", "public/css/app.css: a line is no import: a{}\n" },
		{ "\n", "a{}", "public/css/app.css does not import css/a.css\n" },
		{ "@import \"a.css\";\n", "a{b:url(x)}",
			"public/css: url(...) would need a hashed name\n" },
		{ "@import \"a.css\";\n", "\n/* a",
			"public/css/a.css: line 2: a comment is not closed\n" },
	};
	static const char *const files[] = { "css/app.css", "css/a.css", NULL };
	static const char *const named[] = { "css/A b.css", NULL };
	const char *message;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		put("css/app.css", cases[i].list);
		put("css/a.css", cases[i].part);
		assert_int_equal(run(files, &message), 1);
		assert_string_equal(message, cases[i].want);
	}
	put("css/A b.css", "");
	assert_int_equal(run(named, &message), 1);
	assert_non_null(strstr(message, "a-z 0-9 _ - . only"));
}

static int make_folder(void **state)
{
	(void)state;
	m = arena_new(16 * 1024 * 1024);
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
	char *argv[] = { arena_dup(m, SPAN("rm")), arena_dup(m, SPAN("-rf")), folder, NULL };
	int status = -1;
	pid_t pid;

	(void)state;
	if (posix_spawnp(&pid, "rm", NULL, NULL, argv, environ) == 0)
		waitpid(pid, &status, 0);
	arena_free(m);
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(styles_shrink),
		cmocka_unit_test(scripts_shrink),
		cmocka_unit_test(unclosed_text_is_refused),
		cmocka_unit_test(files_are_bundled_and_named),
		cmocka_unit_test(katex_lies_in_a_folder_named_by_its_content),
		cmocka_unit_test(wrong_lists_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
