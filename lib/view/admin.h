#ifndef VIEW_ADMIN_H
#define VIEW_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/page.h"

/* The links below a list that goes on. */
struct pager {
	struct url next;     // NULL text: there are no more
	struct url first;    // NULL text: this is the first page
	const char *to_next; // the links' words
	const char *to_first;
};

/*
 * The pages under /admin. As under /settings, each has the list of all of them at its side
 * (templates/part/admin_nav.html).
 */
enum admin_place {
	ADMIN_OVERVIEW,
	ADMIN_USERS,
	ADMIN_JOBS,
	ADMIN_JUDGES,
	ADMIN_MAIL,
	ADMIN_AUDIT
};

struct admin_nav {
	enum admin_place place;
};

/* How a thing is doing, as the colour of its badge. */
enum admin_mood {
	MOOD_OFF, // not set up, nothing to say
	MOOD_OK,
	MOOD_WARN,
	MOOD_BAD
};

struct admin_fact {
	const char *label;
	const char *value;
};

struct admin_lines {
	const struct span *v;
	size_t n;
};

struct admin_facts {
	const struct admin_fact *v;
	size_t n;
};

/* One part of the house on the overview. */
struct admin_part {
	const char *id;
	const char *name;
	const char *word; // "Working"
	enum admin_mood mood;
	struct admin_facts facts;
	struct url link; // where to look closer; NULL text: nowhere
	const char *link_text;
};

struct admin_parts {
	const struct admin_part *v;
	size_t n;
};

struct admin_alert {
	bool is_error;
	struct span title;
	struct span detail;
	int64_t n;
	const char *last; // when, for readers and for machines
	const char *last_iso;
	const char *sent; // "told at …", "not told yet"
	struct span error;
};

struct admin_alerts {
	const struct admin_alert *v;
	size_t n;
};

struct admin_overview_view {
	struct page_view page;
	struct admin_nav nav;
	const char *summary;
	struct admin_parts parts;
	struct admin_alerts alerts;
};

/* ---- jobs ------------------------------------------------------------------------------------ */

struct admin_queue {
	struct span name;
	const char *word; // "Running", "Paused until …"
	enum admin_mood mood;
	struct span reason; // of the pause
	int64_t weight;
	int64_t max_running; // 0: no limit
	const char *ready;
	const char *running;
	const char *later;
	const char *dead;
	struct url dead_link;
	const char *oldest; // how long; NULL: nothing waits
	bool is_paused;
};

struct admin_queues {
	const struct admin_queue *v;
	size_t n;
};

struct admin_job {
	int64_t id;
	struct span kind;
	struct span queue;
	const char *priority; // NULL: normal
	int64_t attempt;
	const char *at; // "since …", "due …", "died …"
	const char *at_iso;
	const char *runner; // NULL: none
	struct span error;
	bool may_retry;
	bool may_discard;
};

struct admin_jobs {
	const struct admin_job *v;
	size_t n;
};

/* One choice of a row of links. */
struct admin_tab {
	const char *name;
	struct url link;
	bool is_here;
};

struct admin_tabs {
	const struct admin_tab *v;
	size_t n;
};

struct admin_jobs_view {
	struct page_view page;
	struct admin_nav nav;
	struct admin_queues queues;
	struct admin_tabs states;
	struct admin_tabs choices; // of the queue
	struct admin_jobs jobs;
	const char *at_word; // "Running since"
	struct span queue;   // SPAN_NONE: all
	struct pager pager;
	struct url here; // to come back to
};

/* ---- users ----------------------------------------------------------------------------------- */

struct admin_user_item {
	int64_t id;
	struct span name;
	struct span email;
	struct span handle;
	const char *roles;
	const char *created;
	const char *created_iso;
	const char *seen; // signed in last; NULL: never
	const char *seen_iso;
	bool is_disabled;
	bool is_locked; // by wrong passwords
	bool is_verified;
	struct url link;
};

struct admin_user_items {
	const struct admin_user_item *v;
	size_t n;
};

