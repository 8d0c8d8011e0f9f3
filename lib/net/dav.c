/*
 * The tree of libxml2 is walked once. Names are compared with their name space, because servers
 * choose their own prefixes. A property counts if the propstat it stands in says 200, or says
 * nothing.
 */
#include "net/dav.h"

#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/limits.h"
#include "base/utf8.h"

#define DAV "DAV:"
#define CAL "urn:ietf:params:xml:ns:caldav"

static void doc_free(xmlDocPtr *doc)
{
	xmlFreeDoc(*doc);
}

static void parser_free(xmlParserCtxtPtr *p)
{
	xmlFreeParserCtxt(*p);
}

static bool is_element(const xmlNode *n, const char *space, const char *name)
{
	return n->type == XML_ELEMENT_NODE && n->ns != NULL && n->ns->href != NULL &&
	       strcmp((const char *)n->ns->href, space) == 0 &&
	       strcmp((const char *)n->name, name) == 0;
}

static const xmlNode *child(const xmlNode *n, const char *space, const char *name)
{
	const xmlNode *c = n == NULL ? NULL : n->children;

	while (c != NULL && !is_element(c, space, name))
		c = c->next;
	return c;
}

/* The text directly inside, without blanks around it; SPAN_NONE if there is none. */
static struct span text_of(const xmlNode *n, struct arena *m)
{
	const xmlNode *c = n == NULL ? NULL : n->children;
	struct span text;

	while (c != NULL && c->type != XML_TEXT_NODE && c->type != XML_CDATA_SECTION_NODE)
		c = c->next;
	if (c == NULL || c->content == NULL)
		return SPAN_NONE;
	text = span_trim(span_of((const char *)c->content));
	return text.n == 0 ? SPAN_NONE : arena_span(m, text);
}

/* ---- properties ---- */

static bool names_event(const xmlNode *comp)
{
	const xmlAttr *a = comp->properties;

	while (a != NULL && strcmp((const char *)a->name, "name") != 0)
		a = a->next;
	return a != NULL && a->children != NULL && a->children->content != NULL &&
	       strcasecmp((const char *)a->children->content, "VEVENT") == 0;
}

static bool takes_events(const xmlNode *set)
{
	if (set == NULL)
		return true;
	for (const xmlNode *c = set->children; c != NULL; c = c->next)
		if (is_element(c, CAL, "comp") && names_event(c))
			return true;
	return false;
}

static bool grants_writing(const xmlNode *privilege)
{
	static const char *const enough[] = { "all", "write", "write-content", "bind" };

	for (size_t i = 0; i < countof(enough); i++)
		if (child(privilege, DAV, enough[i]) != NULL)
			return true;
	return false;
}

static bool may_not_write(const xmlNode *set)
{
	if (set == NULL)
		return false;
	for (const xmlNode *c = set->children; c != NULL; c = c->next)
		if (is_element(c, DAV, "privilege") && grants_writing(c))
			return false;
	return true;
}

static void read_prop(const xmlNode *prop, struct arena *m, struct dav_response *r)
{
	const xmlNode *type = child(prop, DAV, "resourcetype");
	struct span etag = text_of(child(prop, DAV, "getetag"), m);
	struct span name = text_of(child(prop, DAV, "displayname"), m);
	struct span principal =
		text_of(child(child(prop, DAV, "current-user-principal"), DAV, "href"), m);
	struct span home = text_of(child(child(prop, CAL, "calendar-home-set"), DAV, "href"), m);

	r->etag = etag.p != NULL ? etag : r->etag;
	r->name = name.p != NULL ? name : r->name;
	r->principal = principal.p != NULL ? principal : r->principal;
	r->home = home.p != NULL ? home : r->home;
	r->is_calendar = r->is_calendar || child(type, CAL, "calendar") != NULL;
	r->takes_events = r->takes_events &&
			  takes_events(child(prop, CAL, "supported-calendar-component-set"));
	r->may_not_write =
		r->may_not_write || may_not_write(child(prop, DAV, "current-user-privilege-set"));
}

