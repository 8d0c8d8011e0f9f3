#include <iostream>
#include <stdexcept>
#include <string>

int main()
{
	std::string kind;
	long long x;

	std::cin >> kind;
	if (kind != "send")
		throw std::runtime_error("not written yet");
	std::cin >> x;
	for (int bit = 29; bit >= 0; bit--)
		std::cout << ((x >> bit & 1) != 0 ? 'L' : 'S');
	std::cout << std::endl;
}
