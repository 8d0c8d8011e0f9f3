/*
 * What kinds of jobs there are, where they queue, how often they are tried, and what the clock
 * starts. The functions that do the work are named in jobs/kinds.c.
 */
#include "base/attr.h"
#include "base/limits.h"
#include "model/job.h"

const struct job_queue_rule job_queues[] = {
	/* name, weight, max_running, tries_on */
	{ "fetch", 10, 0, false },
	{ "alert", 20, 1, false },
	{ "sync", 10, 0, false },
	{ "mail", 20, 4, false },
	{ "judge", 40, 0, true },
	{ "cf_sync", 40, 0, true },
	{ "room", 30, 0, false },
	{ "track", 5, 2, false },
	{ "prove", 20, 0, false },
	{ "problem", 5, 2, false },
	{ "maintenance", 1, 1, false },
};
const size_t n_job_queues = countof(job_queues);

const struct job_kind job_kinds[] = {
	/* name, queue, deadline_s, max_attempts, retry_base_ms, retry_cap_ms, at_end */
	{ "fetch.source", "fetch", 300, 5, 10000, 300000, NULL },
	{ "fetch.due", "fetch", 30, 3, 1000, 10000, NULL },
	{ "fetch.all", "fetch", 30, 3, 1000, 10000, NULL },
	{ "alert.watch", "alert", 60, 3, 1000, 10000, NULL },
	{ "alert.send", "alert", 60, 5, 10000, 300000, NULL },
	{ "account.delete", "sync", 60, 100, 5000, 900000, NULL },
	{ "audit.verify", "maintenance", 3600, 3, 60000, 3600000, NULL },
	{ "calendar.sync", "sync", 280, 6, 5000, 600000, NULL },
	{ "calendar.leave", "sync", 280, 100, 5000, 600000, NULL },
	{ "calendar.tend", "sync", 60, 3, 1000, 10000, NULL },
	{ "account.letter", "mail", 30, 8, 1000, 60000, NULL },
	{ "mail.send", "mail", 60, MAIL_TRIES, 1000, 16000, "mail.given_up" },
	{ "mail.given_up", "mail", 30, 5, 1000, 60000, NULL },
	{ "judge.build", "judge", 3600, 12, 100, 10000, "judge.given_up" },
	{ "judge.run", "judge", 3600, 12, 100, 10000, "judge.given_up" },
	{ "judge.trial", "judge", 600, 5, 500, 10000, "judge.trial_over" },
	{ "judge.trial_over", "judge", 60, 100, 1000, 60000, NULL },
	{ "judge.given_up", "judge", 60, 100, 1000, 60000, NULL },
	{ "cf_sync", "cf_sync", 280, ROOM_SYNC_TRIES, 5000, 20000, "cf_sync.missed" },
	{ "cf_sync.missed", "room", 30, 20, 1000, 60000, NULL },
	{ "room.turn", "room", 60, 100, 1000, 10000, NULL },
	{ "room.tend", "room", 60, 3, 1000, 10000, NULL },
	{ "room.problems", "room", 280, 5, 10000, 300000, NULL },
	{ "member.sync", "track", 280, 8, 10000, 600000, "member.missed" },
	{ "member.contest", "track", 280, 6, 10000, 600000, NULL },
	{ "member.missed", "track", 30, 5, 1000, 60000, NULL },
	{ "member.remind", "track", 120, 5, 10000, 300000, NULL },
	{ "member.sweep", "track", 60, 5, 10000, 300000, NULL },
	{ "handle.prove", "prove", 120, 30, 3000, 20000, NULL },
	{ "problem.import", "problem", 900, 5, 2000, 60000, NULL },
	{ "problem.verify", "problem", 300, 30, 1000, 10000, "problem.verify_over" },
	{ "problem.verify_over", "problem", 60, 100, 1000, 60000, NULL },
	{ "maintenance.purge", "maintenance", 600, 5, 60000, 3600000, NULL },
};
const size_t n_job_kinds = countof(job_kinds);

const struct job_clock job_clocks[] = {
	/* name, schedule, zone, kind, priority, payload, unique */
	{ "fetch.due", "* * * * *", "UTC", "fetch.due", JOB_PRIORITY_NORMAL, "{}", NULL },
	{ "alert.watch", "* * * * *", "UTC", "alert.watch", JOB_PRIORITY_NORMAL, "{}", NULL },
	{ "audit.verify", "47 3 * * *", "UTC", "audit.verify", JOB_PRIORITY_LOW, "{}", NULL },
	{ "member.sweep", "30 21 * * *", "UTC", "member.sweep", JOB_PRIORITY_LOW, "{}", NULL },
	{ "member.remind", "30 23 * * *", "UTC", "member.remind", JOB_PRIORITY_LOW, "{}", NULL },
	{ "room.problems", "10 5 * * *", "UTC", "room.problems", JOB_PRIORITY_LOW, "{}", NULL },
	{ "room.tend", "*/5 * * * *", "UTC", "room.tend", JOB_PRIORITY_LOW, "{}", NULL },
	{ "calendar.tend", "*/5 * * * *", "UTC", "calendar.tend", JOB_PRIORITY_LOW, "{}", NULL },
	{ "maintenance.purge", "17 3 * * *", "UTC", "maintenance.purge", JOB_PRIORITY_LOW, "{}",
		NULL },
};
const size_t n_job_clocks = countof(job_clocks);

static const struct job_kind *extra;
static size_t n_extra;

void job_kind_extra(const struct job_kind *v, size_t n)
{
	extra = v;
	n_extra = n;
}

const struct job_kind *job_kind_at(size_t i)
{
	if (i < n_job_kinds)
		return &job_kinds[i];
	return i - n_job_kinds < n_extra ? &extra[i - n_job_kinds] : NULL;
}

const struct job_kind *job_kind_find(struct span name)
{
	const struct job_kind *k;

	for (size_t i = 0; (k = job_kind_at(i)) != NULL; i++)
		if (span_is(name, k->name))
			break;
	return k;
}

const struct job_queue_rule *job_queue_rule_find(struct span name)
{
	for (size_t i = 0; i < n_job_queues; i++)
		if (span_is(name, job_queues[i].name))
			return &job_queues[i];
	return NULL;
}
