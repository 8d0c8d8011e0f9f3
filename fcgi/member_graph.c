#include "fcgi/member_graph.h"

#include "base/attr.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/digits.h"
#include "base/limits.h"
#include "base/when.h"

static const struct {
	int64_t from;
	const char *class;
} ranks[] = {
	{ INT64_MIN, "rank-gray" },
	{ 1200, "rank-green" },
	{ 1400, "rank-cyan" },
	{ 1600, "rank-blue" },
	{ 1900, "rank-violet" },
	{ 2100, "rank-orange" },
	{ 2400, "rank-red" },
};

const char *member_graph_rank(int64_t rating)
{
	size_t i = countof(ranks) - 1;

	while (i > 0 && rating < ranks[i].from)
		i--;
	return ranks[i].class;
}

static const char *finished(struct arena *m, struct buf *b)
{
	struct err ignored = { .kind = ERR_NONE };
	struct span text;

	return buf_finish(b, &text, &ignored) == 0 ? arena_dup(m, text) : "";
}

/* "M12 240", without printf: a page has hundreds of them. Nothing lies left of 0 or above it. */
static void put_point(struct buf *b, char letter, int x, int y)
{
	char text[24] = { letter };
	char *at = digits_put(text + 1, (unsigned)x, 1);

	*at++ = ' ';
	at = digits_put(at, (unsigned)y, 1);
	buf_add(b, text, (size_t)(at - text));
}

/* ---- the rating ---- */

enum {
	GRAPH_WIDTH = 720,
	GRAPH_HEIGHT = 260,
	GRAPH_LEFT = 44,
	GRAPH_TOP = 10,
	GRAPH_BOTTOM = 236,
	GRAPH_STEP = 200, // between two words at the side
	PATH_MOST = 256 * 1024
};

struct frame {
	int64_t low; // ratings at the bottom and the top
	int64_t high;
	int64_t first; // unix us
	int64_t last;
};

/* Around all of them; false if nobody has had two contests. */
static bool frame_of(const struct training_changes *of, size_t n, struct frame *f)
{
	bool has_line = false;

	*f = (struct frame){ INT64_MAX, INT64_MIN, INT64_MAX, INT64_MIN };
	for (size_t k = 0; k < n; k++) {
		const struct training_changes *c = &of[k];

		has_line = has_line || c->n > 1;
		for (size_t i = 0; i < c->n; i++) {
			f->low = c->v[i].new_rating < f->low ? c->v[i].new_rating : f->low;
			f->high = c->v[i].new_rating > f->high ? c->v[i].new_rating : f->high;
			f->first = c->v[i].at < f->first ? c->v[i].at : f->first;
			f->last = c->v[i].at > f->last ? c->v[i].at : f->last;
		}
	}
	f->low -= 100;
	f->high += 100;
	if (f->last <= f->first)
		f->last = f->first + 1;
	return has_line;
}

static int y_of(const struct frame *f, int64_t rating)
{
	int64_t range = f->high - f->low;

	rating = rating < f->low ? f->low : rating > f->high ? f->high : rating;
	return (int)(GRAPH_BOTTOM - (rating - f->low) * (GRAPH_BOTTOM - GRAPH_TOP) / range);
}

static int x_of(const struct frame *f, int64_t at)
{
	int64_t width = GRAPH_WIDTH - GRAPH_LEFT - 12;

	return (int)(GRAPH_LEFT +
		     (at - f->first) / 1000000 * width / ((f->last - f->first) / 1000000 + 1));
}

static struct member_bands bands_of(struct arena *m, const struct frame *f)
{
	struct member_band *v = arena_new_array(m, struct member_band, countof(ranks));
	size_t n = 0;

	for (size_t i = 0; i < countof(ranks); i++) {
		int64_t to = i + 1 < countof(ranks) ? ranks[i + 1].from : INT64_MAX;
		int top = y_of(f, to);
		int bottom = y_of(f, ranks[i].from);

		if (bottom > top)
			v[n++] = (struct member_band){ ranks[i].class, top, bottom - top };
	}
	return (struct member_bands){ v, n };
}

