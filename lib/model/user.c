#include "model/user.h"

#include "auth/password.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/profile.h"
#include "os/rnd.h"

static const char *const role_names[] = {
	[ROLE_GUEST] = "guest",
	[ROLE_MEMBER] = "member",
	[ROLE_COACH] = "coach",
	[ROLE_CREATOR] = "creator",
	[ROLE_JURY] = "jury",
	[ROLE_ADMIN] = "admin",
};

#define FIRST_ADMIN SPAN("admin@localhost")

const char *role_name(enum role r)
{
	return role_names[r];
}

const char *roles_text(struct arena *m, unsigned roles)
{
	const char *text = "";

	for (size_t i = ROLE_COACH; i < countof(role_names); i++) {
		if ((roles & ROLE_BIT(i)) != 0)
			text = arena_printf(
				m, "%s%s%s", text, text[0] != '\0' ? ", " : "", role_names[i]);
	}
	return text[0] != '\0' ? text : role_names[ROLE_MEMBER];
}

static unsigned role_bit(struct span name)
{
	for (size_t i = ROLE_MEMBER; i < countof(role_names); i++) {
		if (span_is(name, role_names[i]))
			return ROLE_BIT(i);
	}
	return 0;
}

int roles_parse(struct span names, unsigned *roles, struct err *e)
{
	unsigned set = ROLE_BIT(ROLE_MEMBER);
	struct span name;

	while (names.n > 0 && span_split(&names, ',', &name)) {
		unsigned bit = role_bit(span_trim(name));

		if (bit == 0)
			return err_field(e, "role", "no role is called \"" SPAN_FMT "\"",
				SPAN_ARG(span_sub(name, 0, 30)));
		set |= bit;
	}
	*roles = set;
	return 0;
}

bool user_has(const struct user *u, enum role r)
{
	unsigned roles = u != NULL ? u->roles : 0;

	if (r == ROLE_GUEST)
		return true;
	if ((roles & ROLE_BIT(ROLE_ADMIN)) != 0)
		return true;
	if (r == ROLE_CREATOR && (roles & ROLE_BIT(ROLE_JURY)) != 0)
		return true;
	return r == ROLE_MEMBER ? u != NULL : (roles & ROLE_BIT(r)) != 0;
}

static bool is_one_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return utf8_valid(s.p, s.n);
}

static int check_new(const struct user_new *u, struct err *e)
{
	if (!mailbox_valid(u->email))
		return err_field(e, "email", "this is no email address");
	if (u->name.n == 0 || u->name.n > USER_MAX_NAME || !is_one_line(u->name))
		return err_field(e, "name", "a name has 1 to %d bytes on one line", USER_MAX_NAME);
	if ((u->roles & ~ROLES_ALL) != 0)
		return err_field(e, "role", "no such role");
	return 0;
}

/* The letters and digits of a name, "member" if they are too few, and more if that is taken. */
int user_handle_for(
	struct db *d, struct arena *m, struct span name, struct span *out, struct err *e)
{
	char *text = arena_alloc(m, PROFILE_MOST_HANDLE + 1);
	char more[ID_SIZE];
	struct row row;
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < PROFILE_MOST_HANDLE - PROFILE_SUFFIX - 1; i++) {
		char c = name.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			text[n++] = c;
		else if (c == ' ' && n > 0 && text[n - 1] != '-')
			text[n++] = '-';
	}
	while (n > 0 && text[n - 1] == '-')
		n--;
	*out = (struct span){ text, n };
	if (!handle_valid(*out))
		*out = SPAN("member");
	if (db_one(d, m, q_user_handle_taken, ARGS(arg_text(*out)), &row, e) != 0)
		return -1;
	rnd_id(more);
	if (row_bool(&row, user_handle_taken_taken))
		*out = span_of(
			arena_printf(m, SPAN_FMT "-%.*s", SPAN_ARG(*out), PROFILE_SUFFIX, more));
	return 0;
}

int user_create(struct db *d, struct arena *m, const struct user_new *u, int64_t *id, struct err *e)
{
	char hash[PASSWORD_HASH_SIZE];
	struct err why = { .kind = ERR_NONE };
	struct span handle;
	struct row row;
	bool has_password = u->password.p != NULL;

	if (check_new(u, e) != 0 || (has_password && password_hash(u->password, hash, e) != 0) ||
		user_handle_for(d, m, u->name, &handle, e) != 0)
		return -1;
	if (db_one(d, m, q_user_create,
		    ARGS(arg_text(u->email), arg_text(u->name), arg_text(handle),
			    arg_i64(u->roles | ROLE_BIT(ROLE_MEMBER)),
			    arg_str(has_password ? hash : NULL), arg_bool(u->is_verified)),
		    &row, &why) != 0) {
		if (why.kind == ERR_CONFLICT) {
			(void)err_field(e, "email", "there is an account with this address");
			e->kind = ERR_CONFLICT;
		} else {
			*e = why;
		}
		return -1;
	}
	*id = row_i64(&row, user_create_id);
	return 0;
}

