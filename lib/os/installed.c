#include "os/installed.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

const char *installed_file(struct arena *m, const char *configured, const char *name)
{
	char self[PATH_MAX];
	const char *path, *built;
	ssize_t n;

	if (configured[0] != '\0')
		return configured;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	if (strrchr(self, '/') != NULL)
		*strrchr(self, '/') = '\0';
	path = arena_printf(m, "%s/../share/podium/etc/%s", self, name);
	built = arena_printf(m, "%s/../../etc/%s", self, name);
	return access(path, R_OK) != 0 && access(built, R_OK) == 0 ? built : path;
}
