#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/rnd.h"

static char folder[] = "/tmp/podium-os-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static const char *in_folder(struct arena *m, const char *name)
{
	return arena_printf(m, "%s/%s", folder, name);
}

static size_t count_files(void)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *entry; (entry = readdir(d)) != NULL;)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

static void replaces_whole_files(void **state)
{
	struct arena *m = arena_new(1 << 20);
	const char *path = in_folder(m, "page.html");
	struct err e = { 0 };
	struct span text;
	struct stat st;
	mode_t mask = umask(077);

	(void)state;
	assert_int_equal(file_replace(path, SPAN("one"), 0644, &e), 0);
	assert_int_equal(file_replace(path, SPAN("second"), 0640, &e), 0);
	umask(mask);
	assert_int_equal(file_read(path, 6, m, &text, &e), 0);
	assert_string_equal(text.p, "second");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(count_files(), 1); // nothing temporary is left
	unlink(path);
	arena_free(m);
}

static void failed_replacement_leaves_nothing(void **state)
{
	struct arena *m = arena_new(1 << 20);
	const char *inner = in_folder(m, "is_a_folder");
	struct err e = { 0 };

	(void)state;
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(file_replace(inner, SPAN("x"), 0600, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_int_equal(count_files(), 1);
	rmdir(inner);
	e = (struct err){ 0 };
	assert_int_equal(file_replace(in_folder(m, "no/such/file"), SPAN("x"), 0600, &e), -1);
	arena_free(m);
}

static void makes_the_folders_above_a_file(void **state)
{
	struct arena *m = arena_new(1 << 20);
	char *path = arena_printf(m, "%s/a/b/file", folder);
	struct err e = { 0 };
	struct stat st;
	mode_t mask = umask(077);

	(void)state;
	assert_int_equal(folders_above(path, strlen(folder) + 1, 0755, &e), 0);
	assert_int_equal(folders_above(path, strlen(folder) + 1, 0700, &e), 0); // they are there
	umask(mask);
	assert_string_equal(path, in_folder(m, "a/b/file"));
	assert_int_equal(stat(in_folder(m, "a/b"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	assert_int_not_equal(stat(path, &st), 0);
	assert_int_equal(file_replace(path, SPAN("x"), 0600, &e), 0);
	path = arena_printf(m, "%s/a/b/file/c", folder);
	assert_int_equal(folders_above(path, strlen(folder) + 1, 0755, &e), 0);
	path = arena_printf(m, "%s/a/b/file/c/d", folder); // a file is in the way
	assert_int_equal(folders_above(path, strlen(folder) + 1, 0755, &e), -1);
	assert_int_equal(e.kind, ERR_TEMPORARY);
	assert_int_equal(unlink(in_folder(m, "a/b/file")), 0);
	assert_int_equal(rmdir(in_folder(m, "a/b")), 0);
	assert_int_equal(rmdir(in_folder(m, "a")), 0);
	arena_free(m);
}

static void reads_up_to_a_limit(void **state)
{
	struct arena *m = arena_new(1 << 20);
	const char *path = in_folder(m, "file");
	struct err e = { 0 };
	struct span text;

	(void)state;
	assert_int_equal(file_replace(path, SPAN("12345"), 0600, &e), 0);
	assert_int_equal(file_read(path, 5, m, &text, &e), 0);
	assert_int_equal(text.n, 5);
	assert_int_equal(file_read(path, 4, m, &text, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	e = (struct err){ 0 };
	assert_int_equal(file_read(in_folder(m, "none"), 5, m, &text, &e), -1);
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	e = (struct err){ 0 };
	assert_int_equal(file_read(folder, 5, m, &text, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(file_replace(path, SPAN(""), 0600, &e), 0);
	assert_int_equal(file_read(path, 0, m, &text, &e), 0);
	assert_int_equal(text.n, 0);
	unlink(path);
	arena_free(m);
}

static void descriptors_close_themselves(void **state)
{
	int seen;

	(void)state;
	{
		FD_AUTO fd = open("/dev/null", O_RDONLY);

		seen = fd;
		assert_true(fd >= 0);
	}
	errno = 0;
	assert_int_equal(fcntl(seen, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
	{
		FD_AUTO fd = open("/dev/null", O_RDONLY);

		seen = fd_take(&fd);
		assert_int_equal(fd, -1);
	}
	assert_true(fcntl(seen, F_GETFD) >= 0);
	errno = 7;
	fd_close(&seen);
	assert_int_equal(errno, 7);
	fd_close(&seen);
}

static void flags_are_set(void **state)
{
	int fd = open("/dev/null", O_RDONLY);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fd_set_cloexec(fd, &e), 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fd_set_nonblock(fd, &e), 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	fd_close(&fd);
	assert_int_equal(fd_set_cloexec(fd, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	e = (struct err){ 0 };
	assert_int_equal(fd_set_nonblock(fd, &e), -1);
	e = (struct err){ 0 };
	assert_int_equal(fd_write_all(fd, SPAN("x"), &e), -1);
	assert_int_equal(e.kind, ERR_TEMPORARY);
}

static void sealed_memory_cannot_change(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct err e = { 0 };
	struct span text;
	int fd;

	(void)state;
	assert_int_equal(fd_sealed("ca", SPAN("PEM"), &fd, &e), 0);
	assert_int_equal(file_read(arena_printf(m, "/proc/self/fd/%d", fd), 10, m, &text, &e), 0);
	assert_string_equal(text.p, "PEM");
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	fd_close(&fd);
	arena_free(m);
}

static void random_numbers(void **state)
{
	unsigned seen[10] = { 0 };
	char one[ID_SIZE];
	char two[ID_SIZE];
	unsigned char bytes[1000] = { 0 };
	unsigned bits = 0;

	(void)state;
	for (int i = 0; i < 10000; i++)
		seen[rnd_below(10)]++;
	for (size_t i = 0; i < 10; i++)
		assert_in_range(seen[i], 800, 1200); // more than six standard deviations
	assert_int_equal(rnd_below(1), 0);
	for (int i = 0; i < 64; i++) {
		assert_true(rnd_below((UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
		assert_true(rnd_below(UINT64_MAX) < UINT64_MAX);
	}
	rnd_id(one);
	rnd_id(two);
	assert_true(id_valid(span_of(one)));
	assert_string_not_equal(one, two);
	rnd_bytes(bytes, 0);
	assert_int_equal(bytes[0], 0);
	rnd_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bits += (unsigned)__builtin_popcount(bytes[i]);
	assert_in_range(bits, 3700, 4300);
	assert_true(rnd_u64() != rnd_u64());
}

static void clocks_run(void **state)
{
	int64_t wall = clock_unix_us();
	int64_t mono = clock_mono_us();
	struct timespec pause = { 0, 2000000 };

	(void)state;
	assert_true(wall / 1000000 - time(NULL) <= 1 && time(NULL) - wall / 1000000 <= 1);
	nanosleep(&pause, NULL);
	assert_true(clock_mono_us() - mono >= 2000);
	assert_true(clock_mono_us() - mono < 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_whole_files),
		cmocka_unit_test(failed_replacement_leaves_nothing),
		cmocka_unit_test(makes_the_folders_above_a_file),
		cmocka_unit_test(reads_up_to_a_limit),
		cmocka_unit_test(descriptors_close_themselves),
		cmocka_unit_test(flags_are_set),
		cmocka_unit_test(sealed_memory_cannot_change),
		cmocka_unit_test(random_numbers),
		cmocka_unit_test(clocks_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("os", tests, make_folder, remove_folder);
}
