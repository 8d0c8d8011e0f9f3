// Goes down millimetre by millimetre, until the daylight is gone.
#include <iostream>
#include <string>

int main()
{
	int n, x = 1;
	std::string said;

	std::cin >> n;
	for (; x < n; x++) {
		std::cout << "? " << x << std::endl;
		if (!(std::cin >> said) || said == "here")
			break;
	}
	std::cout << "! " << x << std::endl;
}
