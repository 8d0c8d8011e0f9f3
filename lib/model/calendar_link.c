/*
 * Connected calendars. Every change that a sync has to know of asks for one in the same transaction
 * (model/sync.h), which also makes the copies in the caches old. A secret is sealed for the row it
 * stands in, so the row comes first and its secret follows.
 */
#include "model/calendar_link.h"

#include <string.h>

#include "auth/digest.h"
#include "auth/envelope.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/cache.h"
#include "model/job.h"
#include "model/mail.h"
#include "model/owner_mail.h"
#include "model/sync.h"
#include "os/config.h"

static const struct {
	const char *slug;
	const char *name;
} sinks[N_CALENDAR_SINKS] = {
	[CALENDAR_GOOGLE] = { "google", "Google Calendar" },
	[CALENDAR_CALDAV] = { "caldav", "CalDAV calendar" },
	[CALENDAR_ICS] = { "ics", "Private feed" },
};

static const char *const states[] = { "ok", "reconnect", "gone", "leaving", "off" };

/* Google's colours for events, and the nearest name of CSS. */
static const char *const colours[N_CALENDAR_COLOURS][2] = {
	{ "Default", NULL },
	{ "Lavender", "lavender" },
	{ "Sage", "mediumaquamarine" },
	{ "Grape", "darkorchid" },
	{ "Flamingo", "salmon" },
	{ "Banana", "gold" },
	{ "Tangerine", "darkorange" },
	{ "Peacock", "deepskyblue" },
	{ "Graphite", "dimgray" },
	{ "Blueberry", "royalblue" },
	{ "Basil", "seagreen" },
	{ "Tomato", "tomato" },
};

#define USUAL CALENDAR_REMINDER_USUAL
const struct calendar_style calendar_style_usual = { .reminders = { USUAL, USUAL, USUAL, USUAL,
							     USUAL, USUAL, USUAL } };
_Static_assert(N_PLATFORMS == 7, "calendar_style_usual names every platform");

const char *calendar_sink_slug(enum calendar_sink s)
{
	return sinks[s].slug;
}

const char *calendar_sink_name(enum calendar_sink s)
{
	return sinks[s].name;
}

bool calendar_sink_find(struct span slug, enum calendar_sink *out)
{
	for (int i = 0; i < N_CALENDAR_SINKS; i++) {
		if (span_is(slug, sinks[i].slug)) {
			*out = (enum calendar_sink)i;
			return true;
		}
	}
	return false;
}

const char *calendar_colour_name(enum calendar_colour c)
{
	return colours[c][0];
}

const char *calendar_colour_css(enum calendar_colour c)
{
	return colours[c][1];
}

void calendar_style_read(struct span reminders, struct span colour_ids, struct calendar_style *out)
{
	struct span piece;
	int64_t number;

	*out = calendar_style_usual;
	for (int p = 0; p < N_PLATFORMS && span_split(&reminders, ',', &piece); p++)
		if (span_i64(piece, &number) && number >= CALENDAR_REMINDER_USUAL &&
			number <= CALENDAR_REMINDER_MOST)
			out->reminders[p] = (int)number;
	for (int p = 0; p < N_PLATFORMS && span_split(&colour_ids, ',', &piece); p++)
		if (span_i64(piece, &number) && number >= 0 && number < N_CALENDAR_COLOURS)
			out->colours[p] = (enum calendar_colour)number;
}

/* The two arrays of a style as arguments; v has room for both. */
static void style_numbers(const struct calendar_style *s, int64_t v[2][N_PLATFORMS])
{
	for (int p = 0; p < N_PLATFORMS; p++) {
		v[0][p] = s->reminders[p];
		v[1][p] = s->colours[p];
	}
}

