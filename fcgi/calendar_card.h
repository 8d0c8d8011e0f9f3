#ifndef FCGI_CALENDAR_CARD_H
#define FCGI_CALENDAR_CARD_H

#include "base/arena.h"
#include "view/dashboard.h"

struct calendar_link;
struct ctx;
struct zone;

/* A connected calendar as the dashboard and the settings show it. Texts of the link are not copied.
 */
void calendar_item_fill(struct arena *m, const struct zone *z, const struct calendar_link *l,
	struct link_item *out);

/* The same with everything that can be chosen for it. */
void calendar_card_fill(struct arena *m, const struct zone *z, const struct calendar_link *l,
	struct link_card *out);

#endif
