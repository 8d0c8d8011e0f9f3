/*
 * The operator's connection string is read by libpq itself into keywords; ours are added where he
 * left them out. Settings travel in the startup packet, so a new connection costs no round trip for
 * them.
 *
 * With a certificate authority the server's certificate and name are verified (sslmode=verify-full)
 * unless the operator asked for verify-ca. libpq wants the authority as a path: /proc/self/fd/N
 * names the sealed memory file.
 */
#include "db/conninfo.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define TEXT_OF(x)  #x
#define VALUE_OF(x) TEXT_OF(x)

/* Times in milliseconds where no unit stands. */
#define OPTIONS                                                                                                                                                          \
	"-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c jit=off"                                                                                          \
	" -c statement_timeout=" VALUE_OF(DB_STATEMENT_TIMEOUT_MS) " -c lock_timeout=" VALUE_OF(DB_LOCK_TIMEOUT_MS) " -c idle_in_transaction_session_timeout=" VALUE_OF( \
		DB_IDLE_TX_TIMEOUT_MS) " -c client_connection_check_interval=" VALUE_OF(DB_STATEMENT_TIMEOUT_MS)

struct setting {
	const char *key;
	const char *value;
};

/*
 * Defaults that the operator may override. Without sslcert libpq looks into the home folder, where
 * a service finds nothing or is refused; Kerberos costs memory and time and is asked for by name.
 */
static const struct setting defaults[] = {
	{ "client_encoding", "UTF8" },
	{ "keepalives", "1" },
	{ "keepalives_idle", "30" },
	{ "keepalives_interval", "5" },
	{ "keepalives_count", "3" },
	{ "sslcert", "/nonexistent" },
	{ "gssencmode", "disable" },
	{ "tcp_user_timeout", VALUE_OF(DB_TCP_TIMEOUT_MS) },
};

/* Ends the process when memory ran out, as the arena does. */
static void *sure(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static const char *value_of(const struct conninfo *c, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->keys[i], key) == 0)
			return c->values[i];
	return NULL;
}

static void set(struct conninfo *c, const char *key, const char *value)
{
	char *copy = sure(strdup(value));
	size_t i = 0;

	while (i < c->n && strcmp(c->keys[i], key) != 0)
		i++;
	if (i == c->n) {
		c->keys[i] = sure(strdup(key));
		c->n++;
	}
	free(c->values[i]);
	c->values[i] = copy;
}

static void set_default(struct conninfo *c, const char *key, const char *value)
{
	if (value_of(c, key) == NULL)
		set(c, key, value);
}

static void set_options(struct conninfo *c)
{
	const char *own = value_of(c, "options");
	char *all;

	if (asprintf(&all, "%s %s", OPTIONS, own != NULL ? own : "") < 0)
		abort();
	set(c, "options", all);
	free(all);
}

static void set_tls(struct conninfo *c, int ca_fd)
{
	const char *mode = value_of(c, "sslmode");
	char path[40];

	if (ca_fd < 0)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ca_fd);
	set(c, "sslrootcert", path);
	if (mode == NULL || strcmp(mode, "verify-ca") != 0)
		set(c, "sslmode", "verify-full");
}

int conninfo_make(const struct conninfo_spec *spec, struct conninfo *out, struct err *e)
{
	char *copy = sure(strndup(spec->text.p != NULL ? spec->text.p : "", spec->text.n));
	PQconninfoOption *parsed = PQconninfoParse(copy, NULL);
	const char *hosts;
	size_t n = 0;

	free(copy);
	*out = (struct conninfo){ 0 };
	if (parsed == NULL)
		return err_set(e, ERR_INVALID, "the connection string of the %s cannot be read",
			spec->label);
	while (parsed[n].keyword != NULL)
		n++;
	n += countof(defaults) + 8; // and what is set below
	out->keys = sure(calloc(n, sizeof(*out->keys)));
	out->values = sure(calloc(n, sizeof(*out->values)));
	for (const PQconninfoOption *o = parsed; o->keyword != NULL; o++)
		if (o->val != NULL)
			set(out, o->keyword, o->val);
	PQconninfoFree(parsed);
	for (size_t i = 0; i < countof(defaults); i++)
		set_default(out, defaults[i].key, defaults[i].value);
	set_default(out, "fallback_application_name", spec->application_name);
	set_options(out);
	set_tls(out, spec->ca_fd);
	hosts = value_of(out, "host");
	if (spec->writable && hosts != NULL && strchr(hosts, ',') != NULL)
		set_default(out, "target_session_attrs", "read-write");
	return 0;
}

void conninfo_drop_options(struct conninfo *c)
{
	set(c, "options", "");
}

void conninfo_free(struct conninfo *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->keys[i]);
		free(c->values[i]);
	}
	free(c->keys);
	free(c->values);
	*c = (struct conninfo){ 0 };
}
