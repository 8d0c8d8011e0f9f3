#ifndef VIEW_MAIL_H
#define VIEW_MAIL_H

#include <stddef.h>

#include "base/span.h"
#include "html/html.h"

struct mail_paragraphs {
	const struct span *v;
	size_t n;
};

/* What every mail shows, as text and as HTML; the notice of model/mail.h. */
struct mail_view {
	const char *subject;
	struct span name; // SPAN_NONE: the greeting names nobody
	struct mail_paragraphs paragraphs;
	const char *action_label; // NULL: there is nothing to do
	struct url action_url;
	struct span small_print; // SPAN_NONE: none
	struct url site;         // text NULL: BASE_URL is not set
};

#endif
