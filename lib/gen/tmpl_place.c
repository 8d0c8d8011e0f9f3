/*
 * The place machine of the template compiler. One call per character of the template's own text;
 * what is printed at run time can never change the state, because it is escaped and stands only
 * where escaping holds it: in text, and in attribute values with quotes.
 */
#include "gen/tmpl_place.h"

#include <string.h>

#include "base/attr.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static void name_add(char *name, size_t size, char c)
{
	size_t n = strlen(name);

	if (n + 1 < size) {
		name[n] = lower(c);
		name[n + 1] = '\0';
	}
}

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(name, list[i]) == 0)
			return true;
	}
	return false;
}

bool place_is_block(const char *tag)
{
	static const char *const block[] = { "!doctype", "html", "head", "body", "meta", "link",
		"title", "script", "header", "footer", "main", "nav", "section", "article", "aside",
		"div", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "colgroup",
		"col", "thead", "tbody", "tfoot", "tr", "th", "td", "form", "fieldset", "legend",
		"h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "pre", "blockquote", "figure",
		"figcaption", "details", "summary", "dialog", "option", "optgroup", "datalist",
		"hgroup", "search", "address", "noscript", "path", "circle", "rect", "g", "use",
		"line", "polyline", "polygon", "ellipse", "defs", "symbol", "lineargradient",
		"radialgradient", "stop", "mask", "clippath" };

	return is_one_of(tag, block, countof(block));
}

/* The attribute's name is complete. */
static const char *attribute(struct place *p)
{
	static const char *const url[] = { "href", "src", "action", "formaction", "poster", "cite",
		"data", "background", "longdesc", "manifest", "ping", "xlink:href" };
	static const char *const never[] = { "srcset", "imagesrcset", "to", "from", "by", "values",
		"style" };

	if (p->attr[0] == 'o' && p->attr[1] == 'n' && p->attr[2] != '\0')
		return "an attribute on... is script in the page: put it into public/js";
	if (strcmp(p->attr, "style") == 0 && !p->mail)
		return "a style attribute is not allowed by the page's policy: use a class";
	if (strcmp(p->attr, "srcdoc") == 0)
		return "srcdoc is a page inside the page: not allowed";
	if (strcmp(p->tag, "meta") == 0 && strcmp(p->attr, "http-equiv") == 0)
		p->equiv = true;
	p->url = PLACE_URL_NONE;
	if (is_one_of(p->attr, url, countof(url)))
		p->url = PLACE_URL_START;
	if (is_one_of(p->attr, never, countof(never)))
		p->url = PLACE_URL_NEVER;
	return NULL;
}

static const char *tag_named(const struct place *p)
{
	static const char *const refused[] = { "style", "plaintext", "xmp", "listing", "noembed",
		"noframes" };

	if (p->within[0] != '\0' && strcmp(p->within, "pre") != 0 &&
		(!p->closing || strcmp(p->tag, p->within) != 0))
		return "only its own end tag can follow a script, textarea, title or iframe";
	if (is_one_of(p->tag, refused, countof(refused)))
		return strcmp(p->tag, "style") == 0
			       ? "a style element is not allowed by the page's policy: use public/css"
			       : "this element is obsolete and not allowed";
	return NULL;
}

static const char *tag_end(struct place *p)
{
	static const char *const keeping[] = { "pre", "textarea", "title", "iframe" };
	bool script = strcmp(p->tag, "script") == 0;
	bool keeps = script || is_one_of(p->tag, keeping, countof(keeping));

	if (p->equiv && p->content)
		return "nothing can be printed into a meta element with http-equiv";
	if (!p->closing && keeps && p->within[0] == '\0')
		memcpy(p->within, p->tag, strlen(p->tag) + 1);
	else if (p->closing && strcmp(p->within, p->tag) == 0)
		p->within[0] = '\0';
	p->state = !p->closing && script ? PLACE_EMPTY : PLACE_TEXT;
	p->closing = false;
	p->equiv = false;
	p->content = false;
	p->tag[0] = '\0';
	p->attr[0] = '\0';
	return NULL;
}

