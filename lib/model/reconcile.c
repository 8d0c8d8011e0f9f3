/*
 * Both lists are sorted by key and walked together, like a merge. Each pair of what is wanted and
 * what is recorded, of which one may be missing, is judged for itself.
 */
#include "model/reconcile.h"

#include <stdlib.h>
#include <string.h>

/* Pointers into one array: equal keys keep its order. */
static int by_wanted_key(const void *a, const void *b)
{
	const struct wanted_event *x = *(const struct wanted_event *const *)a;
	const struct wanted_event *y = *(const struct wanted_event *const *)b;
	int order = span_cmp(x->key, y->key);

	return order != 0 ? order : (x > y) - (x < y);
}

static int by_recorded_key(const void *a, const void *b)
{
	const struct recorded_event *x = *(const struct recorded_event *const *)a;
	const struct recorded_event *y = *(const struct recorded_event *const *)b;
	int order = span_cmp(x->key, y->key);

	return order != 0 ? order : (x > y) - (x < y);
}

static int64_t action_start(const struct reconcile_action *a)
{
	return a->wanted != NULL ? a->wanted->start_s : a->recorded->start_s;
}

static struct span action_key(const struct reconcile_action *a)
{
	return a->wanted != NULL ? a->wanted->key : a->recorded->key;
}

static int by_turn(const void *a, const void *b)
{
	const struct reconcile_action *x = a;
	const struct reconcile_action *y = b;

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	if (action_start(x) != action_start(y))
		return action_start(x) < action_start(y) ? -1 : 1;
	return span_cmp(action_key(x), action_key(y));
}

static enum reconcile_why what_changed(const struct wanted_event *w, const struct recorded_event *r)
{
	if (w->start_s != r->start_s || w->end_s != r->end_s)
		return RECONCILE_MOVED;
	return span_eq(w->title, r->title) ? RECONCILE_CHANGED : RECONCILE_RENAMED;
}

/* Not in the calendar as far as we know: recorded is NULL, removed, removing, refused or late. */
static bool judge_absent(const struct reconcile_input *in, struct reconcile_action *a)
{
	const struct wanted_event *w = a->wanted;
	const struct recorded_event *r = a->recorded;

	if (w->start_s <= in->now_s)
		return false;
	if (w->start_s - in->now_s < in->notice_s) {
		a->what = RECONCILE_LEAVE_OUT;
		a->why = RECONCILE_LATE;
		return r == NULL;
	}
	if (r != NULL && r->state == EVENT_REFUSED && span_eq(r->hash, w->hash))
		return false;
	a->what = RECONCILE_INSERT;
	a->why = r == NULL || r->state == EVENT_LATE ? RECONCILE_NEW : RECONCILE_AGAIN;
	a->may_revive = r != NULL && (r->state == EVENT_REMOVED || r->state == EVENT_REMOVING);
	return true;
}

static bool judge_wanted(const struct reconcile_input *in, struct reconcile_action *a)
{
	const struct wanted_event *w = a->wanted;
	const struct recorded_event *r = a->recorded;

	if (r != NULL && r->state == EVENT_DISMISSED)
		return false;
	if (r == NULL || r->state != EVENT_PRESENT)
		return judge_absent(in, a);
	if (span_eq(w->hash, r->hash) || (w->end_s <= in->now_s && r->end_s <= in->now_s))
		return false;
	a->what = RECONCILE_PATCH;
	a->why = what_changed(w, r);
	return true;
}

static bool judge_unwanted(const struct reconcile_input *in, struct reconcile_action *a)
{
	const struct recorded_event *r = a->recorded;

	if ((r->state != EVENT_PRESENT && r->state != EVENT_REMOVING) || r->start_s <= in->now_s)
		return false;
	a->what = RECONCILE_REMOVE;
	a->why = RECONCILE_UNWANTED;
	a->may_revive = r->state == EVENT_REMOVING;
	return true;
}

static const struct wanted_event **sort_wanted(const struct reconcile_input *in, struct arena *m)
{
	const struct wanted_event **v =
		arena_new_array(m, const struct wanted_event *, in->n_wanted + 1);

	for (size_t i = 0; i < in->n_wanted; i++)
		v[i] = &in->wanted[i];
	qsort(v, in->n_wanted, sizeof(*v), by_wanted_key);
	return v;
}

static const struct recorded_event **sort_recorded(
	const struct reconcile_input *in, struct arena *m)
{
	const struct recorded_event **v =
		arena_new_array(m, const struct recorded_event *, in->n_recorded + 1);

	for (size_t i = 0; i < in->n_recorded; i++)
		v[i] = &in->recorded[i];
	qsort(v, in->n_recorded, sizeof(*v), by_recorded_key);
	return v;
}

void reconcile(const struct reconcile_input *in, struct arena *m, struct reconcile_plan *out)
{
	const struct wanted_event **w = sort_wanted(in, m);
	const struct recorded_event **r = sort_recorded(in, m);
	struct reconcile_action *v =
		arena_new_array(m, struct reconcile_action, in->n_wanted + in->n_recorded + 1);
	size_t n = 0;

	/* Both arrays end in NULL. */
	while (*w != NULL || *r != NULL) {
		int order = *w == NULL ? 1 : *r == NULL ? -1 : span_cmp((*w)->key, (*r)->key);
		struct reconcile_action a = { .wanted = order <= 0 ? *w : NULL,
			.recorded = order >= 0 ? *r : NULL };
		struct span key = order <= 0 ? (*w)->key : (*r)->key;

		if (order <= 0 ? judge_wanted(in, &a) : judge_unwanted(in, &a))
			v[n++] = a;
		while (*w != NULL && span_eq((*w)->key, key))
			w++;
		while (*r != NULL && span_eq((*r)->key, key))
			r++;
	}
	qsort(v, n, sizeof(*v), by_turn);
	*out = (struct reconcile_plan){ v, n };
}
