#ifndef NET_SIGPIPE_H
#define NET_SIGPIPE_H

/*
 * libcurl, OpenSSL and hiredis write to sockets whose peer may be gone. Ignores SIGPIPE in this
 * process unless a handler of its own is set.
 */
void sigpipe_ignore(void);

#endif
