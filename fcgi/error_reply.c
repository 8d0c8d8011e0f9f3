#include "fcgi/error_reply.h"

#include <string.h>

#include "fcgi/api_doc.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "os/config.h"
#include "os/log.h"
#include "view/error.h"

#define RETRY_AFTER_S 5

/* What is said when the error itself has no words for the reader. */
static const struct {
	int status;
	const char *code;
	const char *title;
	const char *message;
} statuses[] = {
	{ 400, "bad_request", "Request not understood", "the request is malformed" },
	{ 401, "sign_in", "Please sign in", "sign in to see this" },
	{ 403, "forbidden", "Not allowed", "you may not do this" },
	{ 404, "not_found", "Not found", "there is nothing at this address" },
	{ 405, "method_not_allowed", "Not possible here",
		"this address does not take this method" },
	{ 408, "timeout", "Too slow", "the request did not arrive in time" },
	{ 409, "conflict", "Conflict", "somebody else was faster; reload and try again" },
	{ 413, "too_large", "Too large", "what was sent is too large" },
	{ 414, "address_too_long", "Address too long", "the address is too long" },
	{ 415, "unsupported_type", "Type not supported", "this kind of content is not taken here" },
	{ 422, "invalid", "Not accepted", "something in the form cannot be accepted" },
	{ 429, "too_many", "Too many requests", "too many requests; wait a moment" },
	{ 431, "header_too_long", "Header too long", "a header of the request is too long" },
	{ 500, "internal", "Something broke", "something went wrong on our side" },
	{ 503, "unavailable", "Back in a moment",
		"the service cannot answer right now; try again in a moment" },
};

int error_status(const struct err *e)
{
	switch (e->kind) {
	case ERR_INVALID:
		return 422;
	case ERR_AUTH:
		return 401;
	case ERR_FORBIDDEN:
		return 403;
	case ERR_NOT_FOUND:
		return 404;
	case ERR_CONFLICT:
		return 409;
	case ERR_LIMIT: // too often, too large (then the field is named), or the server is
			// overloaded
		if (e->retry_after_s > 0)
			return 429;
		return e->field[0] != '\0' ? 413 : 503;
	case ERR_TEMPORARY:
		return 503;
	case ERR_NONE:
	case ERR_INTERNAL:
		break;
	}
	return 500;
}

static size_t status_index(int status)
{
	for (size_t i = 0; i < countof(statuses); i++) {
		if (statuses[i].status == status)
			return i;
	}
	return status_index(500);
}

/* The outside learns the reason of a refusal, but not how our own side failed. */
static const char *message_of(int status, const struct err *e)
{
	if (status < 500 && e->text[0] != '\0')
		return e->text;
	return statuses[status_index(status)].message;
}

struct error_json {
	struct span code;
	struct span message;
	struct span field;
	struct span request_id;
};

static const struct shape_field error_fields[] = {
	SHAPE_TEXT(struct error_json, code, "for programs: sign_in, invalid, too_many, ..."),
	SHAPE_TEXT(struct error_json, message, "for people"),
	SHAPE_TEXT_OR_NULL(struct error_json, field, "the field or parameter that was refused"),
	SHAPE_TEXT(struct error_json, request_id, "names the request in the log"),
};
static const struct shape inner_shape = SHAPE("ErrorDetail", struct error_json, error_fields);

struct error_answer {
	struct error_json error;
};

static const struct shape_field answer_fields[] = {
	SHAPE_OBJECT(struct error_answer, error, &inner_shape, "what went wrong"),
};
const struct shape error_shape = SHAPE("Error", struct error_answer, answer_fields);

static void put_json(struct ctx *c, int status, const struct err *e)
{
	const struct error_answer answer = {
		.error = { .code = span_of(statuses[status_index(status)].code),
			.message = span_of(message_of(status, e)),
			.field = e->field[0] != '\0' ? span_of(e->field) : SPAN_NONE,
			.request_id = span_of(c->req->id) }
	};

	api_put(c, &error_shape, &answer);
	buf_addc(response_body(c->res), '\n');
}

/* Programs get JSON: under /api/ whatever was asked for, and at every address that is described. */
static bool wants_json(const struct ctx *c)
{
	return span_starts(c->req->raw_path, "/api/") ||
	       route_is_api(routes, n_routes, c->req->path);
}

static void send_to_sign_in(struct ctx *c)
{
	const char *back = arena_printf(c->mem, SPAN_FMT "%s" SPAN_FMT, SPAN_ARG(c->req->raw_path),
		c->req->raw_query.n > 0 ? "?" : "", SPAN_ARG(c->req->raw_query));

	response_clear(c->res);
	(void)response_redirect(
		c->res, url_with(c->mem, url_path("/sign-in"), "back", span_of(back)));
}

void error_retry_after(struct ctx *c, const struct err *e)
{
	response_header(c->res, "Retry-After",
		span_of(arena_printf(
			c->mem, "%d", e->retry_after_s > 0 ? e->retry_after_s : RETRY_AFTER_S)));
}

void error_reply(struct ctx *c, int status, const struct err *e)
{
	size_t i = status_index(status);
	bool is_development = strcmp(c->conf->env, "development") == 0;
	struct err failed = { .kind = ERR_NONE };
	struct viewer viewer;

	response_clear(c->res);
	response_status(c->res, status);
	if (status == 503 || status == 429)
		error_retry_after(c, e);
	if (status == 401)
		response_header(c->res, "WWW-Authenticate", SPAN("Bearer"));
	if (wants_json(c)) {
		put_json(c, status, e);
		return;
	}
	if (status == 401 && (c->req->method == METHOD_GET || c->req->method == METHOD_HEAD)) {
		send_to_sign_in(c);
		return;
	}
	viewer_read(c->req, &viewer);
	struct error_view view = {
		.page = page_start(c, &viewer, statuses[i].title, NAV_NONE),
		.status = status,
		.title = statuses[i].title,
		.message = message_of(status, e),
		.detail = is_development && e->detail[0] != '\0' ? e->detail : NULL,
		.request_id = c->req->id,
		.may_sign_in = (status == 401 || status == 403) && c->user == NULL,
	};
	view.page.no_index = true;
	if (response_html(c->res, page_error_html, &view, &failed) != 0) {
		log_err(LOG_ERROR, "error.page", &failed);
		buf_reset(response_body(c->res));
		buf_addf(response_body(c->res), "%s\n", view.title);
	}
}