/* "HTTP/1.1 200 OK" */
static bool is_found(const xmlNode *propstat, struct arena *m)
{
	struct span status = text_of(child(propstat, DAV, "status"), m);
	const char *blank = status.p == NULL ? NULL : memchr(status.p, ' ', status.n);
	size_t at = blank == NULL ? status.n : (size_t)(blank - status.p) + 1;

	return status.p == NULL || span_is(span_sub(status, at, 1), "2");
}

static void read_response(const xmlNode *response, struct arena *m, struct dav_response *r)
{
	*r = (struct dav_response){ .href = text_of(child(response, DAV, "href"), m),
		.takes_events = true };
	for (const xmlNode *c = response->children; c != NULL; c = c->next)
		if (is_element(c, DAV, "propstat") && is_found(c, m) &&
			child(c, DAV, "prop") != NULL)
			read_prop(child(c, DAV, "prop"), m, r);
}

/* ---- the document ---- */

static const xmlNode *next_node(const xmlNode *at, const xmlNode *top, size_t *depth)
{
	if (at->type == XML_ELEMENT_NODE && at->children != NULL) {
		++*depth;
		return at->children;
	}
	while (at != top && at->next == NULL) {
		at = at->parent;
		--*depth;
	}
	return at == top ? NULL : at->next;
}

static int check_size(const xmlNode *root, struct err *e)
{
	size_t depth = 1;
	size_t n = 0;

	for (const xmlNode *at = root; at != NULL; at = next_node(at, root, &depth)) {
		if (++n > CALDAV_MAX_NODES || depth > CALDAV_MAX_DEPTH)
			return err_set(e, ERR_LIMIT, "the calendar server's answer is too large");
	}
	return 0;
}

static bool holds(struct span text, const char *word)
{
	return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

static int read_doc(struct span text, xmlParserCtxtPtr parser, xmlDocPtr *doc, struct err *e)
{
	if (text.n > CALDAV_MAX_BODY)
		return err_set(e, ERR_LIMIT, "the calendar server's answer is too large");
	if (text.n == 0 || !utf8_valid(text.p, text.n) || memchr(text.p, '\0', text.n) != NULL ||
		holds(text, "<!DOCTYPE") || holds(text, "<!ENTITY"))
		return err_set(e, ERR_INVALID, "the calendar server's answer is not understood");
	if (parser == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	*doc = xmlCtxtReadMemory(parser, text.p, (int)text.n, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS);
	if (*doc == NULL || (*doc)->intSubset != NULL || xmlDocGetRootElement(*doc) == NULL)
		return err_set(e, ERR_INVALID, "the calendar server's answer is not understood");
	return check_size(xmlDocGetRootElement(*doc), e);
}

int dav_parse(struct span text, struct arena *m, struct dav_responses *out, struct err *e)
{
	xmlParserCtxtPtr CLEANUP(parser_free) parser = xmlNewParserCtxt();
	xmlDocPtr CLEANUP(doc_free) doc = NULL;
	struct dav_response *v;
	const xmlNode *root;
	size_t n = 0;

	if (read_doc(text, parser, &doc, e) != 0)
		return -1;
	root = xmlDocGetRootElement(doc);
	if (!is_element(root, DAV, "multistatus"))
		return err_set(e, ERR_INVALID, "the calendar server's answer is not understood");
	for (const xmlNode *c = root->children; c != NULL; c = c->next)
		n += is_element(c, DAV, "response");
	v = arena_new_array(m, struct dav_response, n);
	n = 0;
	for (const xmlNode *c = root->children; c != NULL; c = c->next)
		if (is_element(c, DAV, "response"))
			read_response(c, m, &v[n++]);
	*out = (struct dav_responses){ v, n };
	return 0;
}

bool dav_says(struct span body, const char *precondition)
{
	return body.p != NULL && holds(body, precondition);
}
