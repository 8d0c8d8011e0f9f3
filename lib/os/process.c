#include "os/process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/scan.h"
#include "os/fd.h"

void process_ignore(const int *signals, size_t n)
{
	static const struct sigaction ignore = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < n; i++)
		(void)sigaction(signals[i], &ignore, NULL);
}

int64_t process_resident(void)
{
	char text[64];
	FD_AUTO fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
	struct span at = { text, n > 0 ? (size_t)n : 0 };
	uint64_t total, resident;

	if (!scan_u64(&at, UINT32_MAX, &total) || !scan_char(&at, ' ') ||
		!scan_u64(&at, UINT32_MAX, &resident))
		return 0;
	return (int64_t)resident * sysconf(_SC_PAGESIZE);
}
