/*
 * Compiles sql/query/<model>.sql into gen/stmt.h and gen/stmt.c, and embeds sql/schema and
 * sql/role.sql into gen/schema.c.
 *
 *     gen_sql OUT_DIR QUERY_FILE... -- SCHEMA_FILE...
 *
 * A query file is a list of statements:
 *
 *     -- name: contest_by_id :one :replica
 *     -- args: id int8
 *     -- cols: id int8, slug text, starts_at timestamptz
 *     SELECT id, slug, starts_at FROM contest WHERE id = $1;
 *
 * After the name stands :one, :many or :exec, then any of :replica, :read, :pinned, :long, :neutral
 * (their meaning: lib/db/stmt.h). args and cols may be repeated, which continues the list. The
 * statement reaches to the next name; one semicolon at its end is allowed. Comments elsewhere are
 * free.
 * `-- each: 1, 8` makes a statement of each number, NAME_1 and NAME_8, whose text has the number
 * wherever the header's text says :each; for what has to be a literal to be planned well. What
 * can be checked without a server is checked here: names and types, that every declared argument is
 * used and every used one declared, and that no two generated identifiers collide. Whether the
 * declared types are the true ones is asked of the server by tests/unit/test_db_stmt.c.
 *
 * A file is written only when its content changes, so that nothing is compiled again in vain.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/scan.h"
#include "base/span.h"
#include "gen/c_text.h"
#include "gen/file.h"
#include "gen/sql_text.h"

#define MAX_STATEMENTS 1000
#define MAX_FIELDS     64
#define MAX_NAME       60 // PostgreSQL cuts names after 63 bytes
#define EACH           ":each"
#define MEMORY         (256U * 1024 * 1024)

struct type {
	const char *name;
	unsigned oid;
};

/* Types a header may name, with the OIDs of pg_type.dat. Others are cast in the statement. */
static const struct type types[] = {
	{ "bool", 16 },
	{ "bool[]", 1000 },
	{ "bytea", 17 },
	{ "bytea[]", 1001 },
	{ "date", 1082 },
	{ "float8", 701 },
	{ "inet", 869 },
	{ "int2", 21 },
	{ "int2[]", 1005 },
	{ "int4", 23 },
	{ "int4[]", 1007 },
	{ "int8", 20 },
	{ "int8[]", 1016 },
	{ "interval", 1186 },
	{ "json", 114 },
	{ "jsonb", 3802 },
	{ "jsonb[]", 3807 },
	{ "name", 19 },
	{ "numeric", 1700 },
	{ "pg_lsn", 3220 },
	{ "text", 25 },
	{ "text[]", 1009 },
	{ "tid", 27 },
	{ "tid[]", 1010 },
	{ "timestamptz", 1184 },
	{ "timestamptz[]", 1185 },
	{ "uuid", 2950 },
	{ "uuid[]", 2951 },
	{ "void", 2278 },
};

static const char *const kinds[] = { "one", "many", "exec" };
static const char *const kind_names[] = { "STMT_ONE", "STMT_MANY", "STMT_EXEC" };
static const char *const flags[] = { "replica", "read", "pinned", "long", "neutral" };
static const char *const flag_names[] = { "STMT_REPLICA", "STMT_READ", "STMT_PINNED", "STMT_LONG",
	"STMT_NEUTRAL" };

struct field {
	struct span name;
	const struct type *type;
};

struct fields {
	struct field v[MAX_FIELDS];
	size_t n;
	bool given;
};

struct stmt {
	const char *file;
	unsigned line;
	struct span name;
	size_t kind;
	unsigned flags;
	struct fields args;
	struct fields cols;
	struct span each; // "1, 8"; SPAN_NONE: one statement
	struct span text;
	unsigned text_line;
};

struct place {
	const char *file;
	unsigned line;
};

struct model {
	struct arena *mem;
	struct stmt *v;
	size_t n;
};

