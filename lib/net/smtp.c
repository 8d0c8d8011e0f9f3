#include "net/smtp.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/limits.h"
#include "base/mailbox.h"
#include "net/sigpipe.h"
#include "os/config.h"

struct target {
	CURLU *url;      // without the query
	bool must;       // TLS with a good certificate
	bool never;      // plain text
	bool from_start; // smtps
};

static void target_free(struct target *t)
{
	curl_url_cleanup(t->url);
}

static bool has_part(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static bool part_is(CURLU *u, CURLUPart part, const char *want)
{
	char *text = NULL;
	bool is = curl_url_get(u, part, &text, 0) == CURLUE_OK && strcmp(text, want) == 0;

	curl_free(text);
	return is;
}

static int target_read(const char *text, struct target *t, struct err *e)
{
	CURLU *u = curl_url();

	*t = (struct target){ .url = u };
	if (u == NULL || curl_url_set(u, CURLUPART_URL, text, 0) != CURLUE_OK)
		return err_set(e, ERR_INVALID, "SMTP_URL is no address");
	t->from_start = part_is(u, CURLUPART_SCHEME, "smtps");
	if (!t->from_start && !part_is(u, CURLUPART_SCHEME, "smtp"))
		return err_set(e, ERR_INVALID, "SMTP_URL begins with smtp:// or smtps://");
	if (has_part(u, CURLUPART_FRAGMENT) || !part_is(u, CURLUPART_PATH, "/"))
		return err_set(e, ERR_INVALID, "SMTP_URL has nothing behind the port but ?tls=");
	t->must = t->from_start || has_part(u, CURLUPART_USER);
	if (part_is(u, CURLUPART_QUERY, "tls=must")) {
		t->must = true;
	} else if (part_is(u, CURLUPART_QUERY, "tls=no") && !t->from_start) {
		t->never = true;
		t->must = false;
	} else if (has_part(u, CURLUPART_QUERY)) {
		return err_set(e, ERR_INVALID, "SMTP_URL knows ?tls=must and, without s, ?tls=no");
	}
	if (curl_url_set(u, CURLUPART_QUERY, NULL, 0) != CURLUE_OK)
		return err_set(e, ERR_INVALID, "SMTP_URL cannot be read");
	return 0;
}

int smtp_check(const struct config *conf, struct err *e)
{
	struct target CLEANUP(target_free) t = { .url = NULL };
	struct mailbox from;

	if (!mailbox_parse(span_of(conf->smtp_from), &from)) {
		err_set(e, ERR_INVALID, "SMTP_FROM holds no address");
		return config_blame(conf, "SMTP_FROM", e);
	}
	if (conf->smtp_url[0] == '\0' || target_read(conf->smtp_url, &t, e) == 0)
		return 0;
	return config_blame(conf, "SMTP_URL", e);
}

/* ---- one delivery ---- */

struct delivery {
	struct span rest; // of the message
	char said[160];   // the last line with which the server refused something
	char fault[CURL_ERROR_SIZE];
};

static size_t give(char *to, size_t size, size_t n, void *data)
{
	struct delivery *d = data;
	size_t most = size * n < d->rest.n ? size * n : d->rest.n;

	memcpy(to, d->rest.p, most);
	d->rest = span_sub(d->rest, most, d->rest.n);
	return most;
}

static size_t heard(char *line, size_t size, size_t n, void *data)
{
	struct delivery *d = data;
	struct span s = span_trim((struct span){ line, size * n });

	if (s.n == 0 || (s.p[0] != '4' && s.p[0] != '5'))
		return size * n;
	s = span_sub(s, 0, sizeof(d->said) - 1);
	memcpy(d->said, s.p, s.n);
	d->said[s.n] = '\0';
	for (char *c = d->said; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			*c = '?';
	}
	return size * n;
}

static void set_tls(CURL *c, const struct config *conf, const struct target *t)
{
	struct curl_blob ca = { .data = (char *)(uintptr_t)conf->smtp_ca,
		.len = strlen(conf->smtp_ca),
		.flags = CURL_BLOB_COPY };

	curl_easy_setopt(c, CURLOPT_USE_SSL,
		(long)(t->never   ? CURLUSESSL_NONE
			: t->must ? CURLUSESSL_ALL
				  : CURLUSESSL_TRY));
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* Where anybody may answer in plain text, asking who it is protects nothing. */
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, (long)t->must);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, t->must ? 2L : 0L);
	if (ca.len > 0)
		curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca);
}

static void set_up(CURL *c, struct delivery *d)
{
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, d->fault);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)SMTP_CONNECT_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)SMTP_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)SMTP_ANSWER_TIMEOUT_S);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, d);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)d->rest.n);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, heard);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, d);
}

static int judge(CURL *c, CURLcode rc, const struct delivery *d, struct err *e)
{
	long code = 0;

	if (rc == CURLE_OK)
		return 0;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	if (rc == CURLE_LOGIN_DENIED)
		return err_set(e, ERR_INVALID, "the mail server refused the password");
	if (rc != CURLE_OPERATION_TIMEDOUT && rc != CURLE_PEER_FAILED_VERIFICATION && code >= 500)
		return err_set(e, ERR_INVALID, "the mail server refused the mail: %ld", code);
	if (code >= 400 && code < 500)
		return err_set(e, ERR_TEMPORARY, "the mail server said: not now: %ld", code);
	return err_set(e, ERR_TEMPORARY, "the mail server could not be used: %s",
		d->fault[0] != '\0' ? d->fault : curl_easy_strerror(rc));
}

static int deliver(CURL *c, const struct config *conf, const struct target *t,
	struct smtp_mail *mail, struct arena *m, struct err *e)
{
	struct delivery d = { .rest = mail->message };
	struct curl_slist *to = curl_slist_append(NULL, arena_dup(m, mail->to));
	int result;

	set_up(c, &d);
	set_tls(c, conf, t);
	curl_easy_setopt(c, CURLOPT_CURLU, t->url);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, arena_dup(m, mail->from));
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	result = judge(c, curl_easy_perform(c), &d, e);
	curl_slist_free_all(to);
	if (d.said[0] != '\0')
		mail->said = arena_dup(m, span_of(d.said));
	return result;
}

int smtp_send(const struct config *conf, struct arena *m, struct smtp_mail *mail, struct err *e)
{
	struct target CLEANUP(target_free) t = { .url = NULL };
	CURL *c;
	int result;

	mail->said = NULL;
	if (!mailbox_valid(mail->from) || !mailbox_valid(mail->to))
		return err_set(e, ERR_INVALID, "an address cannot be written to");
	if (target_read(conf->smtp_url, &t, e) != 0)
		return -1;
	sigpipe_ignore();
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_INTERNAL, "libcurl does not start");
	c = curl_easy_init();
	result = c != NULL ? deliver(c, conf, &t, mail, m, e)
			   : err_set(e, ERR_INTERNAL, "libcurl does not start");
	curl_easy_cleanup(c);
	curl_global_cleanup();
	return result;
}
