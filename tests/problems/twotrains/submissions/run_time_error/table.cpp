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
	int seen[1000001] = {};

	for (int i = 0; i < n; i++) {
		if (l[i] > 1000000)
			abort(); // longer trains than the table has room for
		if (s - l[i] >= 1 && s - l[i] <= 1000000 && seen[s - l[i]] != 0) {
			printf("%d %d\n", seen[s - l[i]], i + 1);
			return 0;
		}
		seen[l[i]] = i + 1;
	}
	puts("impossible");
}
