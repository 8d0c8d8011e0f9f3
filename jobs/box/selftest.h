#ifndef JOBS_BOX_SELFTEST_H
#define JOBS_BOX_SELFTEST_H

/*
 * The verb test: the attacks named, or all, each in the real box on this machine, and afterwards a
 * harmless program, whose right end shows that the box is unharmed. Prints a line for each: held,
 * weaker (with the reason and what would mend it) or FAILED. Status 0 if none failed. --no-cgroup
 * before the names: as on a machine without control groups.
 */
int selftest(int argc, char **argv);

#endif
