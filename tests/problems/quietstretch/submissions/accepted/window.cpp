#include <cstdio>
#include <vector>

int main()
{
	int n;
	long long k;

	if (scanf("%d %lld", &n, &k) != 2)
		return 1;
	std::vector<long long> a(n);
	for (auto &x : a)
		if (scanf("%lld", &x) != 1)
			return 1;
	long long sum = 0;
	int best = 0;
	for (int left = 0, right = 0; right < n; right++) {
		sum += a[right];
		while (sum > k)
			sum -= a[left++];
		if (right - left + 1 > best)
			best = right - left + 1;
	}
	printf("%d\n", best);
}
