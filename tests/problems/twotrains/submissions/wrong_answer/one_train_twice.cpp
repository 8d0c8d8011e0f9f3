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
	std::unordered_map<long long, int> at;
	for (int i = 0; i < n; i++)
		at[l[i]] = i;
	for (int i = 0; i < n; i++) {
		auto other = at.find(s - l[i]); // may be the same train
		if (other != at.end()) {
			printf("%d %d\n", i + 1, other->second + 1);
			return 0;
		}
	}
	puts("impossible");
}
