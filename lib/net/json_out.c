#include "net/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil_text.h"
#include "base/utf8.h"

static void separate(struct json_out *j)
{
	if (j->comma)
		buf_addc(j->buf, ',');
	j->comma = true;
}

static void open(struct json_out *j, char c)
{
	separate(j);
	buf_addc(j->buf, c);
	j->depth++;
	j->comma = false;
}

static void close(struct json_out *j, char c)
{
	if (j->depth == 0) {
		buf_fail(j->buf);
		return;
	}
	buf_addc(j->buf, c);
	j->depth--;
	j->comma = true;
}

static void put_character(struct buf *b, const char *p, size_t n, uint32_t c)
{
	static const char names[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	if (c < 0x20 && names[c] != 0)
		buf_addf(b, "\\%c", names[c]);
	else if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029)
		buf_addf(b, "\\u%04x", c);
	else if (c == '"' || c == '\\')
		buf_addf(b, "\\%c", (char)c);
	else
		buf_add(b, p, n);
}

static bool is_plain(char c)
{
	return c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; // a negative char is not ASCII
}

static void put_string(struct buf *b, struct span s)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < s.n;) {
		size_t plain = i;
		uint32_t c = 0;
		size_t n;

		while (plain < s.n && is_plain(s.p[plain]))
			plain++;
		buf_add(b, s.p + i, plain - i);
		i = plain;
		if (i == s.n)
			break;
		n = utf8_decode(s.p + i, s.n - i, &c);
		if (n == 0)
			buf_adds(b, "\xef\xbf\xbd");
		else
			put_character(b, s.p + i, n, c);
		i += n > 0 ? n : 1;
	}
	buf_addc(b, '"');
}

void json_begin(struct json_out *j, struct buf *b)
{
	*j = (struct json_out){ .buf = b };
}

void json_object(struct json_out *j)
{
	open(j, '{');
}

void json_object_end(struct json_out *j)
{
	close(j, '}');
}

void json_array(struct json_out *j)
{
	open(j, '[');
}

void json_array_end(struct json_out *j)
{
	close(j, ']');
}

void json_key(struct json_out *j, const char *key)
{
	separate(j);
	put_string(j->buf, span_of(key));
	buf_addc(j->buf, ':');
	j->comma = false;
}

void json_put_text(struct json_out *j, struct span s)
{
	if (s.p == NULL) {
		json_put_null(j);
		return;
	}
	separate(j);
	put_string(j->buf, s);
}

void json_put_ready(struct json_out *j, struct span json)
{
	separate(j);
	buf_add_span(j->buf, json);
}

void json_put_i64(struct json_out *j, int64_t v)
{
	separate(j);
	buf_addf(j->buf, "%lld", (long long)v);
}

void json_put_number(struct json_out *j, double v)
{
	char text[40];

	if (!isfinite(v)) {
		json_put_null(j);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.15g", v);
	if (strtod(text, NULL) < v || strtod(text, NULL) > v)
		(void)snprintf(text, sizeof(text), "%.17g", v);
	separate(j);
	buf_adds(j->buf, text);
}

void json_put_bool(struct json_out *j, bool v)
{
	separate(j);
	buf_adds(j->buf, v ? "true" : "false");
}

void json_put_null(struct json_out *j)
{
	separate(j);
	buf_adds(j->buf, "null");
}

void json_put_time(struct json_out *j, int64_t unix_us)
{
	char text[CIVIL_TEXT_SIZE];

	if (unix_us == INT64_MIN) {
		json_put_null(j);
		return;
	}
	civil_rfc3339(unix_us, text);
	json_put_text(j, span_of(text));
}
