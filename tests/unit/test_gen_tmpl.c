/*
 * The template compiler: templates that were compiled and linked into this program print what they
 * should, and every refusal comes with its file, line and reason. What only the C compiler can
 * refuse is shown to it.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "gen/tmpl.h"
#include "gen/tmpl_compile.h"
#include "view/golden.h"

static const struct item items[] = {
	{ { NULL, 0 }, { "/a?b=1&c='2'" }, COLOUR_RED },
	{ { NULL, 0 }, { "/b" }, COLOUR_BLUE },
	{ { NULL, 0 }, { NULL }, 0 },
};

static struct golden_view sample(struct item *copy)
{
	static const struct span spans[] = { { "x", 1 }, { "<", 1 } };
	static const char *const names[] = { "one", "t&wo", NULL };

	memcpy(copy, items, sizeof(items));
	copy[0].name = SPAN("r<e>d");
	copy[1].name = SPAN("blue");
	copy[2].name = SPAN("");
	return (struct golden_view){ .page = { .title = "\"T\" & 'u'" },
		.code = "<code>",
		.items = { copy, countof(items) },
		.spans = { spans, countof(spans) },
		.names = { names, countof(names) },
		.first = &copy[1],
		.safe = { SPAN("<i>safe</i>") },
		.count = 12345,
		.small = 7,
		.on = true };
}

static void is_printed(
	void (*page)(struct html *, const void *), const void *view, const char *want)
{
	BUF_AUTO b;
	struct html h = { .out = &b };
	struct err e = { 0 };
	struct span s;

	buf_init(&b, 65536);
	page(&h, view);
	assert_int_equal(buf_finish(&b, &s, &e), 0);
	assert_string_equal(s.p, want);
}

static void prints_a_page(void **state)
{
	struct item copy[countof(items)];
	struct golden_view v = sample(copy);

	(void)state;
	is_printed(page_golden_html, &v,
		"<!doctype html><html lang=\"en\"><head>"
		"<title>&quot;T&quot; &amp; &#39;u&#39;</title></head><body><main>"
		"<h1 title='&quot;T&quot; &amp; &#39;u&#39;'>&quot;T&quot; &amp; &#39;u&#39;</h1>"
		"<p>&lt;code&gt; has 12,345 things,\n<em>7</em> <b>small</b>\n<i>safe</i></p><ul>"
		"<li id=\"i-1\"><a class=\"red\" href=\"/a?b=1&amp;c=&#39;2&#39;\">r&lt;e&gt;d</a>!</li>"
		"<li id=\"i-2\"><a class=\"blue\" href=\"/b\">blue</a>!</li>"
		"<li id=\"i-0\"><a class=\"none\" href=\"\"></a>!</li></ul>"
		"[x][&lt;]\n(one)(t&amp;wo)()"
		"<form action=\"/go\"><input name=\"q\" checked value=\"12345\">\n"
		"<textarea name=\"t\">\n  keep   this &lt;code&gt;\n</textarea>\n"
		"<a href=\"#top-12345\">top</a> <a href='##&lt;code&gt;'>x</a></form>"
		"first: <a class=\"blue\" href=\"/b\">blue</a>\nthree\nmany</main></body></html>");
}

static void prints_the_other_branches(void **state)
{
	struct golden_view v = { .page = { .title = NULL, .dark = true }, .count = 1 };

	(void)state;
	is_printed(page_golden_html, &v,
		"<!doctype html><html lang=\"en\" class=\"dark\"><head><title></title></head>"
		"<body><main><h1 title=''></h1><p> has 1 thing,\n<em>0</em> <b>small</b>\n</p>"
		"<ul><li>none</li></ul>no spans\n"
		"<form action=\"/go\"><input name=\"q\"  value=\"1\" disabled>\n"
		"<textarea name=\"t\">\n  keep   this \n</textarea>\n"
		"<a href=\"#top-1\">top</a> <a href='##'>x</a></form>\n\nfew</main></body></html>");
}

static void prints_a_mail(void **state)
{
	struct item copy[countof(items)];
	struct golden_view v = sample(copy);

	(void)state;
	v.page.title = "a\r\nBcc: x@example.org\n\tb \x01 c";
	copy[0].name = SPAN("one\x1B[2J\ntwo");
	is_printed(mail_hello_txt, &v,
		"Subject: a Bcc: x@example.org b   c\nX-Code: <code>\n\n"
		"Hello <a\nBcc: x@example.org\n\tb  c>,\n"
		"it is on:\n - one[2J\ntwo  /a?b=1&c='2'\n - blue  /b\n -   \n"
		"12345 times <code>\n");
	v.on = false;
	v.page.title = "T";
	is_printed(mail_hello_txt, &v,
		"Subject: T\nX-Code: <code>\n\nHello <T>,\nit is off\n12345 times <code>\n");
}

/* ---- refusals ---- */

