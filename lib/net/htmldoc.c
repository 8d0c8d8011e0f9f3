#include "net/htmldoc.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

#include "base/buf.h"
#include "base/limits.h"

struct htmldoc {
	htmlDocPtr doc;
	xmlXPathContextPtr path;
	bool large; // left many small holes in the heap, which htmldoc_free gives back
};

static void say_nothing(void *data, xmlErrorPtr error)
{
	(void)data;
	(void)error;
}

/* The node after `at` in the order of the page, without recursion; NULL after the last. */
static const xmlNode *next_node(const xmlNode *at, const xmlNode *top)
{
	if (at->type == XML_ELEMENT_NODE || at == top) {
		if (at->children != NULL)
			return at->children;
	}
	while (at != top && at->next == NULL)
		at = at->parent;
	return at == top ? NULL : at->next;
}

static int count_nodes(const xmlDoc *doc, struct err *e)
{
	const xmlNode *top = (const xmlNode *)doc;
	size_t elements = 0;
	size_t n = 0;

	for (const xmlNode *at = top; at != NULL; at = next_node(at, top)) {
		if (++n > HTMLDOC_MAX_NODES)
			return err_set(
				e, ERR_LIMIT, "the page has more than %d nodes", HTMLDOC_MAX_NODES);
		elements += at->type == XML_ELEMENT_NODE;
	}
	if (elements == 0)
		return err_set(e, ERR_INVALID, "the page is empty");
	return 0;
}

static void parser_free(htmlParserCtxtPtr *p)
{
	if (*p != NULL)
		htmlFreeParserCtxt(*p);
}

static int read_page(struct span text, htmlDocPtr *out, struct err *e)
{
	htmlParserCtxtPtr CLEANUP(parser_free) parser = htmlNewParserCtxt();

	if (parser == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	*out = htmlCtxtReadMemory(parser, text.p, (int)text.n, NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
			HTML_PARSE_COMPACT);
	if (*out == NULL)
		return err_set(e, ERR_INVALID, "the page is not HTML");
	if (parser->disableSAX != 0 || parser->errNo == XML_ERR_NO_MEMORY)
		return err_set(e, ERR_LIMIT, "the page is nested too deeply or too large");
	return 0;
}

int htmldoc_parse(struct span text, struct htmldoc **out, struct err *e)
{
	struct htmldoc *d;

	*out = NULL;
	if (text.n > HTMLDOC_MAX_TEXT)
		return err_set(e, ERR_LIMIT, "the page is larger than %d bytes", HTMLDOC_MAX_TEXT);
	if (text.n == 0)
		return err_set(e, ERR_INVALID, "the page is empty");
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	d->large = text.n >= HTMLDOC_LARGE_TEXT;
	if (read_page(text, &d->doc, e) != 0 || count_nodes(d->doc, e) != 0) {
		htmldoc_free(&d);
		return -1;
	}
	d->path = xmlXPathNewContext(d->doc);
	if (d->path == NULL) {
		htmldoc_free(&d);
		return err_set(e, ERR_TEMPORARY, "out of memory");
	}
	d->path->error = say_nothing;
	*out = d;
	return 0;
}

void htmldoc_free(struct htmldoc **d)
{
	bool large;

	if (*d == NULL)
		return;
	large = (*d)->large;
	if ((*d)->path != NULL)
		xmlXPathFreeContext((*d)->path);
	if ((*d)->doc != NULL)
		xmlFreeDoc((*d)->doc);
	free(*d);
	*d = NULL;
	if (large)
		malloc_trim(0);
}

static const xmlNode *node_of(const struct htmldoc_node *node)
{
	return (const xmlNode *)(const void *)node;
}

static void found_free(xmlXPathObjectPtr *o)
{
	xmlXPathFreeObject(*o);
}

int htmldoc_find(struct htmldoc *d, struct arena *m, const struct htmldoc_node *from,
	const char *xpath, struct htmldoc_nodes *out, struct err *e)
{
	xmlXPathObjectPtr CLEANUP(found_free) found = NULL;
	const struct htmldoc_node **v;
	const xmlNode *start = from != NULL ? node_of(from) : (const xmlNode *)d->doc;
	size_t n = 0;

	*out = (struct htmldoc_nodes){ 0 };
	d->path->opLimit = HTMLDOC_MAX_STEPS;
	d->path->opCount = 0;
	memcpy(&d->path->node, &start, sizeof(start)); // libxml2 takes it without const, to read
	found = xmlXPathEvalExpression((const xmlChar *)xpath, d->path);
	if (found == NULL && d->path->opCount >= d->path->opLimit)
		return err_set(e, ERR_LIMIT, "the page takes too long to search");
	if (found == NULL || found->type != XPATH_NODESET)
		return err_set(e, ERR_INTERNAL, "cannot search a page by \"%s\"", xpath);
	if (found->nodesetval == NULL)
		return 0;
	v = arena_new_array(m, const struct htmldoc_node *, (size_t)found->nodesetval->nodeNr);
	for (int i = 0; i < found->nodesetval->nodeNr; i++) {
		xmlNode *node = found->nodesetval->nodeTab[i];

		if (node->type == XML_ELEMENT_NODE)
			v[n++] = (const struct htmldoc_node *)(const void *)node;
	}
	*out = (struct htmldoc_nodes){ v, n };
	return 0;
}

int htmldoc_first(struct htmldoc *d, struct arena *m, const struct htmldoc_node *from,
	const char *xpath, const struct htmldoc_node **out, struct err *e)
{
	struct htmldoc_nodes nodes;

	*out = NULL;
	if (htmldoc_find(d, m, from, xpath, &nodes, e) != 0)
		return -1;
	if (nodes.n > 0)
		*out = nodes.v[0];
	return 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t text_bytes(const xmlNode *top)
{
	size_t n = 0;

	for (const xmlNode *at = top; at != NULL; at = next_node(at, top)) {
		if (at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE)
			n += at->content != NULL ? strlen((const char *)at->content) : 0;
	}
	return n;
}

struct span htmldoc_text(struct arena *m, const struct htmldoc_node *node)
{
	const xmlNode *top = node_of(node);
	char *text;
	char *to;
	bool blank = false;

	if (top == NULL)
		return SPAN_NONE;
	text = to = arena_alloc(m, text_bytes(top) + 1);
	for (const xmlNode *at = top; at != NULL; at = next_node(at, top)) {
		if ((at->type != XML_TEXT_NODE && at->type != XML_CDATA_SECTION_NODE) ||
			at->content == NULL)
			continue;
		for (const char *p = (const char *)at->content; *p != '\0'; p++) {
			if (is_space(*p)) {
				blank = to > text;
				continue;
			}
			if (blank)
				*to++ = ' ';
			blank = false;
			*to++ = *p;
		}
	}
	return (struct span){ text, (size_t)(to - text) };
}

struct span htmldoc_attr(struct arena *m, const struct htmldoc_node *node, const char *name)
{
	const xmlNode *element = node_of(node);
	struct span value;
	xmlChar *text;

	if (element == NULL)
		return SPAN_NONE;
	text = xmlGetNoNsProp(element, (const xmlChar *)name);
	if (text == NULL)
		return SPAN_NONE;
	value = arena_span(m, span_of((const char *)text));
	xmlFree(text);
	return value;
}
