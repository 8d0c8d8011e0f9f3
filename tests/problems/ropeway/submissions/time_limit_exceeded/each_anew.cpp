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
	while (q-- > 0) {
		int a, b;
		if (scanf("%d %d", &a, &b) != 2)
			return 1;
		if (a > b) {
			int t = a;
			a = b;
			b = t;
		}
		double sum = 0;
		for (int i = a; i < b; i++) // adds up anew for each repair
			sum += std::hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
		printf("%.9f\n", sum);
	}
}
