/*
 * Runs a fuzz target over files, without a fuzzing engine: every file named on the command line and
 * every file under the folders named there. The suite replays the seeds of each target in this way
 * in the build with sanitizers, so a crash that was once found stays found.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned n_runs;

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 ||
		fseek(f, 0, SEEK_SET) != 0) {
		perror(path);
		if (f != NULL)
			fclose(f);
		return -1;
	}
	data = malloc((size_t)size + 1); // exact but for the one byte that malloc(0) may not give
	if (data == NULL || fread(data, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		free(data);
		fclose(f);
		return -1;
	}
	fclose(f);
	data = realloc(data, size > 0 ? (size_t)size : 1);
	if (data == NULL)
		return -1;
	fprintf(stderr, "%s\n", path); // the last line names the file of a crash
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	n_runs++;
	return 0;
}

static int run_path(const char *path)
{
	struct dirent **names;
	struct stat st;
	int rc = 0;
	int n;

	if (stat(path, &st) != 0) {
		perror(path);
		return -1;
	}
	if (!S_ISDIR(st.st_mode))
		return run_file(path);
	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char inner[4096];

		if (names[i]->d_name[0] != '.') {
			snprintf(inner, sizeof(inner), "%s/%s", path, names[i]->d_name);
			if (run_path(inner) != 0)
				rc = -1;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return n < 0 ? -1 : rc;
}

int main(int argc, char **argv)
{
	int rc = 0;

	for (int i = 1; i < argc; i++) {
		if (run_path(argv[i]) != 0)
			rc = 1;
	}
	printf("%u inputs\n", n_runs);
	return n_runs > 0 ? rc : 1;
}
