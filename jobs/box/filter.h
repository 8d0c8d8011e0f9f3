#ifndef JOBS_BOX_FILTER_H
#define JOBS_BOX_FILTER_H

#include <stdbool.h>

#include "base/attr.h"
#include "jobs/box/cell.h"

/*
 * The system calls that no boxed program has a use for, as a program for the kernel: what reaches
 * outside its namespaces (sockets other than local ones, keyrings, vsock), what opens much of the
 * kernel (user namespaces, io_uring, bpf, perf), what lets two boxes talk (locks, leases,
 * notifications, System V IPC), and the entries for other architectures, which end the program.
 * Everything else is allowed: the namespaces carry the weight, and a list of what is allowed would
 * break with every new runtime.
 *
 * `fork` forbids processes but not threads: where no group counts, a forked process could hide its
 * time. `build` is for compilers: locks are allowed. Returns 0 with code that lives as long as the
 * process, or -1.
 */
int filter_make(bool fork, bool build, struct cell_filter *out) ATTR_MUST_USE;

#endif
