/*
 * The queues and their jobs. A list is one page of a state, from a place in it that the address
 * holds. Every button names one job or queue; what it asks for that is so already changes nothing.
 */
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/job_watch.h"

#define US          1000000
#define PAGE_JOBS   50
#define MAX_PAUSE_S (31 * 86400)

static const struct {
	const char *name; // in the address
	const char *label;
	const char *at_word;
} states[] = {
	[JOB_WATCH_RUNNING] = { "running", "Running", "since" },
	[JOB_WATCH_READY] = { "ready", "Ready", "since" },
	[JOB_WATCH_LATER] = { "waiting", "Waiting", "due" },
	[JOB_WATCH_DEAD] = { "dead", "Dead", "died" },
};

struct choice {
	enum job_watch_state state;
	struct span queue; // SPAN_NONE: all
};

/* What the address asks for; a queue that there is not is as good as none. */
static struct choice read_choice(const struct ctx *c, const struct job_watch_queues *queues)
{
	struct span state = request_query(c->req, "state"), queue = request_query(c->req, "queue");
	struct choice out = { .state = JOB_WATCH_RUNNING, .queue = SPAN_NONE };

	for (size_t i = 0; i < countof(states); i++)
		if (span_is(state, states[i].name))
			out.state = (enum job_watch_state)i;
	for (size_t i = 0; i < queues->n; i++)
		if (span_eq(queue, queues->v[i].name))
			out.queue = queues->v[i].name;
	return out;
}

static struct url list_link(struct arena *m, const struct choice *what)
{
	struct url u =
		url_with(m, url_path("/admin/jobs"), "state", span_of(states[what->state].name));

	return url_with(m, u, "queue", what->queue);
}

static struct url to_list(struct arena *m, struct url u)
{
	return url_local(m, span_of(arena_printf(m, "%s#jobs", u.text)));
}

static const char *count_text(struct arena *m, int64_t n)
{
	return arena_printf(m, "%" PRId64 "%s", n, n >= JOB_DEPTH_CAP ? " or more" : "");
}

static void fill_state(const struct ctx *c, const struct zone *z, const struct job_watch_queue *q,
	struct admin_queue *out)
{
	out->is_paused = q->paused_until > c->now_us;
	if (q->paused_until == INT64_MAX)
		out->word = "Paused";
	else if (out->is_paused)
		out->word = arena_printf(
			c->mem, "Paused until %s", when_clock(c->mem, z, q->paused_until / US));
	else if (q->trips > 0 && q->breaker_until > c->now_us)
		out->word = arena_printf(c->mem, "Fails, rests until %s",
			when_clock(c->mem, z, q->breaker_until / US));
	else if (q->trips > 0)
		out->word = "Being tried again";
	else
		out->word = "Open";
	out->mood = out->is_paused || q->trips > 0 ? MOOD_WARN : MOOD_OK;
}

static struct admin_queues fill_queues(
	const struct ctx *c, const struct zone *z, const struct job_watch_queues *from)
{
	struct admin_queue *v = arena_new_array(c->mem, struct admin_queue, from->n + 1);

	for (size_t i = 0; i < from->n; i++) {
		const struct job_watch_queue *q = &from->v[i];
		struct choice dead = { JOB_WATCH_DEAD, q->name };

		v[i] = (struct admin_queue){ .name = q->name,
			.reason = q->reason,
			.weight = q->weight,
			.max_running = q->max_running,
			.ready = count_text(c->mem, q->ready),
			.running = count_text(c->mem, q->running),
			.later = count_text(c->mem, q->later),
			.dead = count_text(c->mem, q->dead),
			.dead_link = to_list(c->mem, list_link(c->mem, &dead)) };
		if (q->oldest_at != INT64_MIN)
			v[i].oldest = when_span(c->mem, (c->now_us - q->oldest_at) / US);
		fill_state(c, z, q, &v[i]);
	}
	return (struct admin_queues){ v, from->n };
}

static const char *runner_text(struct arena *m, const struct job_watch *j)
{
	if (j->runner == 0)
		return NULL;
	if (j->host.p == NULL)
		return arena_printf(m, "runner %d, which is gone", j->runner);
	return arena_printf(m, "runner %d on " SPAN_FMT " (pid %d), worker %d", j->runner,
		SPAN_ARG(j->host), j->pid, j->worker);
}

static struct admin_jobs fill_jobs(const struct ctx *c, const struct zone *z,
	const struct job_watches *from, enum job_watch_state state)
{
	struct admin_job *v = arena_new_array(c->mem, struct admin_job, from->n + 1);

	for (size_t i = 0; i < from->n; i++) {
		const struct job_watch *j = &from->v[i];

		v[i] = (struct admin_job){ .id = j->id,
			.kind = j->kind,
			.queue = j->queue,
			.priority = j->priority == 0    ? "urgent"
				    : j->priority == 20 ? "low"
							: NULL,
			.attempt = j->attempt,
			.at = admin_stamp(c->mem, z, j->at),
			.at_iso = admin_iso(c->mem, j->at),
			.runner = runner_text(c->mem, j),
			.error = j->error,
			.may_retry = state == JOB_WATCH_DEAD || state == JOB_WATCH_LATER,
			.may_discard = state != JOB_WATCH_RUNNING };
	}
	return (struct admin_jobs){ v, from->n };
}

static struct admin_tabs state_tabs(struct arena *m, const struct choice *now)
{
	struct admin_tab *v = arena_new_array(m, struct admin_tab, countof(states));

