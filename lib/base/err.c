#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static void ATTR_PRINTF(3, 0) vput(char *out, size_t size, const char *fmt, va_list ap)
{
	vsnprintf(out, size, fmt, ap);
	out[utf8_cut(out, strlen(out))] = '\0';
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NONE)
		return -1;
	e->kind = kind;
	va_start(ap, fmt);
	vput(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

int err_field(struct err *e, const char *field, const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NONE)
		return -1;
	e->kind = ERR_INVALID;
	snprintf(e->field, sizeof(e->field), "%s", field);
	va_start(ap, fmt);
	vput(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

int err_absent(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NOT_FOUND)
		return -1;
	va_start(ap, fmt);
	vput(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

int err_detail(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->detail[0] != '\0')
		return -1;
	va_start(ap, fmt);
	vput(e->detail, sizeof(e->detail), fmt, ap);
	va_end(ap);
	return -1;
}

const char *err_kind_name(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return "none";
	case ERR_INVALID:
		return "invalid";
	case ERR_AUTH:
		return "auth";
	case ERR_FORBIDDEN:
		return "forbidden";
	case ERR_NOT_FOUND:
		return "not_found";
	case ERR_CONFLICT:
		return "conflict";
	case ERR_LIMIT:
		return "limit";
	case ERR_TEMPORARY:
		return "temporary";
	case ERR_INTERNAL:
		break;
	}
	return "internal";
}

const char *err_reason(int number)
{
	const char *text = strerrordesc_np(number);

	return text != NULL ? text : "unknown error";
}
