// Plays the lake: tells the depth of it, answers lowerings, and counts them.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

static const int ACCEPTED = 42, WRONG = 43;

static int end(const std::string &feedback, int status, const std::string &words)
{
	std::ofstream(feedback + "judgemessage.txt", std::ios::app) << words << "\n";
	return status;
}

/* A whole number and nothing else. */
static bool number(const std::string &text, long &out)
{
	if (text.empty() || text.size() > 9 ||
		text.find_first_not_of("0123456789") != std::string::npos)
		return false;
	out = std::atol(text.c_str());
	return true;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 1;
	std::ifstream input(argv[1]);
	const std::string feedback = argv[3];
	long n, d;
	if (!(input >> n >> d))
		return 1;

	std::cout << n << std::endl;
	for (int asked = 0;; asked++) {
		std::string kind, word, more;
		long x;

		if (!(std::cin >> kind >> word))
			return end(feedback, WRONG, "the program ended without an answer");
		if (!number(word, x) || (kind != "?" && kind != "!"))
			return end(feedback, WRONG,
				"neither a lowering nor an answer: " + kind.substr(0, 20) + " " +
					word.substr(0, 20));
		if (kind == "!") {
			if (std::cin >> more)
				return end(feedback, WRONG, "more output behind the answer");
			if (x != d)
				return end(feedback, WRONG,
					"answered " + word + ", the wreck lies at " +
						std::to_string(d));
			return end(feedback, ACCEPTED,
				"found with " + std::to_string(asked) + " lowerings");
		}
		if (asked == 20)
			return end(feedback, WRONG, "more than 20 lowerings");
		if (x < 1 || x > n)
			return end(feedback, WRONG, "lowered to " + word + ", outside the lake");
		std::cout << (d > x ? "deeper" : d < x ? "higher" : "here") << std::endl;
	}
}
