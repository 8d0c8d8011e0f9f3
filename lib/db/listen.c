/*
 * The listener's connection is made without waiting: db_listener_next goes as far as it can at once
 * (a local server answers within LINGER_US, which it does wait) and comes back to it at the next
 * call. Behind a pooler that shares sessions LISTEN would hear nothing, so there the listener stays
 * off and says so once; those who wait poll anyway.
 */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/conn.h"
#include "db/sqlstate.h"
#include "db/stmt.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/log.h"

#define LINGER_US       INT64_C(20000)
#define RETRY_US        INT64_C(1000000)
#define POOLED_RETRY_US INT64_C(60000000)

enum stage {
	STAGE_OFF,
	STAGE_CONNECTING,
	STAGE_ASKED, // for the number of the process that serves us, and to listen
	STAGE_READY
};

struct db_listener {
	struct conninfo info;
	const char *channel;
	PGconn *pg;
	enum stage stage;
	PostgresPollingStatusType polling;
	int64_t retry_at_us;
	int64_t until_us; // of the attempt to connect
	bool said;        // that it is away
	bool pooled;
	int ca_fd;
	struct err broken;
};

struct db_listener *db_listen(const struct config *conf, const char *channel)
{
	struct db_listener *l = calloc(1, sizeof(*l));
	struct conninfo_spec spec = { .text = span_of(conf->postgres_db),
		.label = "listener",
		.application_name = "podium-listen",
		.ca_fd = -1,
		.writable = true };

	if (l == NULL)
		abort();
	l->channel = channel;
	l->ca_fd = -1;
	if (conf->postgres_ca[0] != '\0' &&
		fd_sealed("postgres-ca", span_of(conf->postgres_ca), &l->ca_fd, &l->broken) != 0)
		return l;
	spec.ca_fd = l->ca_fd;
	if (conninfo_make(&spec, &l->info, &l->broken) != 0)
		log_err(LOG_ERROR, "db.listener", &l->broken);
	return l;
}

void db_listener_close(struct db_listener *l)
{
	if (l == NULL)
		return;
	PQfinish(l->pg);
	conninfo_free(&l->info);
	fd_close(&l->ca_fd);
	free(l);
}

int db_listener_fd(struct db_listener *l)
{
	return l->stage == STAGE_READY ? PQsocket(l->pg) : -1;
}

static void give_up(struct db_listener *l, int64_t pause_us, const char *why)
{
	struct err e = { 0 };

	if (!l->said) {
		sqlstate_lost(l->pg, "listener", why, &e);
		log_err(LOG_WARN, "db.listener", &e);
	}
	l->said = true;
	PQfinish(l->pg);
	l->pg = NULL;
	l->stage = STAGE_OFF;
	l->retry_at_us = clock_mono_us() + pause_us;
}

static void begin(struct db_listener *l)
{
	int64_t now = clock_mono_us();

	if (now < l->retry_at_us || l->broken.kind != ERR_NONE)
		return;
	l->pg = PQconnectStartParams(
		(const char *const *)l->info.keys, (const char *const *)l->info.values, 0);
	l->polling = PGRES_POLLING_WRITING;
	l->until_us = now + DB_CONNECT_TIMEOUT_MS * INT64_C(1000);
	l->retry_at_us = now + RETRY_US;
	l->stage = STAGE_CONNECTING;
	if (l->pg == NULL || PQstatus(l->pg) == CONNECTION_BAD)
		give_up(l, RETRY_US, "");
}

/* The server's remarks are not ours to print on stderr. */
static void ignore_notice(void *arg ATTR_UNUSED, const PGresult *res ATTR_UNUSED)
{
}

/* Asks for the serving process first, then listens; both travel together. */
static void ask(struct db_listener *l)
{
	char *name = PQescapeIdentifier(l->pg, l->channel, strlen(l->channel));
	char *text = NULL;
	bool good;

	PQsetNoticeReceiver(l->pg, ignore_notice, NULL);
	good = name != NULL &&
	       asprintf(&text, "%s; LISTEN %s", stmt_table[q_db_backend].text, name) > 0;

	if (good && PQsendQuery(l->pg, text) == 1)
		l->stage = STAGE_ASKED;
	else
		give_up(l, RETRY_US, "");
	PQfreemem(name);
	free(text);
}

static void connecting(struct db_listener *l)
{
	int64_t linger_until = clock_mono_us() + LINGER_US;

	for (;;) {
		short events = l->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT;

		if (!conn_wait(l->pg, events, linger_until)) {
			if (clock_mono_us() > l->until_us)
				give_up(l, RETRY_US, "no answer in time");
			return;
		}
		l->polling = PQconnectPoll(l->pg);
		if (l->polling == PGRES_POLLING_OK) {
			ask(l);
			return;
		}
		if (l->polling == PGRES_POLLING_FAILED) {
			l->pooled = strstr(PQerrorMessage(l->pg), POOLER_REFUSES) != NULL;
			give_up(l, l->pooled ? POOLED_RETRY_US : RETRY_US, "");
			return;
		}
	}
}

/* Reads the answers to ask(). */
static void asked(struct db_listener *l)
{
	if (PQconsumeInput(l->pg) == 0) {
		give_up(l, RETRY_US, "");
		return;
	}
	while (PQisBusy(l->pg) == 0) {
		PGresult *res = PQgetResult(l->pg);
		int64_t pid = 0;
		bool good;

		if (res == NULL) {
			l->stage = STAGE_READY;
			if (l->said)
				log_event(LOG_INFO, "db.listener_back");
			l->said = false;
			return;
		}
		good = PQresultStatus(res) != PGRES_FATAL_ERROR;
		if (PQntuples(res) == 1 && span_i64(span_of(PQgetvalue(res, 0, 0)), &pid))
			l->pooled = pid != PQbackendPID(l->pg);
		PQclear(res);
		if (!good || l->pooled) {
			give_up(l, l->pooled ? POOLED_RETRY_US : RETRY_US,
				l->pooled ? "a pooler stands between, LISTEN would hear nothing"
					  : "");
			return;
		}
	}
	if (clock_mono_us() > l->until_us)
		give_up(l, RETRY_US, "no answer in time");
}

bool db_listener_next(struct db_listener *l, struct arena *m, struct span *payload)
{
	PGnotify *note;

	if (l->stage == STAGE_OFF)
		begin(l);
	if (l->stage == STAGE_CONNECTING)
		connecting(l);
	if (l->stage == STAGE_ASKED) {
		conn_wait(l->pg, POLLIN, clock_mono_us() + LINGER_US);
		asked(l);
	}
	if (l->stage != STAGE_READY)
		return false;
	note = PQnotifies(l->pg);
	if (note == NULL) {
		if (PQconsumeInput(l->pg) == 0) {
			give_up(l, 0, "");
			return false;
		}
		note = PQnotifies(l->pg);
	}
	if (note == NULL)
		return false;
	*payload = arena_span(m, span_of(note->extra));
	PQfreemem(note);
	return true;
}
