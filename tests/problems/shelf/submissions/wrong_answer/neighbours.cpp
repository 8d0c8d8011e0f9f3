// Counts neighbours only.
#include <cstdio>

int main()
{
	int n, before = 0, x, swaps = 0;

	if (scanf("%d", &n) != 1)
		return 1;
	while (n-- > 0 && scanf("%d", &x) == 1) {
		swaps += before > x;
		before = x;
	}
	printf("%d\n", swaps);
}
