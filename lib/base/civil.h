#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The proleptic Gregorian calendar without time zones: field arithmetic only, the same on every
 * machine whatever TZ says.
 */
struct civil {
	int year;    // 1..9999 where civil_valid holds
	int month;   // 1..12
	int day;     // 1..31
	int hour;    // 0..23
	int minute;  // 0..59
	int second;  // 0..59; 60 is not accepted
	int weekday; // 1 Monday .. 7 Sunday (ISO 8601); filled by civil_at, ignored by the others
};

bool civil_leap(int year);
int civil_month_days(int year, int month); // 28..31; 0 if the month is not 1..12
bool civil_valid(const struct civil *c);   // every field in range, the day inside its month

int64_t civil_days(int year, int month, int day); // days since 1970-01-01, may be negative
int64_t civil_unix(const struct civil *c);        // seconds since 1970, taking the fields as UTC
struct civil civil_at(int64_t unix_s);            // the inverse, with the weekday
int civil_weekday(int64_t days);                  // 1 Monday .. 7 Sunday

#endif
