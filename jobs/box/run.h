#ifndef JOBS_BOX_RUN_H
#define JOBS_BOX_RUN_H

/* The verb run. Status 0 if the program could be run, whatever came of it; 1 if the box failed; 2
 * for wrong words. */
int run_once(int argc, char **argv);

#endif
