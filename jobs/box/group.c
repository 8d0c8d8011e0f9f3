#include "jobs/box/group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/span.h"
#include "jobs/box/group_base.h"

#define PREFIX      "podium-box."
#define REMOVE_WAIT 50 // tries, a millisecond apart

/* Where the hierarchies are mounted; "" where they are not. */
struct mounts {
	char memory[BOX_MAX_PATH];
	char pids[BOX_MAX_PATH];
	char cpu[BOX_MAX_PATH];
	char unified[BOX_MAX_PATH];
};

static void keep(char *to, struct span path)
{
	if (to[0] == '\0' && path.n < BOX_MAX_PATH)
		(void)snprintf(to, BOX_MAX_PATH, SPAN_FMT, SPAN_ARG(path));
}

static bool has_option(struct span options, const char *name)
{
	struct span one;

	while (span_split(&options, ',', &one)) {
		if (span_is(one, name))
			return true;
	}
	return false;
}

/* One line of mountinfo: five words and the path's, more, a dash, the type, the source, options. */
static void read_mount(struct span line, struct mounts *m)
{
	struct span path = SPAN_NONE, type = SPAN_NONE, options = SPAN_NONE, word;
	int n = 0, after_dash = 0;

	while (span_split(&line, ' ', &word)) {
		if (++n == 5)
			path = word;
		if (after_dash > 0 && ++after_dash == 2)
			type = word;
		else if (after_dash == 4)
			options = word;
		if (span_is(word, "-") && n > 5)
			after_dash = 1;
	}
	if (span_is(type, "cgroup2"))
		keep(m->unified, path);
	if (!span_is(type, "cgroup"))
		return;
	if (has_option(options, "memory"))
		keep(m->memory, path);
	if (has_option(options, "pids"))
		keep(m->pids, path);
	if (has_option(options, "cpuacct"))
		keep(m->cpu, path);
}

static void find_mounts(struct mounts *m)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char line[4096];

	memset(m, 0, sizeof(*m));
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		read_mount(span_trim(span_of(line)), m);
	if (f != NULL)
		(void)fclose(f);
}

static int write_fd(int fd, uint64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, value);

	return pwrite(fd, text, (size_t)n, 0) < 0 ? -1 : 0;
}

/* The number behind `key` in a file of "key value" lines, or the file's only number for NULL. */
static uint64_t read_number(int fd, const char *key)
{
	char text[4096];
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text), 0);
	struct span rest = { text, n > 0 ? (size_t)n : 0 }, line;
	uint64_t value;

	while (span_split(&rest, '\n', &line)) {
		if ((key == NULL || (scan_lit(&line, key) && scan_char(&line, ' '))) &&
			scan_u64(&line, UINT64_MAX, &value))
			return value;
	}
	return 0;
}

/* A new folder below `base`, remembered for its removal; -1 if it may not be made. */
static int make_dir(struct cell_groups *g, const char *base, unsigned serial)
{
	char *path = g->path[g->n_path];
	int dir;

	if (base[0] == '\0' || snprintf(path, BOX_MAX_PATH, "%s/" PREFIX "%d.%u", base,
				       (int)getpid(), serial) >= BOX_MAX_PATH)
		return -1;
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return -1;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		(void)rmdir(path);
	else
		g->n_path++;
	return dir;
}

static int open_file(int dir, const char *name, int flags)
{
	return openat(dir, name, flags | O_CLOEXEC);
}

