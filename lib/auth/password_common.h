#ifndef AUTH_PASSWORD_COMMON_H
#define AUTH_PASSWORD_COMMON_H

#include <stdbool.h>

/*
 * The words that passwords are made of when nobody thinks about them: true for one of some 1,300.
 * bare is in small letters, without the digits and marks around it.
 */
bool password_is_common(const char *bare);

#endif
