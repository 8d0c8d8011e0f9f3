#include <cstdio>
#include <cstdlib>

int main()
{
	int n;

	if (scanf("%d", &n) != 1 || n >= 1)
		abort();
}
