#include <algorithm>
#include <iostream>
#include <string>

int main()
{
	std::string kind;

	std::cin >> kind;
	if (kind == "send") {
		long long x;
		std::cin >> x;
		for (int bit = 29; bit >= 0; bit--)
			std::cout << ((x >> bit & 1) != 0 ? 'L' : 'S');
		std::cout << std::endl;
	} else {
		std::string flashes;
		long long x = 0;
		std::cin >> flashes;
		std::reverse(flashes.begin(), flashes.end());
		for (char c : flashes)
			x = 2 * x + (c == 'L');
		std::cout << x << std::endl;
	}
}
