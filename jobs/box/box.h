#ifndef JOBS_BOX_BOX_H
#define JOBS_BOX_BOX_H

#include <stdint.h>

#include "base/limits.h"

/*
 * What podium-box is asked and what it answers: one struct each way, over private sockets that keep
 * the borders of messages (SOCK_SEQPACKET). Nothing that a boxed program can write is ever parsed.
 *
 * `podium-box serve` reads struct box_open from its standard input, each with one descriptor: the
 * box's end of a connection of its own. On that connection the box says once that it is ready
 * (BOX_READY, or BOX_FAILED and why) and then answers every struct box_run with one struct
 * box_result. A box ends when its connection ends or podium-box does, and everything in it with it.
 *
 * Both programs are built together and run on one machine: the structs need no byte order.
 */
#define BOX_VERSION 3

struct box_mount {
	char source[BOX_MAX_PATH]; // absolute; looked up with the rights of whoever asks
	char target[BOX_MAX_PATH]; // absolute, inside the box; its parents are made
};

struct box_open {
	uint32_t version;
	uint32_t n_mounts;  // read-only, no set-uid, no devices
	int32_t core;       // the processor on which everything in the box runs; -1: any
	uint32_t no_cgroup; // 1: do without control groups, to see what a poorer machine does
	struct box_mount mounts[BOX_MAX_MOUNTS];
};

enum box_op {
	BOX_RUN = 1,
	BOX_FETCH, // text: a name in /box, which must be a regular file; its descriptor comes with
		   // the answer
	BOX_PUT,   // text: a name in /box, of which nothing is there; its bytes are those of the
		   // descriptor that comes with it. Folders above it are made. Without BOX_KEEP
		   // /box and /tmp are fresh first
	BOX_KILL   // the run that is under way; it is answered as usual, with BOX_KILLED. Without
		   // one, nothing
};

enum box_run_flag {
	BOX_BUILD = 1,   // a compiler: may fork and lock files in every tier
	BOX_KEEP = 2,    // /box and /tmp stay as the run before left them
	BOX_VIRTUAL = 4, // where nothing counts memory, bound the address space; else the data only
	BOX_EXEC_WORK = 8,  // programs in /box may be run
	BOX_READ_ONLY = 16, // /box and /tmp cannot be written
	BOX_RUNNABLE = 32,  // of BOX_PUT: the file is a program
	BOX_TAKE = 64       // of BOX_FETCH: it is not there any more afterwards
};

/* With BOX_RUN come three descriptors: standard input, output and error of the program. */
struct box_run {
	uint32_t version;
	uint32_t op;
	uint32_t flags;
	uint32_t cpu_ms;    // of all processes together; 1 to BOX_MAX_CPU_MS
	uint32_t wall_ms;   // 1 to BOX_MAX_WALL_MS
	uint32_t processes; // and threads, at once
	uint32_t files;     // open in one process
	uint32_t inodes;    // files in /box and /tmp, each
	uint64_t memory;    // bytes of all processes, of /box and /tmp together
	uint64_t disk;      // bytes in /box, and in /tmp
	uint64_t file_size; // bytes of one file
	uint32_t n_args;    // the program's path first
	uint32_t n_env;     // NAME=value; nothing is inherited
	uint32_t text_size;
	char text[BOX_MAX_TEXT]; // the arguments, then the environment, each with its NUL
};

enum box_how {
	BOX_READY = 1,
	BOX_EXITED,   // code is the exit status, 0 to 255
	BOX_SIGNALED, // code is the signal
	BOX_FETCHED,
	BOX_STORED, // of BOX_PUT
	BOX_FAILED  // the box's own failure: stage and code (errno) say where; never the program's
		    // fault
};

enum box_mark {
	BOX_CPU_LIMIT = 1,
	BOX_WALL_LIMIT = 2,
	BOX_MEMORY_LIMIT =
		4, // the kernel killed for lack of memory, or a failed run came close to the limit
	BOX_KILLED = 8,      // because BOX_KILL asked for it
	BOX_NOT_STARTED = 16 // the program could not be executed: code is the errno
};

enum box_cgroup {
	BOX_CGROUP_NONE,
	BOX_CGROUP_V1,
	BOX_CGROUP_V2
};

struct box_result {
	uint32_t version;
	uint32_t how;
	int32_t code;
	uint32_t marks;
	uint64_t cpu_us;   // of everything that ran, orphans included
	uint64_t wall_us;  // from just before the program was started
	uint64_t delay_us; // of BOX_WALL_LIMIT: for so much of it the program, its first thread,
			   // wanted a processor and had none; 0 without has_proc
	uint64_t memory;   // bytes at the peak
	uint32_t oom_kills;
	uint32_t processes;  // that ended in the run
	uint32_t cgroup;     // enum box_cgroup: who counted
	uint32_t privileged; // 1: a user id of its own; 0: a user namespace of the caller's
	uint32_t has_proc;   // 1: /proc is there
	char stage[32];      // of BOX_FAILED
};

#endif