int user_by_email(
	struct db *d, struct arena *m, struct span email, struct user **out, struct err *e)
{
	struct user *u;
	struct row row;

	if (db_one(d, m, q_user_by_email, ARGS(arg_text(email)), &row, e) != 0)
		return err_absent(e, "there is no account of " SPAN_FMT, SPAN_ARG(email));
	u = arena_new_one(m, struct user);
	*u = (struct user){
		.id = row_i64(&row, user_by_email_id),
		.email = row_text(&row, user_by_email_email),
		.name = row_text(&row, user_by_email_name),
		.roles = (unsigned)row_i64(&row, user_by_email_roles),
		.disabled = row_bool(&row, user_by_email_disabled),
	};
	*out = u;
	return 0;
}

int user_list(struct db *d, struct arena *m, struct user_list *out, struct err *e)
{
	struct rows rows;
	struct user *v;

	if (db_many(d, m, q_user_list, NO_ARGS, &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct user, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		v[i] = (struct user){
			.id = row_i64(r, user_list_id),
			.email = row_text(r, user_list_email),
			.name = row_text(r, user_list_name),
			.roles = (unsigned)row_i64(r, user_list_roles),
			.disabled = row_bool(r, user_list_disabled),
		};
	}
	*out = (struct user_list){ v, rows.n };
	return 0;
}

int user_set_password(
	struct db *d, struct arena *m, int64_t id, struct span password, struct err *e)
{
	char hash[PASSWORD_HASH_SIZE];

	if (password_hash(password, hash, e) != 0)
		return -1;
	struct db_step steps[] = {
		{ .stmt = q_user_set_password, .args = ARGS(arg_i64(id), arg_str(hash)) },
		{ .stmt = q_session_end_all, .args = ARGS(arg_i64(id)) },
		{ .stmt = q_api_token_end_all, .args = ARGS(arg_i64(id)) },
		{ .stmt = q_sign_in_clear, .args = ARGS(arg_i64(id)) },
		{ .stmt = q_email_token_drop, .args = ARGS(arg_i64(id), arg_str("reset")) },
		{ .stmt = q_email_token_drop, .args = ARGS(arg_i64(id), arg_str("change")) },
	};
	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	if (steps[0].out.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no such account");
	return 0;
}

/* Under a lock on all changes of that kind, so that two at once do not take away the last two. */
static int keep_an_admin(struct db *d, struct arena *m, int64_t id, unsigned roles, struct err *e)
{
	struct row row;

	if ((roles & ROLE_BIT(ROLE_ADMIN)) != 0)
		return 0;
	if (db_one(d, m, q_user_lock_admins, NO_ARGS, &row, e) != 0 ||
		db_one(d, m, q_user_is_last_admin, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	if (row_bool(&row, user_is_last_admin_is_last))
		return err_set(e, ERR_CONFLICT,
			"this is the only admin; make somebody else an admin first");
	return 0;
}

int user_set_roles(struct db *d, struct arena *m, int64_t id, unsigned roles, struct err *e)
{
	struct db_step steps[] = {
		{ .stmt = q_user_set_roles,
			.args = ARGS(arg_i64(id), arg_i64(roles | ROLE_BIT(ROLE_MEMBER))) },
		{ .stmt = q_session_end_all, .args = ARGS(arg_i64(id)) },
	};

	if (keep_an_admin(d, m, id, roles, e) != 0 || db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	if (steps[0].out.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no such account");
	return 0;
}

int user_admin_count(struct db *d, struct arena *m, int64_t *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_user_admin_count, NO_ARGS, &row, e) != 0)
		return -1;
	*out = row_i64(&row, user_admin_count_n);
	return 0;
}

int user_first_admin(
	struct db *d, struct arena *m, struct span *password, bool *made, struct err *e)
{
	char random[PASSWORD_RANDOM_SIZE];
	struct row row;
	int64_t n;
	int64_t id;
	TX_AUTO tx = { .db = NULL };

	*made = false;
	if (user_admin_count(d, m, &n, e) != 0)
		return -1;
	if (n > 0)
		return 0;
	if (tx_begin(d, &tx, e) != 0 || db_one(d, m, q_user_lock_admins, NO_ARGS, &row, e) != 0 ||
		user_admin_count(d, m, &n, e) != 0)
		return -1;
	if (n > 0)
		return 0;
	if (password->n == 0) {
		password_random(random);
		*password = arena_span(m, span_of(random));
	}
	const struct user_new admin = { .email = FIRST_ADMIN,
		.name = SPAN("Administrator"),
		.roles = ROLE_BIT(ROLE_ADMIN),
		.password = *password,
		.is_verified = true };

	if (user_create(d, m, &admin, &id, e) != 0)
		return -1;
	const struct audit_entry entry = { .action = "user.create",
		.object = audit_object(m, "user", id),
		.detail = SPAN("{\"roles\": \"admin\"}") };

	if (audit_add(&tx, m, &entry, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	*made = true;
	return 0;
}
