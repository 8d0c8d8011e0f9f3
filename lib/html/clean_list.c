/* The lists of the cleaner: elements, attributes, classes and names of characters. */
#include "html/clean_list.h"

#include <string.h>

#include "base/attr.h"

static const struct clean_element elements[] = {
	{ "p", CLEAN_KEEP, NULL },
	{ "h1", CLEAN_KEEP, "h2" },
	{ "h2", CLEAN_KEEP, NULL },
	{ "h3", CLEAN_KEEP, NULL },
	{ "h4", CLEAN_KEEP, NULL },
	{ "h5", CLEAN_KEEP, NULL },
	{ "h6", CLEAN_KEEP, NULL },
	{ "ul", CLEAN_KEEP, NULL },
	{ "ol", CLEAN_KEEP, NULL },
	{ "li", CLEAN_KEEP, NULL },
	{ "dl", CLEAN_KEEP, NULL },
	{ "dt", CLEAN_KEEP, NULL },
	{ "dd", CLEAN_KEEP, NULL },
	{ "table", CLEAN_KEEP, NULL },
	{ "thead", CLEAN_KEEP, NULL },
	{ "tbody", CLEAN_KEEP, NULL },
	{ "tfoot", CLEAN_KEEP, NULL },
	{ "tr", CLEAN_KEEP, NULL },
	{ "td", CLEAN_KEEP, NULL },
	{ "th", CLEAN_KEEP, NULL },
	{ "caption", CLEAN_KEEP, NULL },
	{ "pre", CLEAN_KEEP, NULL },
	{ "code", CLEAN_KEEP, NULL },
	{ "tt", CLEAN_KEEP, "code" },
	{ "samp", CLEAN_KEEP, NULL },
	{ "kbd", CLEAN_KEEP, NULL },
	{ "var", CLEAN_KEEP, NULL },
	{ "blockquote", CLEAN_KEEP, NULL },
	{ "em", CLEAN_KEEP, NULL },
	{ "i", CLEAN_KEEP, NULL },
	{ "strong", CLEAN_KEEP, NULL },
	{ "b", CLEAN_KEEP, NULL },
	{ "u", CLEAN_KEEP, NULL },
	{ "s", CLEAN_KEEP, NULL },
	{ "del", CLEAN_KEEP, NULL },
	{ "ins", CLEAN_KEEP, NULL },
	{ "small", CLEAN_KEEP, NULL },
	{ "sub", CLEAN_KEEP, NULL },
	{ "sup", CLEAN_KEEP, NULL },
	{ "a", CLEAN_KEEP, NULL },
	{ "div", CLEAN_KEEP, NULL },
	{ "section", CLEAN_KEEP, "div" },
	{ "span", CLEAN_KEEP, NULL },
	{ "figure", CLEAN_KEEP, NULL },
	{ "figcaption", CLEAN_KEEP, NULL },
	{ "center", CLEAN_KEEP, "div" },
	{ "br", CLEAN_EMPTY, NULL },
	{ "hr", CLEAN_EMPTY, NULL },
	{ "img", CLEAN_EMPTY, NULL },
	/* MathML */
	{ "math", CLEAN_KEEP, NULL },
	{ "mrow", CLEAN_KEEP, NULL },
	{ "mi", CLEAN_KEEP, NULL },
	{ "mn", CLEAN_KEEP, NULL },
	{ "mo", CLEAN_KEEP, NULL },
	{ "ms", CLEAN_KEEP, NULL },
	{ "mtext", CLEAN_KEEP, NULL },
	{ "mspace", CLEAN_KEEP, NULL },
	{ "msup", CLEAN_KEEP, NULL },
	{ "msub", CLEAN_KEEP, NULL },
	{ "msubsup", CLEAN_KEEP, NULL },
	{ "munder", CLEAN_KEEP, NULL },
	{ "mover", CLEAN_KEEP, NULL },
	{ "munderover", CLEAN_KEEP, NULL },
	{ "mfrac", CLEAN_KEEP, NULL },
	{ "msqrt", CLEAN_KEEP, NULL },
	{ "mroot", CLEAN_KEEP, NULL },
	{ "mtable", CLEAN_KEEP, NULL },
	{ "mtr", CLEAN_KEEP, NULL },
	{ "mtd", CLEAN_KEEP, NULL },
	{ "mstyle", CLEAN_KEEP, NULL },
	{ "mpadded", CLEAN_KEEP, NULL },
	{ "mphantom", CLEAN_KEEP, NULL },
	{ "menclose", CLEAN_KEEP, NULL },
	{ "merror", CLEAN_KEEP, NULL },
	{ "semantics", CLEAN_KEEP, NULL },
	{ "annotation", CLEAN_KEEP, NULL },
	/* what holds no text for readers */
	{ "script", CLEAN_DROP, NULL },
	{ "style", CLEAN_DROP, NULL },
	{ "iframe", CLEAN_DROP, NULL },
	{ "object", CLEAN_DROP, NULL },
	{ "svg", CLEAN_DROP, NULL },
	{ "template", CLEAN_DROP, NULL },
	{ "noscript", CLEAN_DROP, NULL },
	{ "head", CLEAN_DROP, NULL },
	{ "title", CLEAN_DROP, NULL },
	{ "textarea", CLEAN_DROP, NULL },
	{ "select", CLEAN_DROP, NULL },
	{ "annotation-xml", CLEAN_DROP, NULL },
	{ "xmp", CLEAN_DROP, NULL },
	{ "noembed", CLEAN_DROP, NULL },
	{ "noframes", CLEAN_DROP, NULL },
	{ "plaintext", CLEAN_DROP, NULL },
	{ "video", CLEAN_DROP, NULL },
	{ "audio", CLEAN_DROP, NULL },
};

