#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#include <stddef.h>

#define ATTR_MUST_USE        __attribute__((warn_unused_result))
#define ATTR_PRINTF(fmt, va) __attribute__((format(printf, fmt, va)))
#define ATTR_NORETURN        __attribute__((noreturn))
#define ATTR_UNUSED          __attribute__((unused))

/* A large buffer that is written before it is read: the build fills every other variable with
 * zeros. */
#define ATTR_UNFILLED __attribute__((uninitialized))

/* Runs on a stack that AddressSanitizer does not know, and never returns. */
#define ATTR_OTHER_STACK __attribute__((no_sanitize("address")))

/* Runs fn(&variable) when the variable leaves its scope. */
#define CLEANUP(fn)    __attribute__((cleanup(fn)))

#define countof(array) (sizeof(array) / sizeof((array)[0]))

#endif