static const char *in_tag(struct place *p, char c)
{
	if (is_space(c) || c == '/') {
		p->state = PLACE_IN_TAG;
		return NULL;
	}
	if (c == '>')
		return tag_end(p);
	if (p->state == PLACE_GLUED)
		return "a blank is missing between two attributes";
	if (c == '"' || c == '\'' || c == '<' || c == '=')
		return "a quote, < or = stands where an attribute should begin";
	p->attr[0] = '\0';
	name_add(p->attr, sizeof(p->attr), c);
	p->state = PLACE_ATTR_NAME;
	return NULL;
}

static const char *open_tag(struct place *p, char c)
{
	if (c == '/' && !p->closing) {
		p->closing = true;
		return NULL;
	}
	if (c == '!' && !p->closing && p->within[0] == '\0') {
		p->state = PLACE_DECL;
		return NULL;
	}
	if (!is_letter(c))
		return "a lone < in text: write &lt;";
	name_add(p->tag, sizeof(p->tag), c);
	p->state = PLACE_TAG_NAME;
	return NULL;
}

static const char *tag_name(struct place *p, char c)
{
	const char *why;

	if (is_letter(c) || (c >= '0' && c <= '9') || c == '-') {
		name_add(p->tag, sizeof(p->tag), c);
		return NULL;
	}
	why = tag_named(p);
	if (why != NULL)
		return why;
	p->state = PLACE_GLUED;
	return in_tag(p, c);
}

static const char *attr_name(struct place *p, char c)
{
	const char *why;

	if (p->state == PLACE_ATTR_NAME && !is_space(c) && strchr("=>/\"'<", c) == NULL) {
		name_add(p->attr, sizeof(p->attr), c);
		return NULL;
	}
	if (p->state == PLACE_ATTR_NAME) {
		why = attribute(p);
		if (why != NULL)
			return why;
		p->state = PLACE_ATTR_AFTER;
	}
	if (is_space(c))
		return NULL;
	if (c == '=') {
		p->state = PLACE_EQUALS;
		return NULL;
	}
	p->state = PLACE_IN_TAG;
	return in_tag(p, c);
}

static void in_value(struct place *p, char c)
{
	if (c == p->quote) {
		p->state = PLACE_GLUED;
		p->attr[0] = '\0';
		p->quote = '\0';
		p->url = PLACE_URL_NONE;
	} else if (p->url != PLACE_URL_NONE && p->url != PLACE_URL_NEVER) {
		if (c == '#')
			p->url = PLACE_URL_FRAGMENT;
		else if (p->url == PLACE_URL_START)
			p->url = PLACE_URL_LITERAL;
	}
}

static const char *equals(struct place *p, char c)
{
	if (is_space(c))
		return NULL;
	if (c == '"' || c == '\'') {
		p->state = PLACE_VALUE;
		p->quote = c;
		return NULL;
	}
	if (c == '>')
		return "an attribute has no value after =";
	p->state = PLACE_BARE;
	return NULL;
}

static const char *bare(struct place *p, char c)
{
	if (is_space(c) || c == '>') {
		p->state = PLACE_GLUED;
		p->url = PLACE_URL_NONE;
		return in_tag(p, c);
	}
	return strchr("\"'<=`", c) != NULL ? "a value with this character needs quotes" : NULL;
}

const char *place_feed(struct place *p, char c)
{
	switch (p->state) {
	case PLACE_TEXT:
		if (c == '<')
			p->state = PLACE_OPEN;
		return NULL;
	case PLACE_EMPTY:
		if (c == '<')
			p->state = PLACE_OPEN;
		else if (!is_space(c))
			return "script inside the page is not allowed: put it into public/js";
		return NULL;
	case PLACE_OPEN:
		return open_tag(p, c);
	case PLACE_TAG_NAME:
		return tag_name(p, c);
	case PLACE_IN_TAG:
	case PLACE_GLUED:
		return in_tag(p, c);
	case PLACE_ATTR_NAME:
	case PLACE_ATTR_AFTER:
		return attr_name(p, c);
	case PLACE_EQUALS:
		return equals(p, c);
	case PLACE_BARE:
		return bare(p, c);
	case PLACE_VALUE:
		in_value(p, c);
		return NULL;
	case PLACE_DECL:
		if (c == '>')
			p->state = PLACE_TEXT;
		return NULL;
	}
	return NULL;
}

