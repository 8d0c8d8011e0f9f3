/*
 * json-c behind a door that promises more than json-c does: the text is checked as UTF-8 first, the
 * number of values is limited before any is made, and the getters answer only for what the text
 * really said (json-c turns a number out of range into the nearest one that fits, and a text where
 * a number is wanted into 0).
 */
#include "net/json.h"

#include <malloc.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// json-c has a type of each of these names, we have functions.
#define json_bool   json_c_bool
#define json_object json_c_object
#include <json-c/json.h>
#undef json_bool
#undef json_object

#include "base/limits.h"
#include "base/utf8.h"

/* 2^53: doubles beyond it cannot tell neighbouring whole numbers apart. */
#define DOUBLE_EXACT 9007199254740992.0

/* json-c asks for writable objects even where it only reads. */
static struct json_c_object *object_of(const struct json *v)
{
	return (struct json_c_object *)(uintptr_t)v;
}

static const struct json *json_of(struct json_c_object *o)
{
	return (const struct json *)o;
}

static enum json_type type_of(const struct json *v)
{
	return json_object_get_type(object_of(v));
}

/*
 * Every value but the first follows a comma, bracket or colon, and every array or object has its
 * bracket; those inside strings make the counts too high, never too low. json-c asks for some 800
 * bytes for an empty object of two characters, so the containers have their own limit.
 */
static bool too_many_values(struct span text)
{
	enum {
		CONTAINER = 32
	};
	static const uint64_t adds[256] = {
		[','] = 1,
		[':'] = 1,
		['['] = 1 | UINT64_C(1) << CONTAINER,
		['{'] = 1 | UINT64_C(1) << CONTAINER,
	};
	uint64_t n = 1; // values below, containers above: no text has 2^32 of either

	for (size_t i = 0; i < text.n; i++)
		n += adds[(unsigned char)text.p[i]];
	return (uint32_t)n > JSON_MAX_VALUES || n >> CONTAINER > JSON_MAX_CONTAINERS;
}

static int check_text(struct span text, struct err *e)
{
	if (text.n > JSON_MAX_TEXT || too_many_values(text))
		return err_set(e, ERR_INVALID, "the JSON holds more values than are accepted");
	if (!utf8_valid(text.p, text.n))
		return err_set(e, ERR_INVALID, "the JSON is not valid UTF-8");
	if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		return err_set(e, ERR_INVALID, "the JSON holds a zero byte");
	return 0;
}

static bool only_space(struct span rest)
{
	return span_trim(rest).n == 0;
}

static bool is_container(const struct json_c_object *root)
{
	return json_object_is_type(root, json_type_array) ||
	       json_object_is_type(root, json_type_object);
}

/* A large document leaves many small holes in the heap, which json_free then gives back. */
static void note_size(struct json_c_object *root, size_t size)
{
	if (size >= JSON_LARGE_TEXT && is_container(root))
		json_object_set_userdata(root, (void *)(uintptr_t)size, NULL);
}

static int parse_with(
	struct json_tokener *tokener, struct span text, struct json **out, struct err *e)
{
	struct json_c_object *root;
	enum json_tokener_error result;
	size_t end;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	root = json_tokener_parse_ex(tokener, text.p, (int)text.n);
	result = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (result == json_tokener_continue) {
		// A number or word at the very end is complete only once something follows it.
		root = json_tokener_parse_ex(tokener, "\n", 1);
		result = json_tokener_get_error(tokener);
		end = text.n;
	}
	if (result == json_tokener_continue)
		return err_set(e, ERR_INVALID, "the JSON ends too early, at byte %zu", end);
	if (result != json_tokener_success)
		return err_set(e, ERR_INVALID, "not JSON at byte %zu: %s", end,
			json_tokener_error_desc(result));
	if (!only_space(span_sub(text, end, text.n))) {
		json_object_put(root);
		return err_set(e, ERR_INVALID, "something follows the JSON at byte %zu", end);
	}
	note_size(root, text.n);
	*out = (struct json *)root;
	return 0;
}

