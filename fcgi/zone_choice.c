#include "fcgi/zone_choice.h"

#include "base/zone.h"
#include "os/zone_dir.h"

/* True if name ends in the city, letter case and blanks aside: "new york" for America/New_York. */
static bool is_city(struct span name, struct span city)
{
	struct span end = span_sub(name, name.n - city.n, city.n);

	if (city.n == 0 || name.n < city.n ||
		(name.n > city.n && name.p[name.n - city.n - 1] != '/'))
		return false;
	for (size_t i = 0; i < end.n; i++) {
		char blank = (char)(city.p[i] == ' ' ? '_' : city.p[i]);

		if (!span_ieq((struct span){ &blank, 1 }, span_sub(end, i, 1)))
			return false;
	}
	return true;
}

const struct zone *zone_choice_find(struct arena *m, struct span text)
{
	const struct zone *z = zone_dir_get(text);
	const struct span *names;
	size_t n;

	if (z != NULL)
		return z;
	n = zone_dir_names(m, &names);
	for (size_t i = 0; i < n; i++)
		if (is_city(names[i], text))
			return zone_dir_get(names[i]);
	return NULL;
}

struct zone_options zone_choices(struct arena *m, struct span chosen)
{
	struct zone_option *options;
	const struct span *names;
	size_t n = zone_dir_names(m, &names);

	options = arena_new_array(m, struct zone_option, n);
	for (size_t i = 0; i < n; i++)
		options[i] = (struct zone_option){ names[i], span_eq(names[i], chosen) };
	return (struct zone_options){ options, n };
}
