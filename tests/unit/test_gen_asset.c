/* The minifiers: same meaning, less text; what they cannot read is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gen/asset_min.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(styles_shrink),
		cmocka_unit_test(scripts_shrink),
		cmocka_unit_test(unclosed_text_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
