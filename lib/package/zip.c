/*
 * Zips, through libarchive, of which only the reader and writer of zips are used. Entries are read
 * one after the other into the store; the names in a zip are nothing but text.
 */
#include "package/tree.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/limits.h"
#include "package/store.h"
#include "package/zip_directory.h"

#define STORE_AUTO struct store CLEANUP(store_close)

static void reader_free(struct archive **a)
{
	if (*a != NULL)
		archive_read_free(*a);
}

static void writer_free(struct archive **a)
{
	if (*a != NULL)
		archive_write_free(*a);
}

/* The bytes of an entry that is kept. */
static int read_bytes(struct store *s, struct archive *a, struct span path, struct err *e)
{
	const void *p;
	size_t n;
	la_int64_t at;
	la_int64_t end = 0;
	int rc;

	while ((rc = archive_read_data_block(a, &p, &n, &at)) == ARCHIVE_OK) {
		if (at != end) {
			package_say(s->r, PACKAGE_ERROR, path, 0, "the file has holes");
			return 0;
		}
		end = at + (la_int64_t)n;
		if (!store_bytes(s, p, n, e))
			return e->kind != ERR_NONE ? -1 : 0;
	}
	if (rc != ARCHIVE_EOF)
		package_say(s->r, PACKAGE_ERROR, path, 0, "the file cannot be unpacked: %s",
			archive_error_string(a) != NULL ? archive_error_string(a) : "damaged");
	return 0;
}

static int read_entry(
	struct store *s, struct archive *a, struct archive_entry *entry, struct err *e)
{
	const char *raw = archive_entry_pathname(entry);
	struct span name = span_of(raw != NULL ? raw : archive_entry_pathname_utf8(entry));
	struct store_entry *kept;

	if (name.p == NULL)
		return 0; // no name that the format knows
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return 0;
	kept = store_add(s, name);
	if (kept == NULL)
		return 0;
	if (archive_entry_filetype(entry) == AE_IFLNK) {
		const char *link = archive_entry_symlink(entry);

		kept->link = arena_span(s->r->m, span_of(link != NULL ? link : ""));
		return 0;
	}
	if (archive_entry_is_encrypted(entry)) {
		package_say(s->r, PACKAGE_ERROR, kept->path, 0, "the file is encrypted");
		return 0;
	}
	return read_bytes(s, a, kept->path, e);
}

static size_t most_bytes(size_t zip_size)
{
	size_t most = zip_size > PACKAGE_MAX_SIZE / PACKAGE_MAX_RATIO
			      ? PACKAGE_MAX_SIZE
			      : zip_size * PACKAGE_MAX_RATIO;

	return most < PACKAGE_FREE_SIZE ? PACKAGE_FREE_SIZE : most;
}

/* The whole zip into the store. */
static int read_zip(struct store *s, struct span zip, struct err *e)
{
	struct archive *a CLEANUP(reader_free) = archive_read_new();
	struct package_report *r = s->r;
	struct archive_entry *entry;
	int n_seen = 0;
	int rc;

	if (a == NULL)
		return err_set(e, ERR_TEMPORARY, "there is no memory for the package");
	archive_read_support_format_zip_seekable(a);
	if (archive_read_open_memory(a, zip.p, zip.n) != ARCHIVE_OK) {
		package_say(r, PACKAGE_ERROR, SPAN(""), 0, "this is no zip");
		return 0;
	}
	zip_directory_check(r, zip);
	while ((rc = archive_read_next_header(a, &entry)) == ARCHIVE_OK || rc == ARCHIVE_WARN) {
		/* Names that are passed over cost time too. */
		if (s->full || ++n_seen > 2 * PACKAGE_MAX_FILES)
			break;
		if (read_entry(s, a, entry, e) != 0)
			return -1;
	}
	if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN) {
		if (!s->full)
			package_say(r, PACKAGE_ERROR, SPAN(""), 0, "there are more than %d files",
				PACKAGE_MAX_FILES);
	} else if (rc != ARCHIVE_EOF) {
		package_say(r, PACKAGE_ERROR, SPAN(""), 0, "the zip is damaged: %s",
			archive_error_string(a) != NULL ? archive_error_string(a) : "unreadable");
	} else if (n_seen == 0) {
		package_say(r, PACKAGE_ERROR, SPAN(""), 0, "the zip is empty");
	}
	return 0;
}

int package_tree_zip(struct package_report *r, struct span zip, struct span name,
	struct package_tree *out, struct err *e)
{
	STORE_AUTO s = { .fd = -1 };

	*out = (struct package_tree){ 0 };
	if (span_ends(name, ".zip") || span_ends(name, ".kpp"))
		name.n -= 4;
	if (store_open(&s, r, most_bytes(zip.n), e) != 0 || read_zip(&s, zip, e) != 0)
		return -1;
	return store_finish(&s, name, out, e);
}

int package_tree_zip_of(struct package_report *r, struct span zip, size_t most,
	struct package_tree *out, struct err *e)
{
	STORE_AUTO s = { .fd = -1 };

	*out = (struct package_tree){ 0 };
	if (store_open(&s, r, most, e) != 0 || read_zip(&s, zip, e) != 0)
		return -1;
	return store_finish(&s, SPAN(""), out, e);
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static la_ssize_t take(struct archive *a, void *to, const void *p, size_t n)
{
	struct buf *b = to;

	(void)a;
	buf_add(b, p, n);
	return b->failed ? -1 : (la_ssize_t)n;
}

static void entry_free(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

/* What packages start by itself, and others look whether they may. */
static bool is_script(const char *path)
{
	const char *base = strrchr(path, '/');

	return base != NULL && (strcmp(base, "/build") == 0 || strcmp(base, "/run") == 0);
}

static int write_file(struct archive *a, const char *path, struct span bytes)
{
	struct archive_entry *entry CLEANUP(entry_free) = archive_entry_new();

	if (entry == NULL)
		return -1;
	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, is_script(path) ? 0755 : 0644);
	archive_entry_set_size(entry, (la_int64_t)bytes.n);
	archive_entry_set_mtime(entry, 315532800, 0); // 1980: the same package is the same bytes
	if (archive_write_header(a, entry) != ARCHIVE_OK)
		return -1;
	return archive_write_data(a, bytes.p, bytes.n) == (la_ssize_t)bytes.n ? 0 : -1;
}

int package_zip_write(struct arena *m, const struct package_file *files, size_t n, size_t max,
	struct span *out, struct err *e)
{
	struct archive *a CLEANUP(writer_free) = archive_write_new();
	BUF_AUTO b;
	struct span zip;

	buf_init(&b, max);
	if (a == NULL || archive_write_set_format_zip(a) != ARCHIVE_OK ||
		archive_write_open(a, &b, NULL, take, NULL) != ARCHIVE_OK)
		return err_set(e, ERR_TEMPORARY, "there is no memory for the zip");
	for (size_t i = 0; i < n; i++) {
		if (write_file(a, arena_dup(m, files[i].path), files[i].bytes) != 0)
			return err_set(e, ERR_LIMIT, "the zip would be too large");
	}
	if (archive_write_close(a) != ARCHIVE_OK || buf_finish(&b, &zip, e) != 0)
		return err_set(e, ERR_LIMIT, "the zip would be too large");
	*out = arena_span(m, zip);
	return 0;
}
