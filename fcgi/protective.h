#ifndef FCGI_PROTECTIVE_H
#define FCGI_PROTECTIVE_H

/*
 * What an open stream of events says to browsers, whole lines of a head. It is no document, and a
 * web server keeps its head for as long as it is open: with all of those below each stream took
 * 1.7 KB more of lighttpd.
 */
#define PROTECTIVE_STREAM_HEADERS                                                                  \
	"X-Content-Type-Options: nosniff\r\n"                                                      \
	"Cross-Origin-Resource-Policy: same-origin\r\n"

/*
 * What every other answer of podium-web and podium-live says. The copies of public pages that the
 * web server sends itself get theirs from its configuration (etc/lighttpd.conf, etc/apache.conf),
 * and a test compares them.
 */
#define PROTECTIVE_HEADERS                                                                         \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "       \
	"img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "               \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"                          \
	"X-Frame-Options: DENY\r\n"                                                                \
	"Referrer-Policy: strict-origin-when-cross-origin\r\n"                                     \
	"Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"     \
	"Cross-Origin-Opener-Policy: same-origin\r\n" PROTECTIVE_STREAM_HEADERS

#endif