struct admin_users_view {
	struct page_view page;
	struct admin_nav nav;
	struct span words;
	struct admin_user_items users;
	struct pager pager;
};

struct admin_role {
	const char *name;  // of the field: "coach"
	const char *label; // "Coach: sees …"
	bool is_on;
	bool is_fixed; // cannot be taken away here
};

struct admin_roles {
	const struct admin_role *v;
	size_t n;
};

/* A row of the audit. */
struct admin_audit_item {
	int64_t id;
	const char *at;
	const char *at_iso;
	const char *actor; // "Podium" for 0
	struct url actor_link;
	struct span action;
	struct span object;
	struct url object_link;
	struct span detail; // empty: none
	struct span address;
};

struct admin_audit_items {
	const struct admin_audit_item *v;
	size_t n;
};

struct admin_user_view {
	struct page_view page;
	struct admin_nav nav;
	struct admin_user_item user;
	const char *locked_until; // NULL: not locked by wrong passwords
	int64_t sessions;
	bool has_password;
	bool is_self;
	struct admin_roles roles;
	struct admin_audit_items audit;
	struct url audit_link;
	struct url to_roles; // the forms' addresses
	struct url to_lock;
	struct url to_unlock;
	struct url to_sign_out;
	struct url to_reset;
};

/* ---- judges ---------------------------------------------------------------------------------- */

struct admin_judge_language {
	struct span name;
	struct span text; // its version, or why it is not there
	bool is_there;
};

struct admin_judge_languages {
	const struct admin_judge_language *v;
	size_t n;
};

struct admin_judge {
	struct span host;
	struct span box;
	const char *word; // "Working", "Away"
	enum admin_mood mood;
	const char *workers; // "2 runners, 8 workers"; "since …" for one that is away
	const char *there;   // "11 of 13 languages"
	struct admin_judge_languages languages;
};

struct admin_judges {
	const struct admin_judge *v;
	size_t n;
};

/* What waits of one class. */
struct admin_judge_class {
	const char *name;
	int64_t waits;
	int64_t runs;
	const char *oldest; // how long it has waited; NULL: nothing waits
};

struct admin_judge_classes {
	const struct admin_judge_class *v;
	size_t n;
};

struct admin_judge_failure {
	struct span id;
	struct url link;
	struct span problem;
	struct span language;
	struct span fault;
	struct span host;
	const char *at;
	const char *at_iso;
	bool is_jury;
};

struct admin_judge_failures {
	const struct admin_judge_failure *v;
	size_t n;
};

struct admin_judges_view {
	struct page_view page;
	struct admin_nav nav;
	struct admin_judges judges;
	struct admin_judge_classes classes;
	struct admin_judge_failures failures;
};

/* ---- mail ------------------------------------------------------------------------------------ */

struct admin_mail {
	int64_t id;
	struct span kind;
	struct span recipient;
	struct span subject;
	const char *state; // "waiting"
	enum admin_mood mood;
	const char *created;
	const char *created_iso;
	const char *ended; // NULL: it waits
	const char *ended_iso;
	int64_t attempts;
	struct span error;
	bool may_send;
	bool may_discard;
	struct admin_lines text; // what it says; none unless it may be shown
	struct url action;       // the link in it; NULL text: none
};

struct admin_mails {
	const struct admin_mail *v;
	size_t n;
};

struct admin_mail_view {
	struct page_view page;
	struct admin_nav nav;
	bool is_off; // no SMTP_URL is set
	struct admin_tabs states;
	struct admin_mails mails;
	struct pager pager;
	struct url here;
};

/* ---- audit ----------------------------------------------------------------------------------- */

struct admin_audit_view {
	struct page_view page;
	struct admin_nav nav;
	struct span actor;
	struct span action;
	struct span object;
	struct span since;
	struct span until;
	const char *error; // of the filter, or NULL
	const char *chain; // "1,204 rows, unbroken when it was looked through on …"
	enum admin_mood chain_mood;
	const char *chain_word;
	struct admin_audit_items rows;
	struct pager pager;
};

#endif