int json_parse(struct span text, struct json **out, struct err *e)
{
	struct json_tokener *tokener;
	int result;

	*out = NULL;
	if (check_text(text, e) != 0)
		return -1;
	if (span_trim(text).n == 0)
		return err_set(e, ERR_INVALID, "the JSON is empty");
	tokener = json_tokener_new_ex(JSON_MAX_DEPTH + 1);
	if (tokener == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	result = parse_with(tokener, text, out, e);
	json_tokener_free(tokener);
	return result;
}

void json_free(struct json **root)
{
	struct json_c_object *o = (struct json_c_object *)*root;
	bool large = is_container(o) && json_object_get_userdata(o) != NULL;

	json_object_put(o);
	*root = NULL;
	if (large)
		malloc_trim(0);
}

const struct json *json_get(const struct json *object, const char *key)
{
	struct json_c_object *value = NULL;

	if (type_of(object) != json_type_object)
		return NULL;
	json_object_object_get_ex(object_of(object), key, &value);
	return json_of(value);
}

bool json_says_null(const struct json *object, const char *key)
{
	struct json_c_object *value = NULL;

	return type_of(object) == json_type_object &&
	       json_object_object_get_ex(object_of(object), key, &value) && value == NULL;
}

size_t json_members(const struct json *v)
{
	return type_of(v) == json_type_object ? (size_t)json_object_object_length(object_of(v)) : 0;
}

struct span json_member(const struct json *v, size_t i)
{
	struct json_object_iterator at;
	struct json_object_iterator end;

	if (type_of(v) != json_type_object)
		return SPAN_NONE;
	at = json_object_iter_begin(object_of(v));
	end = json_object_iter_end(object_of(v));
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		if (i-- == 0)
			return span_of(json_object_iter_peek_name(&at));
	}
	return SPAN_NONE;
}

bool json_is_null(const struct json *v)
{
	return v == NULL;
}

bool json_is_object(const struct json *v)
{
	return type_of(v) == json_type_object;
}

bool json_is_array(const struct json *v)
{
	return type_of(v) == json_type_array;
}

bool json_i64(const struct json *v, int64_t *out)
{
	double number;
	int64_t whole;

	if (type_of(v) == json_type_int) {
		whole = json_object_get_int64(object_of(v));
		if (whole == INT64_MAX || whole == INT64_MIN)
			return false;
		*out = whole;
		return true;
	}
	if (!json_number(v, &number) || fabs(number) > DOUBLE_EXACT ||
		(double)(int64_t)number != number)
		return false;
	*out = (int64_t)number;
	return true;
}

bool json_number(const struct json *v, double *out)
{
	double number;

	if (type_of(v) != json_type_int && type_of(v) != json_type_double)
		return false;
	number = json_object_get_double(object_of(v));
	if (!isfinite(number))
		return false;
	*out = number;
	return true;
}

bool json_bool(const struct json *v, bool *out)
{
	if (type_of(v) != json_type_boolean)
		return false;
	*out = json_object_get_boolean(object_of(v));
	return true;
}

bool json_bytes(const struct json *v, struct span *out)
{
	if (type_of(v) != json_type_string)
		return false;
	*out = (struct span){ json_object_get_string(object_of(v)),
		(size_t)json_object_get_string_len(object_of(v)) };
	return true;
}

bool json_text(const struct json *v, struct span *out)
{
	struct span bytes;

	if (!json_bytes(v, &bytes) || span_has(bytes, '\0'))
		return false;
	*out = bytes;
	return true;
}

size_t json_length(const struct json *array)
{
	return json_is_array(array) ? json_object_array_length(object_of(array)) : 0;
}

const struct json *json_at(const struct json *array, size_t i)
{
	return i < json_length(array) ? json_of(json_object_array_get_idx(object_of(array), i))
				      : NULL;
}
