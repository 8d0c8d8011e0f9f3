#ifndef FCGI_CALENDAR_BAR_H
#define FCGI_CALENDAR_BAR_H

#include <stdint.h>

#include "fcgi/calendar_filter.h"
#include "view/calendar.h"

struct calendar_sources;
struct ctx;
struct viewer;

/*
 * The bar above the calendar. month is "2026-12" for the month view and NULL for the list.
 */
struct calendar_bar calendar_bar(const struct ctx *c, const struct viewer *v,
	const struct calendar_filter *f, const struct calendar_sources *s, const char *month);

#endif