const char *place_control(struct place *p)
{
	const char *why = NULL;

	switch (p->state) {
	case PLACE_TEXT:
	case PLACE_IN_TAG:
	case PLACE_GLUED:
	case PLACE_VALUE:
		return NULL;
	case PLACE_TAG_NAME:
		why = tag_named(p);
		p->state = PLACE_GLUED;
		return why;
	case PLACE_ATTR_NAME:
		why = attribute(p);
		p->state = PLACE_GLUED;
		p->url = PLACE_URL_NONE;
		return why;
	case PLACE_ATTR_AFTER:
		p->state = PLACE_IN_TAG;
		p->url = PLACE_URL_NONE;
		return NULL;
	case PLACE_EMPTY:
	case PLACE_OPEN:
	case PLACE_EQUALS:
	case PLACE_BARE:
	case PLACE_DECL:
		break;
	}
	return "no directive can stand in a script, a declaration or a value without quotes";
}

static const char *print_value(struct place *p, enum place_print *how)
{
	*how = PLACE_PRINT_TEXT;
	if (strcmp(p->tag, "meta") == 0 && strcmp(p->attr, "content") == 0)
		p->content = true;
	switch (p->url) {
	case PLACE_URL_NONE:
	case PLACE_URL_FRAGMENT:
		return NULL;
	case PLACE_URL_START:
		*how = PLACE_PRINT_URL;
		p->url = PLACE_URL_PRINTED;
		return NULL;
	case PLACE_URL_LITERAL:
	case PLACE_URL_PRINTED:
		return "an address is printed whole, from its first character: make it with url_...";
	case PLACE_URL_NEVER:
		break;
	}
	return "nothing can be printed into this attribute";
}

const char *place_print(struct place *p, enum place_print *how)
{
	*how = PLACE_PRINT_TEXT;
	switch (p->state) {
	case PLACE_TEXT:
		return NULL;
	case PLACE_VALUE:
		return print_value(p, how);
	case PLACE_EQUALS:
	case PLACE_BARE:
		return "a printed attribute value needs quotes around it";
	case PLACE_EMPTY:
		return "nothing can be printed into a script: use a data- attribute";
	case PLACE_DECL:
		return "nothing can be printed into a declaration";
	case PLACE_OPEN:
	case PLACE_TAG_NAME:
	case PLACE_IN_TAG:
	case PLACE_GLUED:
	case PLACE_ATTR_NAME:
	case PLACE_ATTR_AFTER:
		break;
	}
	return "nothing can be printed as the name of a tag or attribute";
}

static bool is_between(const struct place *p)
{
	return p->state == PLACE_IN_TAG || p->state == PLACE_GLUED;
}

const char *place_join(struct place *p, const struct place *other)
{
	bool same = p->state == other->state || (is_between(p) && is_between(other));

	if (!same || p->url != other->url || p->quote != other->quote ||
		p->closing != other->closing || strcmp(p->tag, other->tag) != 0 ||
		(p->state == PLACE_VALUE && strcmp(p->attr, other->attr) != 0) ||
		strcmp(p->within, other->within) != 0)
		return "the branches end in different places of the page";
	if (other->state == PLACE_GLUED)
		p->state = PLACE_GLUED;
	p->equiv = p->equiv || other->equiv;
	p->content = p->content || other->content;
	return NULL;
}

const char *place_whole(const struct place *p)
{
	if (p->state != PLACE_TEXT || p->within[0] != '\0')
		return "this must stand in text, outside of tags, attributes, pre, textarea and title";
	return NULL;
}
