#ifndef VIEW_ERROR_H
#define VIEW_ERROR_H

#include <stdbool.h>

#include "view/page.h"

/* What the error page shows. */
struct error_view {
	struct page_view page;
	int status;
	const char *title;      // "Not found"
	const char *message;    // a sentence for the reader
	const char *detail;     // only while ENV is development; else NULL
	const char *request_id; // to be quoted to the operator
	bool may_sign_in;       // the answer is another one for members
};

#endif
