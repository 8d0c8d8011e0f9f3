#include "fcgi/live/frame.h"

#define MASKED   0x80
#define LENGTH   0x7f
#define LONG     126
#define HUGE     127
#define KIND     0x0f
#define N_MASK   4
#define N_HEAD   2
#define N_LENGTH 2

enum frame_state frame_take(struct span *in, struct frame *out)
{
	const unsigned char *p = (const unsigned char *)in->p;
	size_t head = N_HEAD + N_MASK;
	size_t n;

	if (in->n < N_HEAD)
		return FRAME_MORE;
	n = p[1] & LENGTH;
	if ((p[1] & MASKED) == 0 || n == HUGE)
		return FRAME_BROKEN;
	if (n == LONG) {
		if (in->n < N_HEAD + N_LENGTH)
			return FRAME_MORE;
		n = (size_t)p[2] << 8 | p[3];
		head += N_LENGTH;
	}
	if (n > FRAME_MOST || ((p[0] & KIND) >= FRAME_CLOSE && n > FRAME_MOST_CONTROL))
		return FRAME_BROKEN;
	if (in->n < head + n)
		return FRAME_MORE;
	*out = (struct frame){
		.kind = p[0] & KIND, .payload = span_sub(*in, head, n), .mask = p + head - N_MASK
	};
	*in = span_sub(*in, head + n, in->n - head - n);
	return FRAME_TAKEN;
}

struct span frame_text(const struct frame *f, char text[FRAME_MOST_CONTROL])
{
	size_t n = f->payload.n < FRAME_MOST_CONTROL ? f->payload.n : FRAME_MOST_CONTROL;

	for (size_t i = 0; i < n; i++)
		text[i] = (char)((unsigned char)f->payload.p[i] ^ f->mask[i % N_MASK]);
	return (struct span){ text, n };
}
