#include "jobs/judge/bout.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"

#define PIPE_SIZE   (1 << 20) // both ways of an interactive run, and what a program writes
#define LOOK_MS     500       // at times that nothing else gives
#define PATIENCE_MS 20000     // beyond the limit by the clock a box that says nothing is lost

/* A pipe whose first end does not block. */
struct channel {
	int out, in; // to be read, to be written
};

static int open_channel(struct channel *c, struct err *e)
{
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) != 0)
		return err_set(e, ERR_TEMPORARY, "no pipe: %s", err_reason(errno));
	*c = (struct channel){ pair[0], pair[1] };
	(void)fcntl(
		c->in, F_SETPIPE_SZ, PIPE_SIZE); // refused where pipes are rationed: smaller then
	return 0;
}

static void close_channel(struct channel *c)
{
	fd_close(&c->out);
	fd_close(&c->in);
}

static void keep_head(struct bout_head *h, struct span s)
{
	size_t room = sizeof(h->text) - h->n, n = s.n < room ? s.n : room;

	memcpy(h->text + h->n, s.p, n);
	h->n += n;
}

static void take_output(struct bout *b, struct span s, struct err *e)
{
	keep_head(&b->output, s);
	b->written += s.n;
	if (b->written > b->most) {
		s = span_sub(s, 0,
			s.n - (size_t)(b->written - b->most < s.n ? b->written - b->most : s.n));
		if (!b->flooded && box_kill(b->box, e) != 0)
			e->kind = ERR_NONE; // it is gone: box_wait says so
		b->flooded = true;
	}
	if (b->compare != NULL)
		compare_feed(b->compare, s);
	if (b->keep != NULL)
		buf_add_span(b->keep, span_sub(s, 0, b->keep_most - buf_size(b->keep)));
}

/* What is there now. Closed at its end. */
static void drain(struct bout *b, int *fd, bool is_output, bool is_kept)
{
	static char block[1 << 16];
	struct err ignored = { .kind = ERR_NONE };

	while (*fd >= 0) {
		ssize_t n = read(*fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			fd_close(fd);
			return;
		}
		if (is_kept && is_output)
			take_output(b, (struct span){ block, (size_t)n }, &ignored);
		else if (is_kept)
			keep_head(&b->errors, (struct span){ block, (size_t)n });
		if (n < (ssize_t)sizeof(block))
			return;
	}
}

static int begin(struct bout *b, int in, int out, int err, struct err *e)
{
	int null = in < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
	int fds[3] = { in < 0 ? null : in, out, err }, rc;

	b->flooded = false;
	b->written = 0;
	b->output.n = b->errors.n = 0;
	if (fds[0] < 0)
		return err_set(e, ERR_TEMPORARY, "no /dev/null: %s", err_reason(errno));
	rc = box_begin(b->box, b->run, fds, e);
	fd_close(&null);
	return rc;
}

static int await(struct pollfd *p, nfds_t n, int64_t until_us, struct err *e)
{
	int64_t left = until_us - clock_mono_us();

	if (left <= 0)
		return err_set(e, ERR_TEMPORARY, "the box does not answer");
	if (poll(p, n, (int)(left / 1000 < LOOK_MS ? left / 1000 + 1 : LOOK_MS)) < 0 &&
		errno != EINTR)
		return err_set(e, ERR_TEMPORARY, "cannot wait: %s", err_reason(errno));
	return 0;
}

static int watch(struct bout *b, struct channel *out, struct channel *err, struct err *e)
{
	int64_t until = clock_mono_us() + ((int64_t)b->run->wall_ms + PATIENCE_MS) * 1000;

	for (;;) {
		struct pollfd p[] = { { .fd = b->box->conn, .events = POLLIN },
			{ .fd = out->out, .events = POLLIN },
			{ .fd = err->out, .events = POLLIN } };

		if (await(p, countof(p), until, e) != 0)
			return -1;
		if (p[1].revents != 0)
			drain(b, &out->out, true, true);
		if (p[2].revents != 0)
			drain(b, &err->out, false, true);
		if (p[0].revents == 0)
			continue;
		if (box_wait(b->box, 0, &b->result, e) != 0)
			return -1;
		drain(b, &out->out, true, true);
		drain(b, &err->out, false, true);
		return 0;
	}
}

int bout_run(struct bout *b, struct err *e)
{
	struct channel out = { -1, -1 }, err = { -1, -1 };
	int rc = open_channel(&out, e);

	if (rc == 0 && !b->together)
		rc = open_channel(&err, e);
	if (rc == 0)
		rc = fd_set_nonblock(out.out, e);
	if (rc == 0 && !b->together)
		rc = fd_set_nonblock(err.out, e);
	if (rc == 0)
		rc = begin(b, b->input, out.in, b->together ? out.in : err.in, e);
	fd_close(&out.in);
	fd_close(&err.in);
	if (rc == 0)
		rc = watch(b, &out, &err, e);
	close_channel(&out);
	close_channel(&err);
	return rc;
}

bool bout_was_killed(const struct bout *b)
{
	static const int sent[] = { SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM };
	const struct box_result *r = &b->result;
	bool found = false;

	for (size_t i = 0; i < countof(sent); i++)
		found = found || r->code == sent[i];
	return found && r->how == BOX_SIGNALED && r->marks == 0;
}

