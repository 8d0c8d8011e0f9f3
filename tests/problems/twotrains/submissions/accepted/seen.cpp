#include <cstdio>
#include <unordered_map>
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
	std::unordered_map<long long, int> seen;
	for (int i = 0; i < n; i++) {
		auto other = seen.find(s - l[i]);
		if (other != seen.end()) {
			printf("%d %d\n", other->second + 1, i + 1);
			return 0;
		}
		seen[l[i]] = i;
	}
	puts("impossible");
}
