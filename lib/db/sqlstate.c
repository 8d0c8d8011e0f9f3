#include "db/sqlstate.h"

#include <string.h>

#include "base/attr.h"
#include "base/span.h"

struct mapping {
	const char *state; // whole, or the two characters of a class
	enum err_kind kind;
};

/* Whole states stand before their class. */
static const struct mapping mappings[] = {
	{ "23505", ERR_CONFLICT },  // unique_violation
	{ "23P01", ERR_CONFLICT },  // exclusion_violation
	{ "23502", ERR_INVALID },   // not_null_violation
	{ "23503", ERR_INVALID },   // foreign_key_violation
	{ "23514", ERR_INVALID },   // check_violation
	{ "22", ERR_INVALID },      // data exception
	{ "57014", ERR_LIMIT },     // query_canceled: statement_timeout
	{ "55P03", ERR_LIMIT },     // lock_not_available: lock_timeout
	{ "57P", ERR_TEMPORARY },   // shutdown, crash, cannot connect now, idle session
	{ "25006", ERR_TEMPORARY }, // read_only_sql_transaction: the primary has moved
	{ "25P03", ERR_TEMPORARY }, // idle_in_transaction_session_timeout
	{ "40001", ERR_TEMPORARY }, // serialization_failure, conflict with recovery
	{ "40P01", ERR_TEMPORARY }, // deadlock_detected
	{ "08", ERR_TEMPORARY },    // connection exception
	{ "53", ERR_TEMPORARY },    // insufficient resources
};

enum err_kind sqlstate_kind(const char *state)
{
	for (size_t i = 0; i < countof(mappings); i++)
		if (strncmp(state, mappings[i].state, strlen(mappings[i].state)) == 0)
			return mappings[i].kind;
	return ERR_INTERNAL;
}

static const char *public_text(enum err_kind kind)
{
	switch (kind) {
	case ERR_CONFLICT:
		return "this exists already";
	case ERR_INVALID:
		return "the database does not accept these values";
	case ERR_LIMIT:
		return "the database needed too long";
	case ERR_TEMPORARY:
		return "the database is not available at the moment";
	case ERR_NONE:
	case ERR_AUTH:
	case ERR_FORBIDDEN:
	case ERR_NOT_FOUND:
	case ERR_INTERNAL:
		break;
	}
	return "the database could not do this";
}

static const char *field(const PGresult *res, int which)
{
	const char *text = PQresultErrorField(res, which);

	return text != NULL ? text : "";
}

/* A result without a state comes from libpq itself: the connection is lost. */
int sqlstate_error(const PGresult *res, const char *statement, struct err *e)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *constraint = field(res, PG_DIAG_CONSTRAINT_NAME);
	enum err_kind kind = state != NULL ? sqlstate_kind(state) : ERR_TEMPORARY;
	struct span text = span_trim(span_of(
		state != NULL ? field(res, PG_DIAG_MESSAGE_PRIMARY) : PQresultErrorMessage(res)));

	err_set(e, kind, "%s", public_text(kind));
	return err_detail(e, "%s: %s " SPAN_FMT "%s%s", statement, state != NULL ? state : "lost",
		SPAN_ARG(text), constraint[0] != '\0' ? ", constraint " : "", constraint);
}

int sqlstate_lost(const PGconn *pg, const char *label, const char *what, struct err *e)
{
	struct span text = span_trim(span_of(pg != NULL ? PQerrorMessage(pg) : ""));

	err_set(e, ERR_TEMPORARY, "%s", public_text(ERR_TEMPORARY));
	return err_detail(e, "%s: %s" SPAN_FMT, label, what, SPAN_ARG(text));
}
