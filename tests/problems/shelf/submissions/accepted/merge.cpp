#include <algorithm>
#include <cstdio>
#include <vector>

// Books that stand the wrong way round, counted while they are merged.
static long long count(std::vector<int> &a, int from, int to)
{
	if (to - from < 2)
		return 0;
	int middle = (from + to) / 2;
	long long sum = count(a, from, middle) + count(a, middle, to);
	for (int i = from, j = middle; i < middle; i++) {
		while (j < to && a[j] < a[i])
			j++;
		sum += j - middle;
	}
	std::inplace_merge(a.begin() + from, a.begin() + middle, a.begin() + to);
	return sum;
}

int main()
{
	int n;

	if (scanf("%d", &n) != 1)
		return 1;
	std::vector<int> a(n);
	for (auto &x : a)
		if (scanf("%d", &x) != 1)
			return 1;
	printf("%lld\n", count(a, 0, n));
}
