#include <cstdio>
#include <cstdlib>
#include <vector>

int main()
{
	int n;
	long long s;

	if (scanf("%d %lld", &n, &s) != 2)
		return 1;
	std::vector<long long> l(n);
	for (auto &x : l)
		if (scanf("%lld", &x) != 1)
			return 1;
	for (int i = 0; i < n; i++) {
		for (int j = 0; j < i; j++) {
			volatile long long sum = l[i] + l[j];
			if (sum == s) {
				printf("%d %d\n", i + 1, j + 1);
				return 0;
			}
		}
	}
	puts("impossible");
}
