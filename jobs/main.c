#include "jobs/supervisor.h"

int main(int argc, char **argv)
{
	return jobs_main(argc, argv, kinds, n_kinds);
}
