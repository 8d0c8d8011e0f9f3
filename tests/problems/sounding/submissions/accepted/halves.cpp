#include <iostream>
#include <string>

int main()
{
	int low = 1, high;

	std::cin >> high;
	while (low < high) {
		int middle = (low + high) / 2;
		std::string said;

		std::cout << "? " << middle << std::endl;
		std::cin >> said;
		if (said == "here")
			low = high = middle;
		else if (said == "deeper")
			low = middle + 1;
		else
			high = middle - 1;
	}
	std::cout << "! " << low << std::endl;
}
