/* From a version of a problem back to a package. */
#include "model/problem_export.h"

#include "auth/data_key.h"
#include "base/limits.h"
#include "model/problem_draft.h"
#include "model/problem_file.h"
#include "model/problem_key.h"
#include "model/problem_trial.h"
#include "net/json.h"
#include "package/package.h"

struct work {
	struct arena *m;
	struct problem_store store;
	struct problem_draft draft;
	size_t size; // of what was opened
};

static int open_blob(
	struct work *w, const struct problem_blob *blob, struct span *out, struct err *e)
{
	w->size += (size_t)blob->size;
	if (w->size > PACKAGE_MAX_SIZE / 2)
		return err_set(e, ERR_LIMIT, "the problem is too large to be written as a package");
	return problem_blob_open(&w->store, w->m, blob->id, PACKAGE_MAX_SIZE, out, e);
}

static int args_of(struct work *w, struct span json, struct package_test *t, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span *v;

	if (json.n == 0)
		return 0;
	if (json_parse(json, &root, e) != 0)
		return -1;
	v = arena_new_array(w->m, struct span, json_length(root) + 1);
	for (size_t i = 0; i < json_length(root); i++) {
		if (json_text(json_at(root, i), &v[i]))
			v[i] = arena_span(w->m, v[i]);
	}
	t->args = v;
	t->n_args = json_length(root);
	return 0;
}

static int tests_of(struct work *w, struct package *p, struct err *e)
{
	p->n_tests = w->draft.n_tests;
	p->tests = arena_new_array(w->m, struct package_test, p->n_tests + 1);
	for (size_t i = 0; i < p->n_tests; i++) {
		const struct draft_test *from = &w->draft.tests[i];
		struct package_test *t = &p->tests[i];

		*t = (struct package_test){ .path = from->path,
			.is_sample = from->is_sample,
			.flags = from->validator_flags,
			.hint = from->hint,
			.description = from->description };
		if (open_blob(w, &from->input, &t->input, e) != 0 ||
			open_blob(w, &from->answer, &t->answer, e) != 0 ||
			args_of(w, from->args, t, e) != 0)
			return -1;
	}
	return 0;
}

static int files_of(struct work *w, struct package *p, struct err *e)
{
	p->n_files = w->draft.n_files;
	p->files = arena_new_array(w->m, struct package_item, p->n_files + 1);
	for (size_t i = 0; i < p->n_files; i++) {
		const struct draft_file *from = &w->draft.files[i];

		p->files[i] = (struct package_item){ .role = (enum package_role)from->role,
			.path = from->path };
		if (open_blob(w, &from->blob, &p->files[i].bytes, e) != 0)
			return -1;
	}
	return 0;
}

static void rest_of(struct work *w, struct package *p)
{
	const struct problem_draft *d = &w->draft;

	p->format = d->format;
	p->author = d->author;
	p->source = d->source;
	p->source_url = d->source_url;
	p->license = d->license;
	p->rules = *d->rules;
	p->texts = arena_new_array(w->m, struct package_text, d->n_texts + 1);
	for (size_t i = 0; i < d->n_texts; i++)
		p->texts[p->n_texts++] = (struct package_text){ .lang = d->texts[i].lang,
			.title = d->texts[i].title };
	p->groups = arena_new_array(w->m, struct package_group, d->n_groups + 1);
	for (size_t i = 0; i < d->n_groups; i++)
		p->groups[p->n_groups++] =
			(struct package_group){ d->groups[i].path, d->groups[i].config };
}

int problem_export(struct db *d, struct arena *m, const struct problem_export_ask *ask,
	struct span *zip, struct err *e)
{
	struct work w = { .m = m };
	struct package p = { .slug = ask->slug };
	DATA_KEY_AUTO key = NULL;
	struct package_file *files;
	int64_t problem_id;
	int64_t version_id;
	size_t n;
	int rc;

	if (problem_trial_current(d, m, ask->slug, &problem_id, &version_id, e) != 0)
		return -1;
	if (version_id == 0)
		return err_set(e, ERR_NOT_FOUND, "the problem has no version yet");
	if (problem_draft_read(d, m, version_id, 0, &w.draft, e) != 0 ||
		problem_key_open(d, m, ask->seal, problem_id, &key, e) != 0)
		return -1;
	w.store = (struct problem_store){ d, key };
	rest_of(&w, &p);
	rc = tests_of(&w, &p, e) != 0 || files_of(&w, &p, e) != 0 ||
			     package_write(&p, m, &files, &n, e) != 0
		     ? -1
		     : package_zip_write(m, files, n, ask->most, zip, e);
	return rc;
}