/* ---- two at once ---------------------------------------------------------------------------- */

struct ring {
	struct duel *d;
	struct channel to_team, to_judge, team_errors, judge_errors;
	bool team_ended, judge_ended;
	int64_t grace_us; // until when `judge` may go on; 0: as long as it likes
};

static int open_ring(struct ring *r, struct err *e)
{
	struct channel *all[] = { &r->to_team, &r->to_judge, &r->team_errors, &r->judge_errors };

	for (size_t i = 0; i < countof(all); i++)
		*all[i] = (struct channel){ -1, -1 };
	for (size_t i = 0; i < countof(all); i++) {
		if (open_channel(all[i], e) != 0)
			return -1;
	}
	return fd_set_nonblock(r->team_errors.out, e) != 0 ||
			       fd_set_nonblock(r->judge_errors.out, e) != 0
		       ? -1
		       : 0;
}

static void close_ring(struct ring *r)
{
	close_channel(&r->to_team);
	close_channel(&r->to_judge);
	close_channel(&r->team_errors);
	close_channel(&r->judge_errors);
}

static int begin_both(struct ring *r, struct err *e)
{
	int rc = begin(r->d->judge, r->to_judge.out, r->to_team.in, r->judge_errors.in, e);

	if (rc == 0)
		rc = begin(r->d->team, r->to_team.out, r->to_judge.in, r->team_errors.in, e);
	fd_close(&r->team_errors.in);
	fd_close(&r->judge_errors.in);
	return rc;
}

static bool judge_is_content(const struct duel *d)
{
	const struct box_result *r = &d->judge->result;

	return r->how == BOX_EXITED && r->marks == 0 && r->code == d->goes_on;
}

/*
 * The writing ends stay open here too, so that neither learns of the other's end, and ends for that
 * reason, before this has seen it: who ended first is then never a matter of chance.
 */
static int judge_has_ended(struct ring *r, struct err *e)
{
	if (box_wait(r->d->judge->box, 0, &r->d->judge->result, e) != 0)
		return -1;
	r->judge_ended = true;
	fd_close(&r->to_team.in);
	if (!r->team_ended) {
		r->d->judge_first = true;
		if (fd_set_nonblock(r->to_judge.out, e) != 0)
			return -1;
	}
	return !r->team_ended && !judge_is_content(r->d) ? box_kill(r->d->team->box, e) : 0;
}

static int team_has_ended(struct ring *r, struct err *e)
{
	if (box_wait(r->d->team->box, 0, &r->d->team->result, e) != 0)
		return -1;
	r->team_ended = true;
	fd_close(&r->to_judge.in);
	if (r->d->team->result.marks != 0)
		r->grace_us = clock_mono_us() + (int64_t)DUEL_GRACE_MS * 1000;
	return r->judge_ended ? 0 : fd_set_nonblock(r->to_team.out, e);
}

static int stop_judge(struct ring *r, struct err *e)
{
	if (r->judge_ended || r->grace_us == 0 || clock_mono_us() < r->grace_us)
		return 0;
	r->grace_us = 0;
	r->d->judge_stopped = true;
	return box_kill(r->d->judge->box, e);
}

static int watch_both(struct ring *r, struct err *e)
{
	uint32_t most = r->d->judge->run->wall_ms > r->d->team->run->wall_ms
				? r->d->judge->run->wall_ms
				: r->d->team->run->wall_ms;
	int64_t until = clock_mono_us() + ((int64_t)most + PATIENCE_MS) * 1000;

	while (!r->team_ended || !r->judge_ended) {
		struct pollfd p[] = {
			{ .fd = r->judge_ended ? -1 : r->d->judge->box->conn, .events = POLLIN },
			{ .fd = r->team_ended ? -1 : r->d->team->box->conn, .events = POLLIN },
			{ .fd = r->judge_errors.out, .events = POLLIN },
			{ .fd = r->team_errors.out, .events = POLLIN },
			{ .fd = r->judge_ended ? r->to_judge.out : -1, .events = POLLIN },
			{ .fd = r->team_ended ? r->to_team.out : -1, .events = POLLIN },
		};

		if (await(p, countof(p), until, e) != 0 || stop_judge(r, e) != 0)
			return -1;
		if (p[2].revents != 0)
			drain(r->d->judge, &r->judge_errors.out, false, true);
		if (p[3].revents != 0)
			drain(r->d->team, &r->team_errors.out, false, true);
		if (p[4].revents != 0)
			drain(r->d->judge, &r->to_judge.out, true, false);
		if (p[5].revents != 0)
			drain(r->d->team, &r->to_team.out, true, false);
		if (p[0].revents != 0 && judge_has_ended(r, e) != 0)
			return -1;
		if (p[1].revents != 0 && team_has_ended(r, e) != 0)
			return -1;
	}
	drain(r->d->judge, &r->judge_errors.out, false, true);
	drain(r->d->team, &r->team_errors.out, false, true);
	return 0;
}

int duel_run(struct duel *d, struct err *e)
{
	struct ring r = { .d = d };
	int rc = open_ring(&r, e);

	d->judge_first = d->judge_stopped = false;
	if (rc == 0)
		rc = begin_both(&r, e);
	if (rc == 0)
		rc = watch_both(&r, e);
	close_ring(&r);
	return rc;
}
