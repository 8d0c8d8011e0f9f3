#include "jobs/box/attack.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static volatile unsigned long sink;

void attack_spin(void)
{
	for (;;)
		sink++;
}

static long cpu_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void attack_spin_ms(int ms)
{
	long begun = cpu_ms();

	do
		for (int i = 0; i < 100000; i++)
			sink++;
	while (cpu_ms() - begun < ms);
}

const struct attack *attack_at(size_t i)
{
	if (i < n_attacks_time)
		return &attacks_time[i];
	i -= n_attacks_time;
	if (i < n_attacks_space)
		return &attacks_space[i];
	i -= n_attacks_space;
	return i < n_attacks_escape ? &attacks_escape[i] : NULL;
}

int attack_run(const char *name)
{
	const struct attack *a;

	for (size_t i = 0; (a = attack_at(i)) != NULL; i++) {
		if (strcmp(a->name, name) == 0)
			return a->run();
	}
	fprintf(stderr, "no attack is called %s\n", name);
	return 2;
}