#define VIEW "{{ view struct golden_view v }}\n"

static int compile(const char *path, struct span text, struct buf *source, struct err *e)
{
	const struct tmpl_source sources[] = {
		{ "frame.html", "frame.html", SPAN("{{ view struct f f }}{{ body }}") },
		{ "part/row.html", "part/row.html", SPAN("{{ view struct r r }}x") },
		{ path, "t.html", text },
	};
	BUF_AUTO header;

	buf_init(&header, TMPL_MAX_OUTPUT);
	return tmpl_compile(sources, countof(sources), &header, source, e);
}

static const struct refusal {
	const char *path;
	const char *text;
	const char *want;
} refusals[] = {
	/* places */
	{ "page/t.html", VIEW "<a title={{ v->x }}>",
		"2: a printed attribute value needs quotes around it" },
	{ "page/t.html", VIEW "<a title=a{{ v->x }}>",
		"2: a printed attribute value needs quotes around it" },
	{ "page/t.html", VIEW "\n<{{ v->x }}>",
		"3: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "</{{ v->x }}>",
		"2: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "<b{{ v->x }}>",
		"2: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "<b {{ v->x }}>",
		"2: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "<b a{{ v->x }}>",
		"2: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "<b a='1'{{ v->x }}>",
		"2: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "<b a {{ v->x }}>",
		"2: nothing can be printed as the name of a tag or attribute" },
	{ "page/t.html", VIEW "<script>{{ v->x }}</script>",
		"2: nothing can be printed into a script: use a data- attribute" },
	{ "page/t.html", VIEW "<SCRIPT>\n{{ v->x }}</SCRIPT>",
		"3: nothing can be printed into a script: use a data- attribute" },
	{ "page/t.html", VIEW "<script>a()</script>",
		"2: script inside the page is not allowed: put it into public/js" },
	{ "page/t.html", VIEW "<script><b></script>",
		"2: only its own end tag can follow a script, textarea, title or iframe" },
	{ "page/t.html", VIEW "<script><!-- --></script>", "2: a lone < in text: write &lt;" },
	{ "page/t.html", VIEW "<script {{ if v->x }}><{{ end }}",
		"2: no directive can stand in a script, a declaration or a value without quotes" },
	{ "page/t.html", VIEW "<style>p{}</style>",
		"2: a style element is not allowed by the page's policy: use public/css" },
	{ "page/t.html", VIEW "<style{{ if v->x }}{{ end }}>",
		"2: a style element is not allowed by the page's policy: use public/css" },
	{ "page/t.html", VIEW "<xmp>", "2: this element is obsolete and not allowed" },
	{ "page/t.html", VIEW "<!-- {{ v->x }} -->", "2: no directive can stand in a comment" },
	{ "page/t.html", VIEW "<!-- \n\n", "2: a comment is not closed" },
	{ "page/t.html", VIEW "<!doctype {{ v->x }}>",
		"2: nothing can be printed into a declaration" },
	{ "page/t.html", VIEW "<!doctype {{ if v->x }}>",
		"2: no directive can stand in a script, a declaration or a value without quotes" },
	{ "page/t.html", VIEW "<a onclick=\"{{ v->x }}\">",
		"2: an attribute on... is script in the page: put it into public/js" },
	{ "page/t.html", VIEW "<a OnLoad='x'>",
		"2: an attribute on... is script in the page: put it into public/js" },
	{ "page/t.html", VIEW "<a onclick{{ if v->x }}{{ end }}>",
		"2: an attribute on... is script in the page: put it into public/js" },
	{ "page/t.html", VIEW "<a style=\"{{ v->x }}\">",
		"2: a style attribute is not allowed by the page's policy: use a class" },
	{ "page/t.html", VIEW "<iframe srcdoc='{{ v->x }}'>",
		"2: srcdoc is a page inside the page: not allowed" },
	{ "page/t.html", VIEW "<img srcset='{{ v->x }}'>",
		"2: nothing can be printed into this attribute" },
	{ "page/t.html", VIEW "<animate values='{{ v->x }}'>",
		"2: nothing can be printed into this attribute" },
	{ "page/t.html", VIEW "<meta http-equiv=refresh content='{{ v->x }}'>",
		"2: nothing can be printed into a meta element with http-equiv" },
	{ "page/t.html",
		VIEW "<meta content='{{ v->x }}'{{ if v->x }} http-equiv='refresh'{{ end }}>",
		"2: nothing can be printed into a meta element with http-equiv" },
	{ "page/t.html", VIEW "<a href='/x/{{ v->x }}'>",
		"2: an address is printed whole, from its first character: make it with url_..." },
	{ "page/t.html", VIEW "<a href='{{ v->x }}{{ v->x }}'>",
		"2: an address is printed whole, from its first character: make it with url_..." },
	{ "page/t.html", VIEW "<a href='{{ v->x }}?a={{ v->x }}'>",
		"2: an address is printed whole, from its first character: make it with url_..." },
	{ "page/t.html", VIEW "<a href='{{ if v->x }}javascript:{{ end }}{{ v->x }}'>",
		"2: the branches end in different places of the page" },
	{ "page/t.html", VIEW "<b title='a'b='c'>",
		"2: a blank is missing between two attributes" },
	{ "page/t.html", VIEW "<b title='a'{{ if v->x }}b{{ end }}>",
		"2: a blank is missing between two attributes" },
	{ "page/t.html", VIEW "<b \"a\">",
		"2: a quote, < or = stands where an attribute should begin" },
	{ "page/t.html", VIEW "<b a=>", "2: an attribute has no value after =" },
	{ "page/t.html", VIEW "<b a=b\"c>", "2: a value with this character needs quotes" },
	{ "page/t.html", VIEW "a < b", "2: a lone < in text: write &lt;" },
	{ "page/t.html", VIEW "<b title='x",
		"2: this must stand in text, outside of tags, attributes, pre, textarea and title" },
	{ "page/t.html", VIEW "<pre>",
		"2: this must stand in text, outside of tags, attributes, pre, textarea and title" },
	{ "page/t.html", VIEW "<textarea><b title='</textarea><a href={{ v->x }}'>",
		"2: only its own end tag can follow a script, textarea, title or iframe" },
	{ "page/t.html", VIEW "<title><b></title>",
		"2: only its own end tag can follow a script, textarea, title or iframe" },
	{ "page/t.html", VIEW "<iframe></b></iframe>",
		"2: only its own end tag can follow a script, textarea, title or iframe" },
	{ "page/t.html", VIEW "<noframes>", "2: this element is obsolete and not allowed" },
	{ "page/t.html", VIEW "<b {{ for t in v->x }}o{{ end }}>",
		"2: a blank is missing before the end of the loop" },
	/* branches */
	{ "page/t.html", VIEW "{{ if v->x }}<b{{ end }}>",
		"2: the branches end in different places of the page" },
	{ "page/t.html", VIEW "{{ if v->x }}<b>{{ else }}<i{{ end }}>",
		"2: the branches end in different places of the page" },
	{ "page/t.html", VIEW "{{ if v->x }}<pre>{{ end }}</pre>",
		"2: the branches end in different places of the page" },
	{ "page/t.html", VIEW "<a title='{{ if v->x }}'{{ end }}'>",
		"2: the branches end in different places of the page" },
	{ "page/t.html", VIEW "<a title={{ if v->x }}b{{ end }}>",
		"2: no directive can stand in a script, a declaration or a value without quotes" },
	{ "page/t.html", VIEW "<ul>{{ for t in v->x }}<li {{ end }}>",
		"2: the branches end in different places of the page" },
	/* directives */
	{ "page/t.html", VIEW "{{ }}", "2: the directive is empty" },
	{ "page/t.html", VIEW "{{ v->x", "2: {{ is not closed with }}" },
	{ "page/t.html", VIEW "{{ v->x {{ v->y }}", "2: {{ is not closed with }}" },
	{ "page/t.html", VIEW "{{ end }}", "2: end without if or for" },
	{ "page/t.html", VIEW "{{ else }}", "2: else without if or for" },
	{ "page/t.html", VIEW "{{ if v->x }}{{ else }}{{ else }}{{ end }}",
		"2: else without if or for" },
	{ "page/t.html", VIEW "\n{{ if v->x }}\n\n", "3: this if or for has no end" },
	{ "page/t.html", VIEW "{{ for v->x }}", "2: a loop is written {{ for name in list }}" },
	{ "page/t.html", VIEW "{{ for v in v->x }}{{ end }}",
		"2: this name is taken already: \"v\"" },
	{ "page/t.html", VIEW "{{ for h in v->x }}{{ end }}",
		"2: this name has a meaning of its own: \"h\"" },
	{ "page/t.html", VIEW "{{ for t in v->x }}{{ end }}{{ t }}",
		"2: no variable has the name \"t\"" },
	{ "page/t.html", VIEW "{{ end end }}", "2: end without if or for" },
	{ "page/t.html", VIEW "{{ if v->x }}{{ end of }}",
		"2: this is more than the directive takes: \"of\"" },
	{ "page/t.html", VIEW "{{ part none(v) }}", "2: no file in part/ has the name \"none\"" },
	{ "page/t.html", VIEW "{{ part row }}", "2: a part needs one argument" },
	{ "page/t.html", VIEW "{{ part row(v, v) }}",
		"2: a part takes one argument and is closed with )" },
	{ "page/t.html", VIEW "<b title='{{ part row(v) }}'>",
		"2: this must stand in text, outside of tags, attributes, pre, textarea and title" },
	{ "page/t.html", VIEW "{{ body }}", "2: only a layout has a body" },
	{ "page/t.html", VIEW "x{{ layout frame }}",
		"2: view and layout stand at the very beginning" },
	{ "page/t.html", VIEW "{{ layout none }}", "1: no layout has the name \"none\"" },
	{ "part/t.html", VIEW "{{ layout frame }}", "2: only a page has a layout" },
	{ "t.html", VIEW "no body", "2: a layout needs a {{ body }}" },
	{ "t.html", VIEW "{{ body }}{{ body }}", "2: the body stands once, outside of if and for" },
	{ "t.html", VIEW "{{ if v->x }}{{ body }}{{ end }}",
		"2: the body stands once, outside of if and for" },
	{ "mail/t.txt", VIEW "{{ part row(v) }}", "2: a mail has no parts" },
	/* expressions */
	{ "page/t.html", VIEW "{{ w->x }}", "2: no variable has the name \"w\"" },
	{ "page/t.html", VIEW "{{ v->x | raw }}",
		"2: this is more than the directive takes: \"| raw\"" },
	{ "page/t.html", VIEW "{{ system(v) }}",
		"2: only fmt_... and url_... can be called, not \"system\"" },
	{ "page/t.html", VIEW "{{ v->x(1) }}",
		"2: this is more than the directive takes: \"(1)\"" },
	{ "page/t.html", VIEW "{{ v-> }}", "2: the name of a member is missing" },
	{ "page/t.html", VIEW "{{ *v }}", "2: a value should stand before \"*v\"" },
	{ "page/t.html", VIEW "{{ fmt_x }}", "2: a call needs ( after \"fmt_x\"" },
	{ "page/t.html", VIEW "{{ fmt_x(v }}", "2: a call is not closed" },
	{ "page/t.html", VIEW "{{ fmt_x(\"a\\n\") }}",
		"2: a text in quotes holds a control character, \\ or ?" },
	{ "page/t.html", VIEW "{{ 12a }}", "2: a number is followed by letters" },
	{ "page/t.html", VIEW "{{ 99999999999 }}", "2: a number is too large" },
	{ "page/t.html", VIEW "{{ if v->a and v->b or v->c }}{{ end }}",
		"2: and beside or needs parentheses" },
	{ "page/t.html", VIEW "{{ if (v->a }}{{ end }}", "2: a ) is missing" },
	{ "page/t.html", VIEW "{{ if v->a = 1 }}{{ end }}",
		"2: this is more than the directive takes: \"= 1\"" },
	{ "page/t.html", VIEW "{{ if !!!!!!!!!!!!!!!!!!v->a }}{{ end }}",
		"2: the condition is nested too deep" },
	/* the first line and the name */
	{ "page/t.html", "<p>", "1: a template begins with {{ view struct name v }}" },
	{ "page/t.html", "", "1: a template begins with {{ view struct name v }}" },
	{ "page/t.html", "{{ view int v }}", "1: a template begins with {{ view struct name v }}" },
	{ "page/t.html", "{{ view struct x end }}",
		"1: this name has a meaning of its own: \"end\"" },
	{ "page/t.html", "{{ view struct x v from stdio.h }}",
		"1: a view comes from a header view/....h" },
	{ "page/t.html", "{{ view struct x v from view/x.h\" }}", "1: {{ is not closed with }}" },
	{ "page/t.html", VIEW "a\rb", "1: the file is not UTF-8 text with plain line ends" },
	{ "page/t.html", VIEW "\xC3(", "1: the file is not UTF-8 text with plain line ends" },
	{ "page/T.html", VIEW,
		"1: a template is NAME.html, part/NAME.html, page/NAME.html, mail/NAME.txt or mail/NAME.html" },
	{ "post/t.html", VIEW,
		"1: a template is NAME.html, part/NAME.html, page/NAME.html, mail/NAME.txt or mail/NAME.html" },
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(refusals); i++) {
		const struct refusal *r = &refusals[i];
		BUF_AUTO source;
		struct err e = { 0 };

		buf_init(&source, TMPL_MAX_OUTPUT);
		if (compile(r->path, span_of(r->text), &source, &e) != -1)
			fail_msg("compiled: %s", r->text);
		assert_int_equal(e.kind, ERR_INVALID);
		assert_memory_equal(e.text, "t.html:", 7);
		assert_string_equal(e.text + 7, r->want);
	}
}