static struct member_marks marks_of(struct arena *m, const struct frame *f)
{
	int64_t step = (f->high - f->low) / GRAPH_STEP > 8 ? 2 * GRAPH_STEP : GRAPH_STEP;
	int64_t rating = (f->low / step + (f->low > 0)) * step;
	struct member_mark *v = arena_new_array(m, struct member_mark, 64);
	size_t n = 0;

	for (; rating < f->high && n < 64; rating += step)
		v[n++] = (struct member_mark){ arena_printf(m, "%lld", (long long)rating),
			GRAPH_LEFT - 6, y_of(f, rating) + 4 };
	return (struct member_marks){ v, n };
}

const char *member_graph_style(size_t i)
{
	static const char *const styles[MEMBER_COMPARE_MOST] = { "line-1", "line-2", "line-3",
		"line-4" };

	return styles[i % countof(styles)];
}

static struct member_graph_line line_of(
	struct arena *m, const struct frame *f, const struct training_changes *c, size_t which)
{
	struct member_graph_line line = { .style = member_graph_style(which) };
	BUF_AUTO path;
	BUF_AUTO dots;

	buf_init(&path, PATH_MOST);
	buf_init(&dots, PATH_MOST);
	for (size_t i = 0; i < c->n; i++) {
		int x = x_of(f, c->v[i].at);
		int y = y_of(f, c->v[i].new_rating);

		put_point(&path, i == 0 ? 'M' : 'L', x, y);
		put_point(&dots, 'M', x, y);
		buf_adds(&dots, "h0");
	}
	line.path = finished(m, &path);
	line.dots = finished(m, &dots);
	return line;
}

struct member_graph member_graph_ratings(
	struct arena *m, const struct training_changes *of, size_t n)
{
	struct member_graph g = { .width = GRAPH_WIDTH, .height = GRAPH_HEIGHT };
	struct member_graph_line *lines = arena_new_array(m, struct member_graph_line, n + 1);
	size_t contests = 0;
	struct frame f;

	if (!frame_of(of, n, &f))
		return g;
	for (size_t i = 0; i < n; i++) {
		lines[i] = line_of(m, &f, &of[i], i);
		contests += of[i].n;
	}
	g.lines = (struct member_graph_lines){ lines, n };
	g.bands = bands_of(m, &f);
	g.marks = marks_of(m, &f);
	g.title = n == 1 ? arena_printf(m, "The rating over %zu contests, from %lld to %lld",
				   contests, (long long)of->v[0].new_rating,
				   (long long)of->v[of->n - 1].new_rating)
			 : arena_printf(m, "The ratings of %zu members over their contests", n);
	return g;
}

/* ---- the days ---- */

enum {
	WEEKS = 53,
	SQUARE = 11,
	GAP = 2,
	HEAT_TOP = 16
};

static size_t level_of(int64_t n)
{
	static const int64_t from[] = { 1, 2, 4, 7 };
	size_t level = 0;

	while (level < countof(from) && n >= from[level])
		level++;
	return level;
}

static int64_t n_of(const struct training *t, int64_t day, size_t *at)
{
	while (*at < t->days.n && t->days.v[*at].key < day)
		(*at)++;
	return *at < t->days.n && t->days.v[*at].key == day ? t->days.v[*at].n : 0;
}

/* "Nov": the words over the weeks in which a month begins, and the months' sums. */
static void fill_months(struct arena *m, const struct training *t, int64_t first, int64_t today,
	struct member_heat *h)
{
	struct member_mark *marks = arena_new_array(m, struct member_mark, 16);
	struct member_line_item *rows = arena_new_array(m, struct member_line_item, 16);
	size_t n_marks = 0;
	size_t n = 0;
	size_t at = 0;

