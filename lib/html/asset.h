#ifndef HTML_ASSET_H
#define HTML_ASSET_H

/*
 * The static files and the addresses under which the web server serves them: the name holds a hash
 * of the content, so an address never changes its content and may be cached for ever. The table is
 * written by lib/gen/gen_asset.c; a NULL name ends it.
 */
struct asset {
	const char *name; // "css/app.css"
	const char *path; // "/static/css/app.1a2b3c4d5e6f.css"
};

extern const struct asset assets[];

#endif
