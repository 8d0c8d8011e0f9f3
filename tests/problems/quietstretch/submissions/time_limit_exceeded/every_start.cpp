// Tries every beginning: quadratic when stretches are long.
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
	int best = 0;
	for (int i = 0; i < n; i++) {
		long long sum = 0;
		volatile int length = 0;
		for (int j = i; j < n && sum + a[j] <= k; j++) {
			sum += a[j];
			length = length + 1;
		}
		if (length > best)
			best = length;
	}
	printf("%d\n", best);
}