static bool make_v1(struct cell_groups *g, const struct mounts *m, unsigned serial)
{
	int memory = make_dir(g, m->memory, serial);
	int pids = make_dir(g, m->pids, serial);
	int cpu = make_dir(g, m->cpu, serial);
	bool good = memory >= 0 && pids >= 0 && cpu >= 0;

	if (good) {
		g->kind = BOX_CGROUP_V1;
		g->file[CELL_MEMORY_LIMIT] = open_file(memory, "memory.limit_in_bytes", O_RDWR);
		g->file[CELL_SWAP_LIMIT] = open_file(memory, "memory.memsw.limit_in_bytes", O_RDWR);
		g->file[CELL_MEMORY_PEAK] = open_file(memory, "memory.max_usage_in_bytes", O_RDWR);
		g->file[CELL_MEMORY_EVENTS] = open_file(memory, "memory.oom_control", O_RDONLY);
		g->file[CELL_PROCESSES] = open_file(pids, "pids.max", O_RDWR);
		g->file[CELL_CPU] = open_file(cpu, "cpuacct.usage", O_RDONLY);
		g->enter[g->n_enter++] = open_file(memory, "tasks", O_WRONLY);
		g->enter[g->n_enter++] = open_file(pids, "tasks", O_WRONLY);
		g->enter[g->n_enter++] = open_file(cpu, "tasks", O_WRONLY);
		for (unsigned i = 0; i < g->n_enter; i++)
			good = good && g->enter[i] >= 0;
		good = good && g->file[CELL_MEMORY_LIMIT] >= 0 && g->file[CELL_MEMORY_PEAK] >= 0 &&
		       g->file[CELL_PROCESSES] >= 0 && g->file[CELL_CPU] >= 0;
	}
	if (memory >= 0)
		(void)close(memory);
	if (pids >= 0)
		(void)close(pids);
	if (cpu >= 0)
		(void)close(cpu);
	return good;
}

/* Without memory all of the box's processes end, not the largest alone. */
static void end_together(int dir)
{
	int fd = open_file(dir, "memory.oom.group", O_WRONLY);

	if (fd < 0)
		return;
	(void)write_fd(fd, 1);
	(void)close(fd);
}

static bool make_v2(struct cell_groups *g, const struct mounts *m, unsigned serial)
{
	char base[BOX_MAX_PATH];
	int dir = group_base(m->unified, base) ? make_dir(g, base, serial) : -1;

	if (dir < 0)
		return false;
	g->kind = BOX_CGROUP_V2;
	g->file[CELL_MEMORY_LIMIT] = open_file(dir, "memory.max", O_RDWR);
	g->file[CELL_SWAP_LIMIT] = open_file(dir, "memory.swap.max", O_RDWR);
	g->file[CELL_MEMORY_PEAK] = open_file(dir, "memory.peak", O_RDWR);
	if (g->file[CELL_MEMORY_PEAK] < 0)
		g->file[CELL_MEMORY_PEAK] = open_file(dir, "memory.peak", O_RDONLY);
	g->file[CELL_MEMORY_EVENTS] = open_file(dir, "memory.events", O_RDONLY);
	g->file[CELL_PROCESSES] = open_file(dir, "pids.max", O_RDWR);
	g->file[CELL_CPU] = open_file(dir, "cpu.stat", O_RDONLY);
	end_together(dir);
	g->enter[g->n_enter++] = dir;
	return g->file[CELL_MEMORY_LIMIT] >= 0 && g->file[CELL_MEMORY_EVENTS] >= 0 &&
	       g->file[CELL_PROCESSES] >= 0 && g->file[CELL_CPU] >= 0;
}

static void clear(struct cell_groups *g)
{
	memset(g, 0, sizeof(*g));
	for (unsigned i = 0; i < N_CELL_FILES; i++)
		g->file[i] = -1;
}

/* What could not be made whole. Empty groups can be removed at once. */
static void discard(struct cell_groups *g)
{
	group_close(g);
	for (unsigned i = 0; i < g->n_path; i++)
		(void)rmdir(g->path[i]);
	clear(g);
}

void group_make(struct cell_groups *g, unsigned serial)
{
	struct mounts m;

	clear(g);
	find_mounts(&m);
	if (make_v2(g, &m, serial))
		return;
	discard(g);
	if (!make_v1(g, &m, serial))
		discard(g);
}

void group_close(struct cell_groups *g)
{
	for (unsigned i = 0; i < N_CELL_FILES; i++) {
		if (g->file[i] >= 0)
			(void)close(g->file[i]);
		g->file[i] = -1;
	}
	for (unsigned i = 0; i < g->n_enter; i++)
		(void)close(g->enter[i]);
	g->n_enter = 0;
}

