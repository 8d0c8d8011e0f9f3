// Room for a thousand minutes, and an honest check.
#include <cstdio>
#include <cstdlib>

static long long a[1000];

int main()
{
	int n;
	long long k;

	if (scanf("%d %lld", &n, &k) != 2)
		return 1;
	if (n > 1000)
		abort();
	long long sum = 0;
	int best = 0, left = 0;
	for (int right = 0; right < n; right++) {
		if (scanf("%lld", &a[right]) != 1)
			return 1;
		sum += a[right];
		while (sum > k)
			sum -= a[left++];
		if (right - left + 1 > best)
			best = right - left + 1;
	}
	printf("%d\n", best);
}
