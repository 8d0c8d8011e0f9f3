#ifndef FCGI_API_API_H
#define FCGI_API_API_H

#include "fcgi/ctx.h"

/* Handlers that answer programs. The addresses and their rules: fcgi/routes.c. */
handler api_calendar;
handler api_cron_fetch;
handler api_health;
handler api_metrics;
handler api_sources;

#endif
