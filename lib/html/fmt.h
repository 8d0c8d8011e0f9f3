#ifndef HTML_FMT_H
#define HTML_FMT_H

#include <stdint.h>

#include "html/html.h"

/*
 * Small texts for templates; struct fmt carries its own bytes, so nothing is allocated. Times and
 * lengths come ready-made in the views (base/when.h).
 */

struct fmt fmt_count(int64_t n); // "12,345"
const char *fmt_plural(int64_t n, const char *one, const char *many);

#endif