	for (size_t i = 0; i < countof(states); i++) {
		struct choice to = { (enum job_watch_state)i, now->queue };

		v[i] = (struct admin_tab){ states[i].label, to_list(m, list_link(m, &to)),
			to.state == now->state };
	}
	return (struct admin_tabs){ v, countof(states) };
}

static struct admin_tabs queue_tabs(
	struct arena *m, const struct choice *now, const struct job_watch_queues *queues)
{
	struct admin_tab *v = arena_new_array(m, struct admin_tab, queues->n + 1);
	struct choice to = { now->state, SPAN_NONE };

	v[0] = (struct admin_tab){ "All queues", to_list(m, list_link(m, &to)),
		now->queue.p == NULL };
	for (size_t i = 0; i < queues->n; i++) {
		to.queue = queues->v[i].name;
		v[i + 1] = (struct admin_tab){ arena_dup(m, to.queue),
			to_list(m, list_link(m, &to)), span_eq(to.queue, now->queue) };
	}
	return (struct admin_tabs){ v, queues->n + 1 };
}

int page_admin_jobs(struct ctx *c, struct err *e)
{
	struct admin_jobs_view v = { .nav = { ADMIN_JOBS },
		.pager = { .to_next = "Next", .to_first = "First" } };
	struct job_watch_filter f = { .after = request_query(c->req, "after"), .limit = PAGE_JOBS };
	struct job_watch_queues queues;
	struct job_watches jobs;
	struct viewer viewer;
	struct choice what;

	viewer_read(c->req, &viewer);
	if (job_watch_queues(c->db, c->mem, &queues, e) != 0)
		return -1;
	what = read_choice(c, &queues);
	f.state = what.state;
	f.queue = what.queue.p != NULL ? arena_dup(c->mem, what.queue) : NULL;
	if (job_watch_list(c->db, c->mem, &f, &jobs, e) != 0)
		return -1;
	v.page = admin_page(c, &viewer, "Jobs");
	v.queues = fill_queues(c, viewer.zone, &queues);
	v.jobs = fill_jobs(c, viewer.zone, &jobs, what.state);
	v.states = state_tabs(c->mem, &what);
	v.choices = queue_tabs(c->mem, &what, &queues);
	v.at_word = states[what.state].at_word;
	v.queue = what.queue;
	v.here = url_with(c->mem, list_link(c->mem, &what), "after", f.after);
	if (jobs.next.p != NULL)
		v.pager.next = to_list(
			c->mem, url_with(c->mem, list_link(c->mem, &what), "after", jobs.next));
	if (f.after.n > 0)
		v.pager.first = to_list(c->mem, list_link(c->mem, &what));
	return response_html(c->res, page_admin_jobs_html, &v, e);
}

/* The list that the button stood in. */
static struct url list_of_form(const struct ctx *c)
{
	struct url back = url_local(c->mem, request_form(c->req, "back"));

	return span_starts(span_of(back.text), "/admin/jobs") ? back : url_path("/admin/jobs");
}

int page_admin_job_retry(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	int64_t id = admin_number(request_form(c->req, "job"));

	return admin_back(
		c, list_of_form(c), "retried", admin_job_retry(c->db, c->mem, &who, id, e), e);
}

int page_admin_job_discard(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	int64_t id = admin_number(request_form(c->req, "job"));

	return admin_back(
		c, list_of_form(c), "discarded", admin_job_discard(c->db, c->mem, &who, id, e), e);
}

/* ---- queues ---------------------------------------------------------------------------------- */

struct queue_form {
	struct span queue;
	int64_t max_running;
	int64_t weight;
	int64_t seconds;
};

static const struct field queue_fields[] = {
	FIELD_LINE(struct queue_form, queue, 1, 40),
};

static const struct field set_fields[] = {
	FIELD_LINE(struct queue_form, queue, 1, 40),
	FIELD_INT(struct queue_form, max_running, 0, JOB_MAX_RUNNING),
	FIELD_INT(struct queue_form, weight, 1, JOB_MAX_WEIGHT),
};

static const struct field pause_fields[] = {
	FIELD_LINE(struct queue_form, queue, 1, 40),
	FIELD_INT(struct queue_form, seconds, 0, MAX_PAUSE_S),
};

static int read_form(
	struct ctx *c, const struct field *fields, size_t n, struct queue_form *out, struct err *e)
{
	struct field_errors errors = { .n = 0 };

	if (form_read(c->req, c->mem, fields, n, out, &errors) != 0)
		return form_fail(&errors, e);
	return 0;
}

int page_admin_queue_set(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	struct queue_form f = { .max_running = 0 };
	struct admin_queue_set q;

	if (read_form(c, set_fields, countof(set_fields), &f, e) != 0)
		return -1;
	q = (struct admin_queue_set){ arena_dup(c->mem, f.queue), &f.max_running, &f.weight };
	return admin_back(
		c, url_path("/admin/jobs"), "set", admin_set_queue(c->db, c->mem, &who, &q, e), e);
}

int page_admin_queue_pause(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	struct queue_form f = { .seconds = 0 };

	if (read_form(c, pause_fields, countof(pause_fields), &f, e) != 0)
		return -1;
	return admin_back(c, url_path("/admin/jobs"), "paused",
		admin_queue_pause(c->db, c->mem, &who, arena_dup(c->mem, f.queue), f.seconds, e),
		e);
}

int page_admin_queue_resume(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	struct queue_form f = { .seconds = 0 };

	if (read_form(c, queue_fields, countof(queue_fields), &f, e) != 0)
		return -1;
	return admin_back(c, url_path("/admin/jobs"), "resumed",
		admin_queue_resume(c->db, c->mem, &who, arena_dup(c->mem, f.queue), e), e);
}
