/* Tokens that members make for their scripts: shown once, and revoked here. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/proof.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/api_token.h"
#include "model/scope.h"
#include "view/access_token.h"

static const struct page_said said[] = {
	{ "revoked", FLASH_OK, "The token is revoked. Whoever still uses it is refused." },
};

struct token_form {
	struct span name;
	unsigned scopes;
	int64_t days;
};

static const struct field token_fields[] = {
	FIELD_LINE(struct token_form, name, 1, API_TOKEN_MAX_NAME),
	FIELD_SET(struct token_form, scopes, 1, scope_name_at),
	FIELD_INT(struct token_form, days, 0, API_TOKEN_MAX_DAYS),
};

static struct access_token_item item_of(
	const struct ctx *c, const struct zone *z, const struct api_token *t)
{
	struct access_token_item item = {
		.revoke = url_to(c->mem, "/settings/tokens/{}/revoke",
			arena_printf(c->mem, "%lld", (long long)t->id), NULL),
		.name = t->name,
		.scopes = scopes_text(c->mem, t->scopes),
		.created = when_stamp(c->mem, z, t->created_at / 1000000),
		.created_iso = when_iso(c->mem, t->created_at / 1000000),
	};

	if (t->expires_at != INT64_MIN) {
		item.expires = when_stamp(c->mem, z, t->expires_at / 1000000);
		item.expires_iso = when_iso(c->mem, t->expires_at / 1000000);
		item.is_over = t->expires_at <= c->now_us;
	}
	if (t->last_used_at != INT64_MIN) {
		item.used = when_stamp(c->mem, z, t->last_used_at / 1000000);
		item.used_iso = when_iso(c->mem, t->last_used_at / 1000000);
	}
	return item;
}

/* Fills the rest of the view; what the form and its errors hold is there already, and so is a proof
 * that was refused. */
static int show(struct ctx *c, struct access_tokens_view *v, unsigned chosen, struct err *e)
{
	struct scope_choice *choices = arena_new_array(c->mem, struct scope_choice, n_scopes);
	struct access_token_item *items;
	struct api_token_list list;
	struct viewer viewer;

	if (api_token_list(c->db, c->mem, c->user->id, &list, e) != 0 ||
		(v->proof.email.p == NULL && proof_ask_unless_fresh(c, &v->proof, e) != 0))
		return -1;
	viewer_read(c->req, &viewer);
	items = arena_new_array(c->mem, struct access_token_item, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		items[i] = item_of(c, viewer.zone, &list.v[i]);
	for (size_t i = 0; i < n_scopes; i++)
		choices[i] = (struct scope_choice){ .name = scopes[i].name,
			.text = scopes[i].text,
			.is_checked = (chosen & scopes[i].scope) != 0 };
	v->page = settings_page(c, "Access tokens", said, countof(said));
	v->nav.place = SETTINGS_TOKENS;
	v->tokens = (struct access_token_items){ items, list.n };
	v->scopes = (struct scope_choices){ choices, n_scopes };
	return response_html(c->res, page_settings_tokens_html, v, e);
}

int page_tokens(struct ctx *c, struct err *e)
{
	struct access_tokens_view v = { .made = SPAN_NONE };

	return show(c, &v, SCOPE_NONE, e);
}

static int show_again(struct ctx *c, const struct token_form *form,
	const struct field_errors *errors, const char *error, struct err *e)
{
	struct access_tokens_view v = { .name = form->name, .error = error };

	if (errors != NULL) {
		v.name_error = form_error(c->mem, errors, "name");
		v.scopes_error = form_error(c->mem, errors, "scopes") != NULL
					 ? "Choose at least one."
					 : NULL;
		if (v.name_error == NULL && v.scopes_error == NULL)
			v.error = "Choose how long the token is to be good.";
	}
	response_status(c->res, error != NULL ? 409 : 422);
	return show(c, &v, form->scopes, e);
}

int page_tokens_make(struct ctx *c, struct err *e)
{
	struct access_tokens_view v = { .made = SPAN_NONE };
	struct token_form form = { .days = 0 };
	struct field_errors errors;
	struct err why = { .kind = ERR_NONE };
	bool right;
	int64_t id;

	if (form_read(c->req, c->mem, token_fields, countof(token_fields), &form, &errors) != 0)
		return show_again(c, &form, &errors, NULL, e);
	const struct api_token_new t = { .user_id = c->user->id,
		.name = form.name,
		.scopes = form.scopes,
		.days = (int)form.days,
		.address = c->req->client,
		.seal = c->seal };

	if (proof_check_unless_fresh(c, &v.proof, &right, e) != 0)
		return -1;
	if (!right) {
		v.name = form.name;
		response_status(c->res, 422);
		return show(c, &v, form.scopes, e);
	}
	if (api_token_make(c->db, c->mem, &t, &id, &v.made, &why) != 0) {
		if (why.kind == ERR_CONFLICT)
			return show_again(c, &form, NULL, arena_dup(c->mem, span_of(why.text)), e);
		*e = why;
		return -1;
	}
	return show(c, &v, SCOPE_NONE, e);
}

int page_tokens_revoke(struct ctx *c, struct err *e)
{
	int64_t id;

	if (!span_i64(route_param(c, "id"), &id))
		return err_set(e, ERR_NOT_FOUND, "there is no such token");
	if (api_token_revoke(c->db, c->mem, c->user->id, id, c->req->client, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/settings/tokens?done=revoked"));
}
