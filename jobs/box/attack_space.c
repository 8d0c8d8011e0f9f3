/* Attacks on memory, disk and output. */
#include "jobs/box/attack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

#define MIB (1024 * 1024)

static void touch(char *p, size_t n)
{
	for (size_t i = 0; p != NULL && p != MAP_FAILED && i < n; i += 4096)
		p[i] = 1;
}

static int memory_heap(void)
{
	char *volatile p;

	while ((p = malloc(MIB)) != NULL)
		touch(p, MIB);
	return 1;
}

/* Through a pointer, so that the compiler does not see what it comes to. */
static int deeper(void *again, int n)
{
	volatile char frame[4096];

	frame[0] = (char)n;
	return (*(int (**)(void *, int))again)(again, n + 1) + frame[0];
}

static int memory_stack(void)
{
	int (*again)(void *, int) = deeper;

	return deeper(&again, 0);
}

static int memory_in_children(void)
{
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			size_t n = (size_t)40 * MIB;

			touch(mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				      0),
				n);
			(void)usleep(300000);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
	return 0;
}

static int memory_shared(void)
{
	for (int i = 0; i < 1000; i++)
		touch(mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
			MIB);
	return 1;
}

static int memory_file(void)
{
	static char block[MIB];
	int fd = (int)syscall(SYS_memfd_create, "m", 0);

	memset(block, 1, sizeof(block));
	for (int i = 0; i < 1000; i++) {
		if (write(fd, block, sizeof(block)) < 0)
			return 0;
	}
	return 1;
}

static int memory_reserved(void)
{
	char *p = mmap(NULL, (size_t)1 << 40, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return 1;
	p[12345] = 1;
	return 0;
}

static int memory_locked(void)
{
	return mlockall(MCL_CURRENT | MCL_FUTURE) != 0 ? 0 : 1;
}

static int output_endless(void)
{
	static char block[65536];

	memset(block, 'x', sizeof(block));
	for (;;)
		(void)!write(1, block, sizeof(block));
	return 1;
}

static int error_endless(void)
{
	static char block[65536];

	for (int i = 0; i < 2000; i++)
		(void)!write(2, block, sizeof(block));
	return 0;
}

static int file_large(void)
{
	static char block[MIB];
	int fd = open("/box/large", O_WRONLY | O_CREAT, 0600);

	(void)signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 1000; i++) {
		if (write(fd, block, sizeof(block)) < 0)
			return errno == ENOSPC || errno == EFBIG || errno == ENOMEM ? 0 : 1;
	}
	return 1;
}

static int files_many(void)
{
	char name[32];

	for (int i = 0; i < 100000; i++) {
		(void)snprintf(name, sizeof(name), "/box/%d", i);
		if (mkdir(name, 0700) != 0)
			return 0;
	}
	return 1;
}

static int folders_deep(void)
{
	for (int i = 0; i < 100000; i++) {
		if (mkdir("d", 0700) != 0 || chdir("d") != 0)
			return 0;
	}
	return 1;
}

static int write_system(void)
{
	static const char *const names[] = { "/usr/x", "/usr/bin/x", "/etc/passwd", "/x", "/dev/x",
		"/lib/x" };

	for (size_t i = 0; i < countof(names); i++) {
		if (open(names[i], O_WRONLY | O_CREAT, 0600) >= 0)
			return 1;
	}
	return 0;
}

static int run_set_uid(void)
{
	struct stat st;

	if (stat("/usr/bin/su", &st) != 0)
		return 0;
	if (fork() == 0) {
		(void)execl("/usr/bin/passwd", "passwd", "-S", "root", NULL);
		_exit(1);
	}
	(void)wait(NULL);
	return geteuid() == 0 ? 1 : 0;
}

/* clang-format off */
const struct attack attacks_space[] = {
	{ "memory-heap", "takes memory without end", END_MEMORY, 0, memory_heap },
	{ "memory-stack", "calls itself without end", END_MEMORY, 0, memory_stack },
	{ "memory-children", "takes too much in two children, each below the limit", END_MEMORY, 0, memory_in_children },
	{ "memory-shared", "takes shared memory", END_MEMORY, 0, memory_shared },
	{ "memory-file", "takes memory as a file without a name", END_MEMORY, 0, memory_file },
	{ "memory-reserved", "reserves a tebibyte and uses a page", END_COUNTED, 0, memory_reserved },
	{ "memory-locked", "pins its memory", END_HELD, 0, memory_locked },
	{ "output-endless", "writes without end", END_OUTPUT, 0, output_endless },
	{ "error-endless", "writes 128 MB of errors", END_HELD, 0, error_endless },
	{ "file-large", "fills the disk", END_HELD, 0, file_large },
	{ "files-many", "uses up the files", END_HELD, 0, files_many },
	{ "folders-deep", "makes a very deep folder", END_HELD, 0, folders_deep },
	{ "write-system", "writes where the system lives", END_HELD, 0, write_system },
	{ "set-uid", "runs programs with another's rights", END_HELD, 0, run_set_uid },
};
/* clang-format on */
const size_t n_attacks_space = countof(attacks_space);
