#include "jobs/judge/core.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/clock.h"
#include "os/fd.h"

#define LOOK_MS 2

/* The descriptor that holds the processor, or -1. */
static int hold(int number)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "podium-core-%d", number);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 &&
		bind(fd, (struct sockaddr *)&name,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) != 0)
		fd_close(&fd);
	return fd;
}

int core_claim(struct core *c, int wait_ms, struct err *e)
{
	int64_t until = clock_mono_us() + (int64_t)wait_ms * 1000;
	cpu_set_t set;

	*c = (struct core){ .number = -1, .held = -1 };
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return err_set(e, ERR_INTERNAL, "no processors: %s", err_reason(errno));
	for (;;) {
		for (int i = 0; i < CPU_SETSIZE; i++) {
			if (!CPU_ISSET((unsigned)i, &set) || (c->held = hold(i)) < 0)
				continue;
			c->number = i;
			return 0;
		}
		if (clock_mono_us() >= until)
			return err_set(e, ERR_TEMPORARY, "other judges use every processor");
		clock_sleep_ms(LOOK_MS);
	}
}

void core_release(struct core *c)
{
	fd_close(&c->held);
	c->number = -1;
}