static void refuses_deep_nesting(void **state)
{
	BUF_AUTO text;
	BUF_AUTO source;
	struct err e = { 0 };
	struct span s;

	(void)state;
	buf_init(&text, 65536);
	buf_init(&source, TMPL_MAX_OUTPUT);
	buf_adds(&text, VIEW);
	for (int i = 0; i <= TMPL_MAX_NESTING; i++)
		buf_adds(&text, "{{ if v->x }}\n");
	assert_int_equal(buf_finish(&text, &s, &e), 0);
	assert_int_equal(compile("page/t.html", s, &source, &e), -1);
	assert_string_equal(e.text, "t.html:34: more than 32 directives are open");
}

static void joins_neighbouring_text(void **state)
{
	BUF_AUTO source;
	struct err e = { 0 };
	struct span s;
	const char *at;

	(void)state;
	buf_init(&source, TMPL_MAX_OUTPUT);
	assert_int_equal(
		compile("page/t.html",
			SPAN(VIEW "<p>one\n<!-- c -->\n\t<b>two ?\?/ \"\xC3\xA9\" \\</b>\n</p>\n"),
			&source, &e),
		0);
	assert_int_equal(buf_finish(&source, &s, &e), 0);
	at = strstr(s.p, "html_literal(h, \"<p>");
	assert_non_null(at);
	assert_null(strstr(at + 1, "html_literal(h, \"<"));
	assert_non_null(strstr(at, "two \\077\\077/ \\\"\\303\\251\\\" \\\\</b></p>\", 32);"));
	assert_non_null(strstr(s.p, "#line 2 \"t.html\""));
	assert_non_null(strstr(s.p, "#include \"view/golden.h\""));
}

