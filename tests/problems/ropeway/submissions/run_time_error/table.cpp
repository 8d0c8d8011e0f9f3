#include <cmath>
#include <cstdio>
#include <vector>

int main()
{
	int n, q;

	if (scanf("%d %d", &n, &q) != 2)
		return 1;
	std::vector<double> x(n), y(n);
	for (int i = 0; i < n; i++)
		if (scanf("%lf %lf", &x[i], &y[i]) != 2)
			return 1;
	// All answers in a table: far more memory than there is.
	std::vector<std::vector<double>> table;
	for (int i = 0; i < n; i++)
		table.emplace_back(n, 1.0);
	while (q-- > 0) {
		int a, b;
		if (scanf("%d %d", &a, &b) != 2)
			return 1;
		double sum = 0;
		for (int i = a < b ? a : b; i < (a < b ? b : a); i++)
			sum += table[i][0] * std::hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
		printf("%.9f\n", sum);
	}
}
