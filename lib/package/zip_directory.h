#ifndef PACKAGE_ZIP_DIRECTORY_H
#define PACKAGE_ZIP_DIRECTORY_H

#include "base/span.h"
#include "package/report.h"

/*
 * Reports entries of a zip that share bytes, which nothing but a trap does, and those that are
 * neither file nor folder nor link. What is not a zip at all is not reported here.
 */
void zip_directory_check(struct package_report *r, struct span zip);

#endif
