#ifndef JOBS_SINK_GOOGLE_QUOTA_H
#define JOBS_SINK_GOOGLE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct job_ctx;
struct sink_outcome;

/*
 * Keeps a visit inside Google's quotas: so many calls a minute of one account, counted by the
 * visit itself since there is one at a time, and so many of the whole project, counted in the
 * database for all processes and taken in chunks so that not every call needs to ask: of one call,
 * of two, and so on to GOOGLE_QUOTA_CHUNK, so that short visits pay for little that they do not
 * use. In any minute three quarters come evenly and one quarter may come at once.
 */
struct google_quota {
	struct job_ctx *c;
	int chunk;          // calls that are paid for at the next time
	int left;           // of the last chunk
	int64_t own_at_us;  // when the account's calls so far are paid for
	int64_t project_us; // time that one call costs; 0: not counted
};

/* For one visit: the account's calls are counted from here. */
void google_quota_begin(struct google_quota *q, struct job_ctx *c);

/* Pays for one call, waiting if that is soon enough. False: *out is SINK_LATER. */
bool google_quota_spend(struct google_quota *q, struct sink_outcome *out);

#endif
