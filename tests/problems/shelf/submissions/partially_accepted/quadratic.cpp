#include <cstdio>
#include <vector>

int main()
{
	int n;

	if (scanf("%d", &n) != 1)
		return 1;
	std::vector<int> a(n);
	for (auto &x : a)
		if (scanf("%d", &x) != 1)
			return 1;
	volatile long long swaps = 0;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			if (a[j] > a[i])
				swaps = swaps + 1;
	printf("%lld\n", swaps);
}
