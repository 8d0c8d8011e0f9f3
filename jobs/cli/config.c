#include <stdio.h>

#include "base/buf.h"
#include "jobs/cli/cli.h"
#include "os/config.h"

#define MAX_EXAMPLE (256 * 1024)

int cli_config_example(struct cli *c)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;
	BUF_AUTO b;

	buf_init(&b, MAX_EXAMPLE);
	if (c->n_words > 0)
		return CLI_USAGE;
	config_example(&b);
	if (buf_finish(&b, &text, &e) != 0)
		return cli_fail(&e);
	return fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0 ? 0 : 1;
}
