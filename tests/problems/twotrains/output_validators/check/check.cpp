// Takes any two trains that fit. The judges' answer says only whether there are any.
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "words.hpp"

int main(int argc, char **argv)
{
	if (argc < 4)
		return 1;
	std::ifstream input(argv[1]), answer(argv[2]);
	words said(argv[3]);
	long n, s;
	if (!(input >> n >> s))
		return 1;
	std::vector<long> length(n);
	for (auto &l : length)
		if (!(input >> l))
			return 1;
	std::string judge, first, second, more;
	if (!(answer >> judge))
		return 1;

	if (!(std::cin >> first))
		return said.wrong("there is no output");
	if (first == "impossible") {
		if (std::cin >> more)
			return said.wrong("more output behind impossible");
		return judge == "impossible" ? said.right()
					     : said.wrong("there are two such trains");
	}
	long i, j;
	if (!(std::cin >> second) || !number(first, i) || !number(second, j))
		return said.wrong("neither two numbers nor impossible");
	if (std::cin >> more)
		return said.wrong("more output behind the second number");
	if (i < 1 || i > n || j < 1 || j > n)
		return said.wrong("there is no such train");
	if (i == j)
		return said.wrong("that is one train");
	if (length[i - 1] + length[j - 1] != s)
		return said.wrong("these trains have " +
				  std::to_string(length[i - 1] + length[j - 1]) + " wagons");
	// The judges would have found them too.
	return judge == "impossible" ? 1 : said.right();
}