/* Attributes whose value is a short word or number, by element; "" is every one. */
static const struct {
	const char *element;
	const char *name;
} plain_attributes[] = {
	{ "td", "colspan" },
	{ "td", "rowspan" },
	{ "th", "colspan" },
	{ "th", "rowspan" },
	{ "ol", "start" },
	{ "img", "width" },
	{ "img", "height" },
	{ "math", "display" },
	{ "mo", "stretchy" },
	{ "mo", "fence" },
	{ "mo", "separator" },
	{ "mo", "form" },
	{ "mo", "accent" },
	{ "mo", "minsize" },
	{ "mo", "maxsize" },
	{ "mo", "lspace" },
	{ "mo", "rspace" },
	{ "mo", "movablelimits" },
	{ "mi", "mathvariant" },
	{ "mn", "mathvariant" },
	{ "mo", "mathvariant" },
	{ "mtext", "mathvariant" },
	{ "mstyle", "mathvariant" },
	{ "mstyle", "displaystyle" },
	{ "mstyle", "scriptlevel" },
	{ "mspace", "width" },
	{ "mfrac", "linethickness" },
	{ "mover", "accent" },
	{ "munder", "accentunder" },
	{ "mtable", "columnalign" },
	{ "mtable", "rowspacing" },
	{ "mtable", "columnspacing" },
	{ "mtable", "displaystyle" },
	{ "mtd", "columnalign" },
	{ "menclose", "notation" },
	{ "annotation", "encoding" },
};

static const char *const classes[] = { "math", "inline", "display", "center", "right", "left",
	"illustration", "footnotes", "smallcaps", "underline", "sample" };

static const struct {
	const char *name;
	uint32_t c;
} entities[] = {
	{ "amp", '&' },
	{ "lt", '<' },
	{ "gt", '>' },
	{ "quot", '"' },
	{ "apos", '\'' },
	{ "nbsp", 0xa0 },
	{ "ndash", 0x2013 },
	{ "mdash", 0x2014 },
	{ "hellip", 0x2026 },
	{ "lsquo", 0x2018 },
	{ "rsquo", 0x2019 },
	{ "ldquo", 0x201c },
	{ "rdquo", 0x201d },
	{ "laquo", 0xab },
	{ "raquo", 0xbb },
	{ "times", 0xd7 },
	{ "middot", 0xb7 },
	{ "le", 0x2264 },
	{ "ge", 0x2265 },
	{ "ne", 0x2260 },
	{ "deg", 0xb0 },
	{ "copy", 0xa9 },
	{ "rarr", 0x2192 },
	{ "larr", 0x2190 },
	{ "minus", 0x2212 },
	{ "infin", 0x221e },
	{ "alpha", 0x3b1 },
	{ "beta", 0x3b2 },
	{ "pi", 0x3c0 },
	{ "sum", 0x2211 },
	{ "sub", 0x2282 },
	{ "in", 0x2208 },
	{ "auml", 0xe4 },
	{ "ouml", 0xf6 },
	{ "uuml", 0xfc },
	{ "aring", 0xe5 },
	{ "eacute", 0xe9 },
	{ "szlig", 0xdf },
};

const struct clean_element *clean_element(struct span name)
{
	for (size_t i = 0; i < countof(elements); i++) {
		if (span_ieq(name, span_of(elements[i].name)))
			return &elements[i];
	}
	return NULL;
}

const char *clean_attribute(const char *element, struct span name)
{
	for (size_t i = 0; i < countof(plain_attributes); i++) {
		if (strcmp(element, plain_attributes[i].element) == 0 &&
			span_ieq(name, span_of(plain_attributes[i].name)))
			return plain_attributes[i].name;
	}
	return NULL;
}

const char *clean_class(struct span word)
{
	for (size_t i = 0; i < countof(classes); i++) {
		if (span_is(word, classes[i]))
			return classes[i];
	}
	return NULL;
}

uint32_t clean_entity(struct span name)
{
	for (size_t i = 0; i < countof(entities); i++) {
		if (span_is(name, entities[i].name))
			return entities[i].c;
	}
	return 0;
}
