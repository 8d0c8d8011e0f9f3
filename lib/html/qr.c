#include "html/qr.h"

#include <qrencode.h>

#include "base/buf.h"

#define QUIET    4
#define PATH_MAX (256 * 1024)

static void code_free(QRcode **code)
{
	QRcode_free(*code);
}

/* Dark modules that touch in a row become one rectangle. */
static void write_row(struct buf *b, const unsigned char *row, int width, int y)
{
	for (int x = 0; x < width; x++) {
		int from = x;

		while (x < width && (row[x] & 1U) != 0)
			x++;
		if (x > from)
			buf_addf(
				b, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
	}
}

int qr_make(struct arena *m, struct span text, struct qr *out, struct err *e)
{
	QRcode *CLEANUP(code_free) code = NULL;
	struct span path;
	BUF_AUTO b;

	buf_init(&b, PATH_MAX);
	if (text.n == 0 || text.n > QR_MAX_TEXT)
		return err_set(e, ERR_LIMIT, "a QR code holds 1 to %d bytes", QR_MAX_TEXT);
	code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return err_set(e, ERR_INTERNAL, "could not make a QR code");
	for (int y = 0; y < code->width; y++)
		write_row(&b, code->data + (size_t)y * (size_t)code->width, code->width, y);
	if (buf_finish(&b, &path, e) != 0)
		return -1;
	*out = (struct qr){ code->width + 2 * QUIET, arena_span(m, path).p };
	return 0;
}