	for (int64_t day = first; day <= today; day++) {
		struct civil c = civil_at(day * 86400);

		if ((c.day == 1 || day == first) && n < 16)
			rows[n++].label = when_month(m, c.year, c.month);
		if (c.day == 1 && n_marks < 16)
			marks[n_marks++] = (struct member_mark){
				arena_printf(m, "%.3s", when_month(m, c.year, c.month)),
				(int)((day - first) / 7) * (SQUARE + GAP), 10
			};
		if (n > 0)
			rows[n - 1].n += n_of(t, day, &at);
	}
	h->months = (struct member_marks){ marks, n_marks };
	h->table = (struct member_line_items){ rows, n };
}

struct member_heat member_graph_heat(struct arena *m, const struct training *t, int64_t today)
{
	struct member_heat h = { .width = WEEKS * (SQUARE + GAP),
		.height = HEAT_TOP + 7 * (SQUARE + GAP) };
	int64_t first = today - (civil_weekday(today) - 1) - 7 * (WEEKS - 1);
	const char *square = arena_printf(m, "h%dv%dh-%dz", SQUARE, SQUARE, SQUARE);
	struct buf levels[5];
	int64_t sum = 0;
	size_t at = 0;

	for (size_t i = 0; i < countof(levels); i++)
		buf_init(&levels[i], PATH_MOST);
	for (int64_t day = first; day <= today; day++) {
		int64_t n = n_of(t, day, &at);
		struct buf *level = &levels[level_of(n)];

		sum += n;
		put_point(level, 'M', (int)((day - first) / 7) * (SQUARE + GAP),
			HEAT_TOP + (int)((day - first) % 7) * (SQUARE + GAP));
		buf_adds(level, square);
	}
	h.none = finished(m, &levels[0]);
	h.few = finished(m, &levels[1]);
	h.some = finished(m, &levels[2]);
	h.many = finished(m, &levels[3]);
	h.most = finished(m, &levels[4]);
	for (size_t i = 0; i < countof(levels); i++)
		buf_free(&levels[i]);
	fill_months(m, t, first, today, &h);
	h.title = arena_printf(
		m, "%lld problems solved in the last year, day by day", (long long)sum);
	return h;
}

/* ---- bars ---- */

enum {
	BAR_STEP = 28,
	BAR_WIDTH = 22,
	BAR_MOST = 120,
	BAR_TOP = 18,
	BAR_FOOT = 20,
	TAGS_MOST = 20
};

static int64_t widest(const struct training_counts *c)
{
	int64_t most = 1;

	for (size_t i = 0; i < c->n; i++)
		most = c->v[i].n > most ? c->v[i].n : most;
	return most;
}

struct member_bars member_graph_difficulties(struct arena *m, const struct training *t)
{
	const struct training_counts *c = &t->ratings;
	struct member_line_item *v = arena_new_array(m, struct member_line_item, c->n + 1);
	int64_t most = widest(c);

	for (size_t i = 0; i < c->n; i++) {
		int height = (int)(c->v[i].n * BAR_MOST / most);

		height += height == 0;
		v[i] = (struct member_line_item){ .label = arena_printf(
							  m, "%lld", (long long)c->v[i].key),
			.n = c->v[i].n,
			.x = (int)i * BAR_STEP,
			.y = BAR_TOP + BAR_MOST - height,
			.width = BAR_WIDTH,
			.height = height,
			.rank = member_graph_rank(c->v[i].key) };
	}
	return (struct member_bars){ { v, c->n }, (int)(c->n > 8 ? c->n : 8) * BAR_STEP,
		BAR_TOP + BAR_MOST + BAR_FOOT };
}

struct member_line_items member_graph_tags(struct arena *m, const struct training *t)
{
	const struct training_counts *c = &t->tags;
	struct member_line_item *v = arena_new_array(m, struct member_line_item, c->n + 1);
	size_t n = c->n < TAGS_MOST ? c->n : TAGS_MOST;
	int64_t most = widest(c);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct member_line_item){ .label = arena_dup(m, c->v[i].name),
			.n = c->v[i].n,
			.width = (int)(c->v[i].n * 100 / most) };
	return (struct member_line_items){ v, n };
}
