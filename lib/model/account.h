#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct envelope;

/*
 * All that is known of a member, as a JSON text: account, preferences, identities, devices,
 * programs, tokens by their names, calendars with their events, syncs, mails by their subjects and
 * what the audit says of him. No secret is in it. ERR_NOT_FOUND.
 */
int account_export(struct db *d, struct arena *m, int64_t user_id, struct span *json,
	struct err *e) ATTR_MUST_USE;

struct account_end {
	struct db *db;
	struct arena *mem;
	struct cache *cache;         // NULL is allowed
	const struct envelope *seal; // NULL: no mail is sent
	int64_t actor_id;            // who does it: the member, or an admin; 0: the command line
	struct span address;         // of the client, for the audit
	bool remove_events;          // what Podium put into the calendars is taken out
};

/*
 * The end of an account, in one transaction: sessions, tokens, identities and personal data are
 * gone, and nobody can sign in. The row stays, without a name, for the history of others. Calendars
 * are disconnected by jobs, which are the last that need their secrets; account.delete removes what
 * is left of them. The member gets a last mail. ERR_NOT_FOUND for an account that is none or was
 * deleted; ERR_CONFLICT for the only admin.
 */
int account_delete(const struct account_end *a, int64_t user_id, struct err *e) ATTR_MUST_USE;

/*
 * The job's part, which can be repeated. ERR_TEMPORARY while calendars are being disconnected, for
 * a day at most.
 */
int account_clear(struct db *d, struct arena *m, struct cache *cache, int64_t user_id,
	struct err *e) ATTR_MUST_USE;

#endif
