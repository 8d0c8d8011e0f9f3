#include "base/month.h"

#include "base/civil.h"
#include "base/scan.h"
#include "base/when.h"

int64_t month_of_day(int64_t day)
{
	struct civil c = civil_at(day * 86400);

	return (int64_t)c.year * 12 + c.month - 1;
}

int month_year(int64_t month)
{
	return (int)(month / 12);
}

int month_of_year(int64_t month)
{
	return (int)(month % 12) + 1;
}

bool month_parse(struct span s, int64_t *out)
{
	int year;
	int month;

	if (!scan_digits(&s, 4, &year) || !scan_char(&s, '-') || !scan_digits(&s, 2, &month) ||
		!scan_end(&s) || month < 1 || month > 12)
		return false;
	*out = (int64_t)year * 12 + month - 1;
	return true;
}

const char *month_text(struct arena *m, int64_t month)
{
	return arena_printf(m, "%04d-%02d", month_year(month), month_of_year(month));
}

const char *month_name(struct arena *m, int64_t month)
{
	return when_month(m, month_year(month), month_of_year(month));
}
