// What the checker tells the jury, and its statuses.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

class words {
public:
	explicit words(const std::string &feedback) : path(feedback + "judgemessage.txt")
	{
	}
	int right() const
	{
		return 42;
	}
	int wrong(const std::string &why) const
	{
		std::ofstream(path) << why << "\n";
		return 43;
	}

private:
	std::string path;
};

inline bool number(const std::string &text, long &out)
{
	if (text.empty() || text.size() > 9 ||
		text.find_first_not_of("0123456789") != std::string::npos)
		return false;
	out = std::atol(text.c_str());
	return true;
}