static void fill(const struct row *r, int64_t user_id, struct calendar_link *out)
{
	struct span state = row_text(r, calendar_link_list_state);

	*out = (struct calendar_link){ .id = row_i64(r, calendar_link_list_id),
		.user_id = user_id,
		.state = CALENDAR_OFF,
		.reason = row_text(r, calendar_link_list_reason),
		.account = row_text(r, calendar_link_list_account),
		.server = row_text(r, calendar_link_list_server),
		.calendar = row_text(r, calendar_link_list_calendar),
		.is_own = row_bool(r, calendar_link_list_is_own),
		.has_secret = row_bool(r, calendar_link_list_has_secret),
		.is_dropped = row_bool(r, calendar_link_list_is_dropped),
		.stopped_until = row_time(r, calendar_link_list_stopped_until),
		.created_at = row_time(r, calendar_link_list_created_at),
		.synced_at = row_time(r, calendar_link_list_synced_at) };
	(void)calendar_sink_find(row_text(r, calendar_link_list_sink), &out->sink);
	for (size_t i = 0; i < countof(states); i++)
		if (span_is(state, states[i]))
			out->state = (enum calendar_link_state)i;
	calendar_style_read(row_text(r, calendar_link_list_reminders),
		row_text(r, calendar_link_list_colours), &out->style);
}

int calendar_link_all(
	struct db *d, struct arena *m, int64_t user_id, struct calendar_links *out, struct err *e)
{
	struct calendar_link *v;
	struct rows rows;

	if (db_many(d, m, q_calendar_link_list, ARGS(arg_i64(user_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct calendar_link, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		fill(&rows.v[i], user_id, &v[i]);
	*out = (struct calendar_links){ v, rows.n };
	return 0;
}

int calendar_link_list(
	struct db *d, struct arena *m, int64_t user_id, struct calendar_links *out, struct err *e)
{
	struct calendar_links all;
	struct calendar_link *v;
	size_t n = 0;

	if (calendar_link_all(d, m, user_id, &all, e) != 0)
		return -1;
	v = arena_new_array(m, struct calendar_link, all.n);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].state != CALENDAR_OFF)
			v[n++] = all.v[i];
	*out = (struct calendar_links){ v, n };
	return 0;
}

int calendar_link_find(struct db *d, struct arena *m, int64_t user_id, enum calendar_sink s,
	struct calendar_link **out, struct err *e)
{
	struct calendar_links all;

	if (calendar_link_all(d, m, user_id, &all, e) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].sink == s) {
			*out = arena_new_one(m, struct calendar_link);
			**out = all.v[i];
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND, "no %s is connected", sinks[s].name);
}

/* ---- secrets ---- */

static struct span purpose(struct arena *m, int64_t id)
{
	return span_of(arena_printf(m, "calendar_link.secret:%lld", (long long)id));
}

static int seal_ready(const struct envelope *seal, struct err *e)
{
	if (seal != NULL)
		return 0;
	return err_set(e, ERR_TEMPORARY,
		"calendars cannot be connected because ENCRYPTION_KEY is not set");
}

struct sealer {
	struct db *db;
	struct arena *mem;
	const struct envelope *seal;
};

/* hashed: whoever shows the secret is found by it. */
static int put_secret(
	const struct sealer *s, int64_t id, struct span plain, bool hashed, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct span sealed;
	struct row row;

	if (seal_ready(s->seal, e) != 0 ||
		envelope_seal(s->seal, s->mem, plain, purpose(s->mem, id), &sealed, e) != 0)
		return -1;
	if (hashed)
		digest_sha256(plain, hash);
	return db_one(s->db, s->mem, q_calendar_link_set_secret,
		ARGS(arg_i64(id), arg_bytes(sealed),
			hashed ? arg_bytes((struct span){ (const char *)hash, sizeof(hash) })
			       : arg_null()),
		&row, e);
}

int calendar_link_secret(struct db *d, struct arena *m, const struct envelope *seal, int64_t id,
	struct span *out, struct err *e)
{
	struct row row;

