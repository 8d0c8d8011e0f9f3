// Adds up in 32 bits, without the undefined behaviour.
#include <cstdint>
#include <cstdio>
#include <vector>

int main()
{
	int n;
	long long k;

	if (scanf("%d %lld", &n, &k) != 2)
		return 1;
	std::vector<uint32_t> a(n);
	for (auto &x : a)
		if (scanf("%u", &x) != 1)
			return 1;
	uint32_t sum = 0;
	int best = 0;
	for (int left = 0, right = 0; right < n; right++) {
		sum += a[right];
		while (left <= right && (long long)sum > k)
			sum -= a[left++];
		if (right - left + 1 > best)
			best = right - left + 1;
	}
	printf("%d\n", best);
}
