#include "net/sigpipe.h"

#include <signal.h>
#include <stddef.h>

void sigpipe_ignore(void)
{
	static const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction now;

	if (sigaction(SIGPIPE, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 &&
		now.sa_handler == SIG_DFL)
		sigaction(SIGPIPE, &ignore, NULL);
}