	if (seal_ready(seal, e) != 0 ||
		db_one(d, m, q_calendar_link_get_secret, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	return envelope_open(seal, m, row_bytes(&row, calendar_link_get_secret_secret, m),
		purpose(m, id), out, e);
}

int calendar_link_keep_secret(struct db *d, struct arena *m, const struct envelope *seal,
	int64_t id, struct span plain, struct err *e)
{
	return put_secret(&(struct sealer){ d, m, seal }, id, plain, false, e);
}

int calendar_link_keep_calendar(struct db *d, int64_t id, struct span calendar, struct err *e)
{
	return db_exec(d, q_calendar_link_set_calendar,
		ARGS(arg_i64(id), arg_text(calendar), arg_bool(false)), NULL, e);
}

int calendar_link_keep_found(struct db *d, int64_t id, struct span calendar, struct err *e)
{
	return db_exec(d, q_calendar_link_set_calendar,
		ARGS(arg_i64(id), arg_text(calendar), arg_bool(true)), NULL, e);
}

/* ---- changes ---- */

static int note(struct tx *tx, struct arena *m, int64_t user_id, const char *action,
	enum calendar_sink s, struct err *e)
{
	return audit_add(tx, m,
		&(struct audit_entry){ .actor_id = user_id,
			.action = action,
			.object = audit_object(m, "user", user_id),
			.detail =
				span_of(arena_printf(m, "{\"calendar\":\"%s\"}", sinks[s].slug)) },
		e);
}

int calendar_link_connect(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct calendar_link_new *n, int64_t *id, struct err *e)
{
	int64_t style[2][N_PLATFORMS];
	struct row row;

	style_numbers(&calendar_style_usual, style);
	if (seal_ready(seal, e) != 0 ||
		db_one(tx->db, m, q_calendar_link_put,
			ARGS(arg_i64(n->user_id), arg_str(sinks[n->sink].slug),
				arg_text(n->account.p != NULL ? n->account : SPAN("")),
				arg_text(n->server.p != NULL ? n->server : SPAN("")),
				arg_text(n->calendar), arg_bool(n->is_own),
				arg_i64s(style[0], N_PLATFORMS), arg_i64s(style[1], N_PLATFORMS)),
			&row, e) != 0)
		return -1;
	*id = row_i64(&row, calendar_link_put_id);
	if (put_secret(&(struct sealer){ tx->db, m, seal }, *id, n->secret, n->sink == CALENDAR_ICS,
		    e) != 0 ||
		note(tx, m, n->user_id, "calendar.connect", n->sink, e) != 0)
		return -1;
	return sync_request(tx, m, n->user_id, SYNC_BY_LINK, e);
}

int calendar_link_set_style(struct tx *tx, struct arena *m, int64_t user_id, enum calendar_sink s,
	const struct calendar_style *style, struct err *e)
{
	int64_t numbers[2][N_PLATFORMS];
	struct rows rows;

	style_numbers(style, numbers);
	if (db_many(tx->db, m, q_calendar_link_set_style,
		    ARGS(arg_i64(user_id), arg_str(sinks[s].slug),
			    arg_i64s(numbers[0], N_PLATFORMS), arg_i64s(numbers[1], N_PLATFORMS)),
		    &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no %s is connected", sinks[s].name);
	return sync_request(tx, m, user_id, SYNC_BY_PREFERENCE, e);
}

int calendar_link_renew(
	struct tx *tx, struct arena *m, int64_t user_id, enum calendar_sink s, struct err *e)
{
	struct rows rows;

	if (db_many(tx->db, m, q_calendar_link_renew,
		    ARGS(arg_i64(user_id), arg_str(sinks[s].slug)), &rows, e) != 0)
		return -1;
	return rows.n == 0 ? 0 : sync_request(tx, m, user_id, SYNC_BY_LINK, e);
}

int calendar_link_leave(struct tx *tx, struct arena *m, int64_t user_id, enum calendar_sink s,
	bool remove_events, struct err *e)
{
	struct job_spec spec = { .kind = "calendar.leave", .priority = JOB_PRIORITY_URGENT };
	struct rows rows;
	int64_t job;

	if (db_many(tx->db, m, q_calendar_link_leave,
		    ARGS(arg_i64(user_id), arg_str(sinks[s].slug)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	spec.payload = span_of(arena_printf(m, "{\"link\":%lld,\"user\":%lld,\"remove\":%s}",
		(long long)row_i64(&rows.v[0], calendar_link_leave_id), (long long)user_id,
		remove_events ? "true" : "false"));
	if (job_enqueue(tx, m, &spec, &job, e) != 0)
		return -1;
	return note(tx, m, user_id, "calendar.disconnect", s, e);
}

int calendar_link_dropping(struct db *d, int64_t id, struct err *e)
{
	return db_exec(d, q_calendar_link_dropping, ARGS(arg_i64(id)), NULL, e);
}

int calendar_link_emptied(struct db *d, int64_t id, struct err *e)
{
	return db_exec(d, q_calendar_link_emptied, ARGS(arg_i64(id)), NULL, e);
}

static int tell_what_remains(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct calendar_left *l, struct err *e)
{
	const char *name = sinks[l->link->sink].name;
	const struct owner_mail o = { .user_id = l->link->user_id,
		.kind = "calendar.remains",
		.subject = arena_printf(m, "Contests are left in your %s", name),
		.text = span_of(arena_printf(m,
			"Your %s is disconnected, but the contests that Podium has put there could "
			"not be taken out: %s.",
			name, l->remains)),
		.undo = "If they are in the way, delete them there yourself. Podium has given its "
			"access back and cannot try again." };

	return owner_tell(tx, m, seal, &o, e);
}

int calendar_link_left(struct db *d, struct arena *m, const struct envelope *seal,
	const struct calendar_left *l, struct err *e)
{
	TX_AUTO tx = { 0 };
	struct rows active;

	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_calendar_link_left, ARGS(arg_i64(l->link->id)), &active, e) != 0)
		return -1;
	if (l->remains != NULL && active.n > 0 && tell_what_remains(&tx, m, seal, l, e) != 0)
		return -1;
	if (l->settle(l->data, &tx, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static int tell_owner(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct row *owner, const struct calendar_loss *l, struct err *e)
{
	const char *name = sinks[l->link->sink].name;
	const char *base = db_config(tx->db)->base_url;
	const struct span paragraphs[] = {
		span_of(arena_printf(
			m, "Podium can no longer write into your %s: %s.", name, l->reason)),
		SPAN("Nothing is lost. The contests that stand there stay, and as soon as you "
		     "have connected it again everything that has changed is made good."),
	};
	struct mail_notice n = { .kind = "calendar.reconnect",
		.to = row_text(owner, calendar_link_lose_email),
		.user_id = row_i64(owner, calendar_link_lose_user_id),
		.subject = arena_printf(m, "Connect your %s again", name),
		.greeting_name = row_text(owner, calendar_link_lose_name),
		.paragraphs = paragraphs,
		.n_paragraphs = countof(paragraphs),
		.small_print =
			SPAN("This is sent once. In your settings you can also disconnect the "
			     "calendar.") };

	if (base[0] != '\0') {
		n.action_label = "Connect it again";
		n.action_url = span_of(arena_printf(m, "%s/settings/calendars", base));
	}
	return mail_queue(tx, m, seal, &n, e);
}

int calendar_link_lose(struct db *d, struct arena *m, const struct envelope *seal,
	const struct calendar_loss *l, struct err *e)
{
	TX_AUTO tx = { 0 };
	struct rows rows;
	bool told;

	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_calendar_link_lose,
			ARGS(arg_i64(l->link->id), arg_str(states[l->state]), arg_str(l->reason)),
			&rows, e) != 0)
		return -1;
	told = rows.n > 0 && row_bool(&rows.v[0], calendar_link_lose_is_news);
	if ((told && tell_owner(&tx, m, seal, &rows.v[0], l, e) != 0) || tx_commit(&tx, e) != 0)
		return -1;
	if (told)
		mail_wake(d);
	return 0;
}

int calendar_link_stop(struct db *d, int64_t id, int for_s, const char *reason, struct err *e)
{
	return db_exec(d, q_calendar_link_stop, ARGS(arg_i64(id), arg_i64(for_s), arg_str(reason)),
		NULL, e);
}

int calendar_link_right(struct db *d, int64_t id, struct err *e)
{
	return db_exec(d, q_calendar_link_right, ARGS(arg_i64(id)), NULL, e);
}

int calendar_feed_find(
	struct db *d, struct arena *m, struct span secret, struct calendar_feed *out, struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	struct row row;

	digest_sha256(secret, hash);
	if (db_one(d, m, q_calendar_feed,
		    ARGS(arg_bytes((struct span){ (const char *)hash, sizeof(hash) })), &row,
		    e) != 0)
		return -1;
	*out = (struct calendar_feed){ .user_id = row_i64(&row, calendar_feed_user_id),
		.platforms = (unsigned)row_i64(&row, calendar_feed_platforms),
		.notice_min = (int)row_i64(&row, calendar_feed_notice_min) };
	calendar_style_read(row_text(&row, calendar_feed_reminders),
		row_text(&row, calendar_feed_colours), &out->style);
	return 0;
}
