// Finds it and then counts for ever.
#include <iostream>

int main()
{
	int n;
	volatile unsigned long long count = 0;

	std::cin >> n;
	while (n > 0)
		count = count + 1;
	std::cout << "! " << count << std::endl;
}