/* ---- what the C compiler refuses ---- */

extern char **environ;

/* The compiler's messages for the page; *status as waitpid gives it. */
static void check_in_c(const char *text, char *messages, size_t size, int *status)
{
	char folder[] = "/tmp/podium-tmpl-XXXXXX";
	char path[64];
	char log[64];
	static char options[][16] = { "gcc", "-I.", "-Ilib", "-Ibuild/golden", "-Itests/gen",
		"-std=c17", "-D_GNU_SOURCE", "-fsyntax-only" };
	char *argv[countof(options) + 2] = { NULL };
	posix_spawn_file_actions_t actions;
	BUF_AUTO source;
	struct err e = { 0 };
	struct span s;
	pid_t pid;
	FILE *f;

	buf_init(&source, TMPL_MAX_OUTPUT);
	assert_int_equal(compile("page/golden.html", span_of(text), &source, &e), 0);
	assert_int_equal(buf_finish(&source, &s, &e), 0);
	for (size_t i = 0; i < countof(options); i++)
		argv[i] = options[i];
	argv[countof(options)] = path;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t.c", folder);
	snprintf(log, sizeof(log), "%s/log", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	/* The helper templates of compile() have views that do not exist: they stay out. */
	fputs("#include \"view/golden.h\"\n#include \"html/fmt.h\"\n#include \"html/url.h\"\n", f);
	fputs(strstr(s.p,
		      "ATTR_UNUSED static void page_golden(struct html *h, const struct golden_view *v)\n{") +
			11,
		f);
	fclose(f);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 2, log, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(posix_spawnp(&pid, "gcc", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, status, 0), pid);
	f = fopen(log, "r");
	assert_non_null(f);
	messages[fread(messages, 1, size - 1, f)] = '\0';
	fclose(f);
	unlink(path);
	unlink(log);
	rmdir(folder);
}

static void the_c_compiler_refuses_the_rest(void **state)
{
	static const struct {
		const char *text;
		const char *want; // NULL: accepted
	} cases[] = {
		{ VIEW "{{ v->page.title }} {{ v->count }}", NULL },
		{ VIEW "\n\n{{ v->titel }}", "t.html:4:" },
		{ VIEW "\n<a href='{{ v->page.title }}'>", "t.html:3:" },
		{ VIEW "<a href='{{ v->safe }}'>", "t.html:2:" },
		{ VIEW "{{ v->items }}", "t.html:2:" },
		{ VIEW "{{ v->on }}", "t.html:2:" },
		{ VIEW "{{ v->first }}", "t.html:2:" },
		{ VIEW "{{ for t in v->count }}{{ end }}", "t.html:2:" },
		{ VIEW "{{ if v->items }}{{ end }}", "t.html:2:" },
		{ VIEW "{{ fmt_none(v->count) }}", "t.html:2:" },
	};
	char messages[8192];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int status = 0;

		check_in_c(cases[i].text, messages, sizeof(messages), &status);
		if (cases[i].want == NULL) {
			assert_string_equal(messages, "");
			assert_int_equal(status, 0);
			continue;
		}
		if (strstr(messages, cases[i].want) == NULL)
			fail_msg("%s: %s", cases[i].text, messages);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_a_page),
		cmocka_unit_test(prints_the_other_branches),
		cmocka_unit_test(prints_a_mail),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_deep_nesting),
		cmocka_unit_test(joins_neighbouring_text),
		cmocka_unit_test(the_c_compiler_refuses_the_rest),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
