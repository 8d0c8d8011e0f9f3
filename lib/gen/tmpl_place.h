#ifndef GEN_TMPL_PLACE_H
#define GEN_TMPL_PLACE_H

#include <stdbool.h>

/*
 * Where in an HTML page the compiler stands, by the page's own text. It knows as much of the HTML
 * tokenizer as is needed to say what may be printed there, and refuses what a strict
 * Content-Security-Policy would switch off anyway.
 */
enum place_state {
	PLACE_TEXT,
	PLACE_EMPTY,      // inside <script>: must stay empty
	PLACE_OPEN,       // after <
	PLACE_TAG_NAME,   //
	PLACE_IN_TAG,     // after a blank: an attribute may begin
	PLACE_GLUED,      // in a tag where a blank, / or > must follow
	PLACE_ATTR_NAME,  //
	PLACE_ATTR_AFTER, // blank after an attribute's name
	PLACE_EQUALS,     // after =
	PLACE_BARE,       // in a value without quotes
	PLACE_VALUE,      // in a value with quotes
	PLACE_DECL        // <!doctype
};

enum place_url {
	PLACE_URL_NONE,     // the attribute takes text
	PLACE_URL_START,    // nothing of the address is there yet
	PLACE_URL_LITERAL,  // it began with the template's own text
	PLACE_URL_PRINTED,  // the address was printed
	PLACE_URL_FRAGMENT, // after #: text again
	PLACE_URL_NEVER     // an attribute in which nothing may be printed
};

struct place {
	enum place_state state;
	enum place_url url;
	char quote;
	bool mail;       // no policy switches style attributes off, and there are no style sheets
	bool closing;    // </tag
	bool equiv;      // <meta http-equiv
	bool content;    // content="" of a meta was printed into
	char tag[24];    // lower case, cut
	char attr[24];   // lower case, cut
	char within[12]; // an element whose text is not read as markup, or pre: white space counts
};

enum place_print {
	PLACE_PRINT_TEXT,
	PLACE_PRINT_URL
};

/* Each returns NULL, or the reason for a refusal. */
const char *place_feed(struct place *p, char c);
const char *place_control(struct place *p); // before if, else, end, for
const char *place_print(struct place *p, enum place_print *how);
const char *place_join(struct place *p, const struct place *other); // two branches meet
const char *place_whole(const struct place *p); // where a template, part or body may begin and end

/* White space beside these tags means nothing. */
bool place_is_block(const char *tag);

#endif
