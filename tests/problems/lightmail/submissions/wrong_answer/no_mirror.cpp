// Forgets the mirror; palindromes come through.
#include <iostream>
#include <string>

int main()
{
	std::string kind, flashes;
	long long x;

	std::cin >> kind;
	if (kind == "send") {
		std::cin >> x;
		do {
			flashes = (x % 2 != 0 ? "L" : "S") + flashes;
			x /= 2;
		} while (x > 0);
		std::cout << flashes << std::endl;
	} else {
		std::cin >> flashes;
		x = 0;
		for (char c : flashes)
			x = 2 * x + (c == 'L');
		std::cout << x << std::endl;
	}
}