static void ATTR_NORETURN ATTR_PRINTF(2, 3) die(struct place at, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: ", at.file, at.line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static struct span read_text(struct arena *m, const char *path)
{
	struct place at = { path, 0 };
	struct err e = { 0 };
	struct span text;

	if (gen_file_read(path, m, &text, &e) != 0)
		die(at, "%s", e.text);
	if (span_has(text, '\0'))
		die(at, "the file holds a NUL byte");
	return text;
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_type(char c)
{
	return is_name(c) || c == '[' || c == ']';
}

static bool scan_name(struct span *at, struct span *out)
{
	if (at->n == 0 || at->p[0] < 'a' || at->p[0] > 'z')
		return false;
	return scan_while(at, is_name, MAX_NAME, out);
}

static size_t find_word(struct span word, const char *const *list, size_t n)
{
	size_t i = 0;

	while (i < n && !span_is(word, list[i]))
		i++;
	return i;
}

/* "contest_by_id :one :replica" */
static void parse_name(struct stmt *s, struct span rest, struct place at)
{
	struct span word;
	bool has_kind = false;

	scan_space(&rest);
	if (!scan_name(&rest, &s->name))
		die(at, "a statement's name is lower case letters, digits and _, at most %d",
			MAX_NAME);
	for (scan_space(&rest); !scan_end(&rest); scan_space(&rest)) {
		size_t i;

		if (!scan_char(&rest, ':') || !scan_name(&rest, &word))
			die(at, "after the name come words that begin with a colon");
		i = find_word(word, kinds, countof(kinds));
		if (i < countof(kinds)) {
			if (has_kind)
				die(at, "only one of :one, :many and :exec");
			has_kind = true;
			s->kind = i;
			continue;
		}
		i = find_word(word, flags, countof(flags));
		if (i == countof(flags))
			die(at, "unknown word :" SPAN_FMT, SPAN_ARG(word));
		s->flags |= 1U << i;
	}
	if (!has_kind)
		die(at, "one of :one, :many and :exec is missing");
}

/* "id int8, slug text" */
static void parse_fields(struct fields *f, struct span rest, struct place at)
{
	struct span piece;
	struct span type;

	f->given = true;
	while (span_split(&rest, ',', &piece)) {
		struct field *field = &f->v[f->n];
		size_t i = 0;

		if (f->n == MAX_FIELDS)
			die(at, "more than %d fields", MAX_FIELDS);
		scan_space(&piece);
		if (scan_end(&piece) && scan_end(&rest))
			break; // a comma at the end of a line that is continued
		if (!scan_name(&piece, &field->name))
			die(at, "expected a list of `name type`");
		scan_space(&piece);
		if (!scan_while(&piece, is_type, MAX_NAME, &type))
			die(at, "the type of " SPAN_FMT " is missing", SPAN_ARG(field->name));
		scan_space(&piece);
		if (!scan_end(&piece))
			die(at, "comma expected after " SPAN_FMT, SPAN_ARG(type));
		while (i < countof(types) && !span_is(type, types[i].name))
			i++;
		if (i == countof(types))
			die(at,
				"type " SPAN_FMT
				" is not in the table of lib/gen/gen_sql.c; cast it",
				SPAN_ARG(type));
		for (size_t k = 0; k < f->n; k++)
			if (span_eq(f->v[k].name, field->name))
				die(at, SPAN_FMT " stands twice", SPAN_ARG(field->name));
		field->type = &types[i];
		f->n++;
	}
}

/* ---- the statement's text -------------------------------------------------------------------- */

static void skip(struct span *at, size_t n)
{
	at->p += n;
	at->n -= n;
}

/*
 * Cuts comments and blanks off both ends of the text, refuses a second statement behind a semicolon
 * and compares the arguments it uses with the declared ones.
 */
static void parse_text(struct stmt *s)
{
	struct place at = { s->file, s->line };
	struct span rest = s->text;
	const char *first = NULL;
	const char *last = NULL;
	bool ended = false;
	bool used[MAX_FIELDS + 1] = { false };

	while (rest.n > 0) {
		uint64_t number;
		struct span before = rest;

		if (strchr(" \t\r\n", rest.p[0]) != NULL) {
			skip(&rest, 1);
			continue;
		}
		if (sql_skip_comment(&rest))
			continue;
		if (ended)
			die(at, SPAN_FMT ": text after the semicolon", SPAN_ARG(s->name));
		if (scan_char(&rest, ';')) {
			ended = true;
			continue;
		}
		first = first == NULL ? rest.p : first;
		if (scan_char(&rest, '$') && scan_u64(&rest, UINT16_MAX, &number)) {
			if (number == 0 || number > s->args.n)
				die(at, SPAN_FMT ": $%u is not declared", SPAN_ARG(s->name),
					(unsigned)number);
			used[number] = true;
		} else {
			rest = before;
			if (!sql_skip_quoted(&rest))
				skip(&rest, 1);
		}
		last = rest.p;
	}
	if (first == NULL)
		die(at, SPAN_FMT " has no text", SPAN_ARG(s->name));
	s->text = (struct span){ first, (size_t)(last - first) };
	for (size_t i = 1; i <= s->args.n; i++)
		if (!used[i])
			die(at, SPAN_FMT ": argument %zu, " SPAN_FMT ", is not used",
				SPAN_ARG(s->name), i, SPAN_ARG(s->args.v[i - 1].name));
}

static struct stmt *stmt_add(struct model *m, struct place at)
{
	if (m->n == MAX_STATEMENTS)
		die(at, "more than %d statements", MAX_STATEMENTS);
	return &m->v[m->n++];
}

/* The last statement becomes one for each number. */
static void expand(struct model *m, struct place at)
{
	struct stmt pattern = m->v[--m->n];
	struct span rest = pattern.each;
	struct span number;

	if (memmem(pattern.text.p, pattern.text.n, EACH, strlen(EACH)) == NULL)
		die(at, SPAN_FMT " has no " EACH " in its text", SPAN_ARG(pattern.name));
	while (span_split(&rest, ',', &number)) {
		struct stmt *s = stmt_add(m, at);
		uint64_t n;

		number = span_trim(number);
		if (!span_u64(number, UINT16_MAX, &n))
			die(at, "expected a list of numbers");
		*s = pattern;
		s->name = span_of(arena_printf(
			m->mem, SPAN_FMT "_" SPAN_FMT, SPAN_ARG(pattern.name), SPAN_ARG(number)));
		s->text = sql_replace(m->mem, pattern.text, EACH, number);
	}
}

static void stmt_end(struct model *m)
{
	struct stmt *s = &m->v[m->n - 1];
	struct place at = { s->file, s->line };
	bool exec = strcmp(kinds[s->kind], "exec") == 0;

	if (exec && s->cols.given)
		die(at, SPAN_FMT " is :exec and has no columns", SPAN_ARG(s->name));
	if (!exec && s->cols.n == 0)
		die(at, SPAN_FMT " declares no columns (-- cols: name type, ...)",
			SPAN_ARG(s->name));
	parse_text(s);
	if (s->each.p != NULL)
		expand(m, at);
}

static struct stmt *stmt_begin(struct model *m, struct span header, struct place at)
{
	struct stmt *s = stmt_add(m, at);

	s->file = at.file;
	s->line = at.line;
	parse_name(s, header, at);
	for (size_t i = 0; i + 1 < m->n; i++)
		if (span_eq(m->v[i].name, s->name))
			die(at, SPAN_FMT " stands also in %s:%u", SPAN_ARG(s->name), m->v[i].file,
				m->v[i].line);
	return s;
}

static void parse_file(struct model *m, const char *path)
{
	struct span rest = read_text(m->mem, path);
	struct place at = { path, 0 };
	struct stmt *s = NULL;
	struct span line;

	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end == NULL ? rest.n : (size_t)(end - rest.p);
		struct span word;

		at.line++;
		line = span_trim((struct span){ rest.p, n });
		skip(&rest, end == NULL ? n : n + 1);
		word = line;
		if (scan_lit(&word, "-- name:")) {
			if (s != NULL)
				stmt_end(m);
			s = stmt_begin(m, word, at);
		} else if (s != NULL && s->text.p == NULL && scan_lit(&word, "-- each:")) {
			s->each = span_trim(word);
		} else if (scan_lit(&word, "-- args:") || scan_lit(&word, "-- cols:")) {
			if (s == NULL || s->text.p != NULL)
				die(at, "args and cols stand between a name and its statement");
			parse_fields(span_starts(line, "-- args:") ? &s->args : &s->cols, word, at);
		} else if (line.n > 0 && !span_starts(line, "--")) {
			if (s == NULL)
				die(at, "text before the first `-- name:`");
			if (s->text.p == NULL)
				s->text.p = line.p;
			s->text.n = (size_t)(line.p + line.n - s->text.p);
		}
	}
	if (s != NULL)
		stmt_end(m);
}

/* Two statements may give the same identifier: a_b with column c and a with column b_c. */
static void check_identifiers(struct model *m)
{
	struct span *seen = arena_new_array(m->mem, struct span, MAX_STATEMENTS * MAX_FIELDS);
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct stmt *s = &m->v[i];

		for (size_t k = 0; k < s->cols.n; k++) {
			struct span id = span_of(arena_printf(m->mem, SPAN_FMT "_" SPAN_FMT,
				SPAN_ARG(s->name), SPAN_ARG(s->cols.v[k].name)));

			for (size_t j = 0; j < n; j++)
				if (span_eq(seen[j], id))
					die((struct place){ s->file, s->line },
						SPAN_FMT " is also a column of another statement",
						SPAN_ARG(id));
			seen[n++] = id;
		}
	}
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_field_list(struct buf *b, const struct fields *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_addf(b, "%s" SPAN_FMT " %s", i > 0 ? ", " : "", SPAN_ARG(f->v[i].name),
			f->v[i].type->name);
}

static void write_header(struct buf *b, const struct model *m)
{
	buf_adds(b, "/* Made by lib/gen/gen_sql.c from sql/query. */\n"
		    "#ifndef GEN_STMT_H\n#define GEN_STMT_H\n\nenum stmt {\n");
	for (size_t i = 0; i < m->n; i++) {
		const struct stmt *s = &m->v[i];

		buf_addf(b, "\tq_" SPAN_FMT ", // :%s(", SPAN_ARG(s->name), kinds[s->kind]);
		put_field_list(b, &s->args);
		buf_adds(b, ")\n");
	}
	buf_adds(b, "\tN_STMTS\n};\n");
	for (size_t i = 0; i < m->n; i++) {
		const struct stmt *s = &m->v[i];

		if (s->cols.n == 0)
			continue;
		buf_addf(b, "\nenum q_" SPAN_FMT "_columns {\n", SPAN_ARG(s->name));
		for (size_t k = 0; k < s->cols.n; k++)
			buf_addf(b, "\t" SPAN_FMT "_" SPAN_FMT ", // %s\n", SPAN_ARG(s->name),
				SPAN_ARG(s->cols.v[k].name), s->cols.v[k].type->name);
		buf_adds(b, "};\n");
	}
	buf_adds(b, "\n#endif\n");
}

static void put_fields(struct buf *b, const char *prefix, struct span name, const struct fields *f)
{
	if (f->n == 0)
		return;
	buf_addf(b, "\nstatic const struct stmt_field %s_" SPAN_FMT "[] = {\n", prefix,
		SPAN_ARG(name));
	for (size_t i = 0; i < f->n; i++)
		buf_addf(b, "\t{ \"" SPAN_FMT "\", %u },\n", SPAN_ARG(f->v[i].name),
			f->v[i].type->oid);
	buf_adds(b, "};\n");
}

static void put_flags(struct buf *b, unsigned set)
{
	buf_addc(b, '0');
	for (size_t i = 0; i < countof(flags); i++)
		if ((set & (1U << i)) != 0)
			buf_addf(b, " | %s", flag_names[i]);
}

static void put_ref(struct buf *b, const char *prefix, const struct stmt *s, const struct fields *f)
{
	if (f->n > 0)
		buf_addf(b, "%s_" SPAN_FMT ", ", prefix, SPAN_ARG(s->name));
	else
		buf_adds(b, "NULL, ");
}

#define BANNER                                                                                     \
	"/* Made by lib/gen/gen_sql.c from sql/. */\n#include \"db/stmt.h\"\n\n"                   \
	"#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"

static void write_table(struct buf *b, const struct model *m)
{
	buf_adds(b, BANNER);
	for (size_t i = 0; i < m->n; i++) {
		put_fields(b, "args", m->v[i].name, &m->v[i].args);
		put_fields(b, "cols", m->v[i].name, &m->v[i].cols);
	}
	buf_adds(b, "\nconst struct stmt_info stmt_table[N_STMTS + 1] = {\n");
	for (size_t i = 0; i < m->n; i++) {
		const struct stmt *s = &m->v[i];

		buf_addf(b, "\t{ \"" SPAN_FMT "\",\n\t", SPAN_ARG(s->name));
		c_text(b, s->text, "\t");
		buf_adds(b, ",\n\t");
		put_ref(b, "args", s, &s->args);
		put_ref(b, "cols", s, &s->cols);
		buf_addf(b, "%zu, %zu, %s, ", s->args.n, s->cols.n, kind_names[s->kind]);
		put_flags(b, s->flags);
		buf_adds(b, " },\n");
	}
	buf_adds(b, "\t{ NULL, NULL, NULL, NULL, 0, 0, STMT_EXEC, 0 }\n};\n");
}

static void write_schema(struct buf *b, struct arena *m, char **files, int n)
{
	struct span roles = SPAN("");
	const char *previous = "";
	size_t count = 0;

	buf_adds(b, BANNER "\nconst struct schema_file schema_files[] = {\n");
	for (int i = 0; i < n; i++) {
		const char *name = basename(files[i]);
		struct span rest = span_of(name);
		int number;

		if (strcmp(name, "role.sql") == 0) {
			roles = read_text(m, files[i]);
			continue;
		}
		if (!scan_digits(&rest, 4, &number) || !scan_char(&rest, '_') ||
			!span_ends(rest, ".sql"))
			die((struct place){ files[i], 0 }, "a migration is called 0001_name.sql");
		if (strncmp(previous, name, 5) >= 0)
			die((struct place){ files[i], 0 }, "number not above that of %s", previous);
		previous = name;
		count++;
		buf_addf(b, "\t{ \"%s\",\n\t", name);
		c_text(b, read_text(m, files[i]), "\t");
		buf_adds(b, " },\n");
	}
	buf_addf(b, "\t{ NULL, NULL }\n};\n\nconst size_t n_schema_files = %zu;\n", count);
	buf_adds(b, "\nconst char schema_roles[] =\n\t");
	c_text(b, roles, "\t");
	buf_adds(b, ";\n");
}

static void write_file(struct arena *m, const char *dir, const char *name, struct buf *b)
{
	const char *path = arena_printf(m, "%s/%s", dir, name);
	struct err e = { 0 };
	struct span text;

	if (buf_finish(b, &text, &e) != 0 || gen_file_write(path, text, &e) != 0)
		die((struct place){ path, 0 }, "%s", e.text);
}

int main(int argc, char **argv)
{
	struct model m = { .mem = arena_new(MEMORY) };
	struct buf out;
	int i = 2;

	if (argc < 3) {
		fprintf(stderr, "use: gen_sql OUT_DIR QUERY_FILE... -- SCHEMA_FILE...\n");
		return 2;
	}
	m.v = arena_new_array(m.mem, struct stmt, MAX_STATEMENTS + 1);
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		parse_file(&m, argv[i]);
	check_identifiers(&m);
	buf_init(&out, MEMORY);
	write_header(&out, &m);
	write_file(m.mem, argv[1], "stmt.h", &out);
	buf_reset(&out);
	write_table(&out, &m);
	write_file(m.mem, argv[1], "stmt.c", &out);
	buf_reset(&out);
	write_schema(&out, m.mem, argv + i + (i < argc), argc - i - (i < argc));
	write_file(m.mem, argv[1], "schema.c", &out);
	buf_free(&out);
	arena_free(m.mem);
	return 0;
}
