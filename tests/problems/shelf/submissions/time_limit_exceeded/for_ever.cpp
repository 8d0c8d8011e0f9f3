// Shuffles until it is in order.
#include <algorithm>
#include <cstdio>
#include <random>
#include <vector>

int main()
{
	int n;
	std::mt19937 dice(1);

	if (scanf("%d", &n) != 1)
		return 1;
	std::vector<int> a(n);
	for (auto &x : a)
		if (scanf("%d", &x) != 1)
			return 1;
	volatile bool sorted = false;
	do {
		std::shuffle(a.begin(), a.end(), dice);
		sorted = std::is_sorted(a.begin(), a.end()) && n > 100000;
	} while (!sorted);
	puts("0");
}
