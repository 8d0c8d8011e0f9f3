#include <string.h>

#include "db/inside.h"

bool db_known(struct db *d, const char *name, int64_t *id)
{
	if (d->known_at != d->primary.connects || d->primary.pg == NULL)
		d->n_known = 0;
	for (size_t i = 0; i < d->n_known; i++) {
		if (strcmp(d->known[i].name, name) != 0)
			continue;
		*id = d->known[i].id;
		return true;
	}
	return false;
}

void db_know(struct db *d, const char *name, int64_t id)
{
	if (d->n_known == DB_MAX_KNOWN)
		return;
	d->known[d->n_known].name = name;
	d->known[d->n_known++].id = id;
	d->known_at = d->primary.connects;
}
