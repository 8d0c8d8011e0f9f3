#include <iostream>

// Multiplies as it was done on clay tablets: one factor is halved, the other one doubled, and whatever stands beside an
// odd number is added up.
int main()
{
	long long first, second, product = 0;

	std::cin >> first >> second;
	while (second > 0) {
		if (second & 1)
			product += first;
		second >>= 1;
		first += first;
	}
	std::cout << product << '\n';
}
