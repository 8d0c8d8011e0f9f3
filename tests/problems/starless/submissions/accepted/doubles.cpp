#include <iostream>
int main() {
	long long a, b, s = 0;
	std::cin >> a >> b;
	for (; b; b >>= 1, a += a)
		if (b & 1)
			s += a;
	std::cout << s;
}
