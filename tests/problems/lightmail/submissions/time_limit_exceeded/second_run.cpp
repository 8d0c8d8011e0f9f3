// Sends well, and then waits for a morning that never comes.
#include <iostream>
#include <string>

int main()
{
	std::string kind;
	long long x;
	volatile bool night = true;

	std::cin >> kind >> x;
	if (kind == "send") {
		for (int bit = 29; bit >= 0; bit--)
			std::cout << ((x >> bit & 1) != 0 ? 'L' : 'S');
		std::cout << std::endl;
		return 0;
	}
	while (night)
		continue;
}