int group_remove(const struct cell_groups *g)
{
	int rc = 0;

	for (unsigned i = 0; i < g->n_path; i++) {
		int tries = REMOVE_WAIT;

		while (rmdir(g->path[i]) != 0 && errno == EBUSY && --tries > 0)
			(void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		if (tries == 0)
			rc = -1;
	}
	return rc;
}

static void sweep_below(const char *base)
{
	DIR *dir = base[0] != '\0' ? opendir(base) : NULL;

	for (struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL;) {
		struct span name = span_of(d->d_name);
		uint64_t pid;

		if (scan_lit(&name, PREFIX) && scan_u64(&name, INT32_MAX, &pid) && pid > 0 &&
			kill((pid_t)pid, 0) != 0 && errno == ESRCH)
			(void)unlinkat(dirfd(dir), d->d_name, AT_REMOVEDIR);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

void group_sweep(void)
{
	struct mounts m;

	find_mounts(&m);
	sweep_below(m.memory);
	sweep_below(m.pids);
	sweep_below(m.cpu);
	sweep_below(m.unified);
}

/* Version 1 refuses a limit of memory above that of memory and swap, so the second is lifted first.
 */
static int limit_memory(const struct cell_groups *g, uint64_t memory)
{
	const int *file = g->file;

	if (g->kind == BOX_CGROUP_V2) {
		if (write_fd(file[CELL_MEMORY_LIMIT], memory) != 0)
			return -1;
		if (file[CELL_SWAP_LIMIT] >= 0)
			(void)write_fd(file[CELL_SWAP_LIMIT], 0);
		return 0;
	}
	if (file[CELL_SWAP_LIMIT] >= 0 && pwrite(file[CELL_SWAP_LIMIT], "-1", 2, 0) < 0)
		return -1;
	if (write_fd(file[CELL_MEMORY_LIMIT], memory) != 0)
		return -1;
	return file[CELL_SWAP_LIMIT] >= 0 ? write_fd(file[CELL_SWAP_LIMIT], memory) : 0;
}

/*
 * The limits of the run before stay if they are the same. Version 2 counts its peak anew for
 * whoever writes to the file, from Linux 6.12 on; before, the peak is that of all runs in the box,
 * so that a run which takes less than one before it leaves no trace there.
 */
int group_begin(struct cell_groups *g, uint64_t memory, uint32_t processes)
{
	if (g->kind == BOX_CGROUP_NONE)
		return 0;
	if (g->memory != memory) {
		g->memory = 0;
		if (limit_memory(g, memory) != 0)
			return -1;
		g->memory = memory;
	}
	if (g->processes != processes) {
		g->processes = 0;
		if (write_fd(g->file[CELL_PROCESSES], processes) != 0)
			return -1;
		g->processes = processes;
	}
	g->earlier_peak = 0;
	if (g->file[CELL_MEMORY_PEAK] >= 0 && write_fd(g->file[CELL_MEMORY_PEAK], 0) != 0)
		g->earlier_peak = read_number(g->file[CELL_MEMORY_PEAK], NULL);
	return 0;
}

int group_enter(const struct cell_groups *g)
{
	for (unsigned i = 0; g->kind == BOX_CGROUP_V1 && i < g->n_enter; i++) {
		if (write(g->enter[i], "0", 1) != 1)
			return -1;
	}
	return unshare(CLONE_NEWCGROUP);
}

uint64_t group_cpu_us(const struct cell_groups *g)
{
	if (g->kind == BOX_CGROUP_V2)
		return read_number(g->file[CELL_CPU], "usage_usec");
	return read_number(g->file[CELL_CPU], NULL) / 1000;
}

uint64_t group_peak(const struct cell_groups *g)
{
	uint64_t peak = read_number(g->file[CELL_MEMORY_PEAK], NULL);

	return peak > g->earlier_peak ? peak : 0;
}

uint32_t group_oom_kills(const struct cell_groups *g)
{
	return (uint32_t)read_number(g->file[CELL_MEMORY_EVENTS], "oom_kill");
}
