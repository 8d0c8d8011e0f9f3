#ifndef FCGI_ZONE_CHOICE_H
#define FCGI_ZONE_CHOICE_H

#include "base/arena.h"
#include "base/span.h"
#include "view/calendar.h"

struct zone;

/* A zone by its name, or by its city as one types it ("new york"). NULL if there is none. */
const struct zone *zone_choice_find(struct arena *m, struct span text);

/* All zones, for a list to choose from. */
struct zone_options zone_choices(struct arena *m, struct span chosen);

#endif
