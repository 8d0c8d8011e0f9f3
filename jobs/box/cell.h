#ifndef JOBS_BOX_CELL_H
#define JOBS_BOX_CELL_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "jobs/box/box.h"

/* Numbers of the groups' files that the keeper of a box reads and writes while a program runs. */
enum cell_file {
	CELL_MEMORY_LIMIT,
	CELL_SWAP_LIMIT, // of memory and swap together (v1), of swap (v2)
	CELL_MEMORY_PEAK,
	CELL_MEMORY_EVENTS,
	CELL_PROCESSES,
	CELL_CPU,
	N_CELL_FILES
};

#define CELL_MAX_GROUPS 3

/* The groups of one box. Descriptors, so that they work where no group's file system is mounted. */
struct cell_groups {
	enum box_cgroup kind;
	int file[N_CELL_FILES];     // -1: not there
	int enter[CELL_MAX_GROUPS]; // v1: "0" written here moves the writer; v2: [0] is the folder
	unsigned n_enter;
	char path[CELL_MAX_GROUPS][BOX_MAX_PATH]; // to be removed when the box is gone
	unsigned n_path;
	uint64_t memory; // the limits as they were set last; 0: not yet
	uint32_t processes;
	uint64_t earlier_peak; // bytes, where the peak is that of all runs so far; else 0
};

struct cell_filter {
	struct sock_filter *code;
	unsigned short n;
};

/* What the parts of one box share. Failures are told as the stage that failed, with errno set. */
struct cell {
	bool privileged; // real root or its capabilities; else a user namespace
	uid_t caller;    // who started podium-box: paths are looked up with these rights
	uid_t uid;       // of the boxed program, inside
	gid_t gid;
	int conn; // the box's end
	int life; // read end of a pipe that podium-box holds: ends when it does
	const struct box_open *ask;
	struct cell_groups groups;
	struct cell_filter run, build; // run also forbids fork where nothing counts
	bool has_proc;
	bool is_clean; // /box and /tmp are empty and nothing could have written there
};

#endif
