#ifndef FCGI_ADMIN_FRAME_H
#define FCGI_ADMIN_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "fcgi/ctx.h"
#include "fcgi/page_start.h"
#include "model/admin.h"
#include "view/admin.h"

struct audit_rows;

/* The frame of a page under /admin, with the text of ?done=. */
struct page_view admin_page(const struct ctx *c, const struct viewer *v, const char *title);

/* Who acts, for model/admin.h. */
struct admin admin_of(const struct ctx *c);

/*
 * The end of a form: back to a page, which says what was done. rc and e are of the act: one that
 * came too late, or that nobody may do, is said there too and is no error any more.
 */
int admin_back(struct ctx *c, struct url to, const char *done, int rc, struct err *e) ATTR_MUST_USE;

/* "Sat 21 Nov 2026, 14:35"; NULL for INT64_MIN. */
const char *admin_stamp(struct arena *m, const struct zone *z, int64_t unix_us);
const char *admin_iso(struct arena *m, int64_t unix_us);

/* Rows of the audit as they are shown, with the names of who acted. */
int admin_audit_fill(struct ctx *c, const struct zone *z, const struct audit_rows *rows,
	struct admin_audit_items *out, struct err *e) ATTR_MUST_USE;

/* The page of an account. */
struct url admin_user_link(struct arena *m, int64_t id);

/* A number in the query or the form, from 1; 0 if there is none. */
int64_t admin_number(struct span text);

#endif
