/*
 * Where the client goes and where it does not. Names ending in .example and connections to a public
 * address never leave the machine: getaddrinfo, connect and getpeername are replaced here.
 */
#include <dlfcn.h>
#include <netdb.h>

#include "base/limits.h"
#include "net/address.h"
#include "tests/unit/http_lab.h"

#define PUBLIC "8.8.8.8"

static const char *resolve_to = PUBLIC;
static bool rerouted[1024]; // by descriptor

int getaddrinfo(
	const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	*(void **)(&real) = dlsym(RTLD_NEXT, "getaddrinfo");
	if (strstr(name, ".example") != NULL)
		name = resolve_to;
	return real(name, service, hints, out);
}

int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t n)
{
	int (*real)(int, __CONST_SOCKADDR_ARG, socklen_t);
	struct sockaddr_in a;
	__CONST_SOCKADDR_ARG own = { .__sockaddr_in__ = &a };

	*(void **)(&real) = dlsym(RTLD_NEXT, "connect");
	if (to.__sockaddr__->sa_family == AF_INET) {
		memcpy(&a, to.__sockaddr__, sizeof(a));
		if (a.sin_addr.s_addr == inet_addr(PUBLIC)) {
			a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
			a.sin_port = htons((uint16_t)httpd.port);
			rerouted[fd] = true;
			return real(fd, own, n);
		}
	}
	rerouted[fd] = false;
	return real(fd, to, n);
}

int getpeername(int fd, __SOCKADDR_ARG to, socklen_t *n)
{
	int (*real)(int, __SOCKADDR_ARG, socklen_t *);
	int rc;

	*(void **)(&real) = dlsym(RTLD_NEXT, "getpeername");
	rc = real(fd, to, n);
	if (rc == 0 && rerouted[fd])
		to.__sockaddr_in__->sin_addr.s_addr = inet_addr(PUBLIC);
	return rc;
}

static void redirects_at_home(void **state)
{
	struct http_reply r = get("/to?/hello");
	char path[100];

	(void)state;
	assert_true(span_is(r.body, "hello"));
	snprintf(path, sizeof(path), "/to?%s/hello", home);
	assert_true(span_is(get(path).body, "hello"));
	snprintf(path, sizeof(path), "/chain/%d", HTTP_MAX_REDIRECTS);
	assert_true(span_is(get(path).body, "end"));
	snprintf(path, sizeof(path), "/chain/%d", HTTP_MAX_REDIRECTS + 1);
	refuse(path, ERR_TEMPORARY);
}

static void redirects_and_methods(void **state)
{
	static const struct {
		const char *method;
		const char *path;
		const char *expected;
	} calls[] = { { "POST", "/to?/echo", "GET " }, { "POST", "/to303?/echo", "GET " },
		{ "POST", "/to307?/echo", "POST body" }, { "PUT", "/to?/echo", "PUT body" },
		{ "PUT", "/to303?/echo", "GET " } };
	struct http_reply r;

	(void)state;
	for (size_t i = 0; i < countof(calls); i++) {
		struct http_request q = { .method = calls[i].method,
			.base = home,
			.path = calls[i].path,
			.body = SPAN("body") };

		assert_int_equal(send_full(&q, &r), 0);
		assert_string_equal(r.body.p, calls[i].expected);
	}
}

static void private_addresses_are_refused(void **state)
{
	static const char *const hosts[] = { "127.0.0.1:%d", "2130706433:%d", "0x7f.1:%d",
		"017700000001:%d", "127.1:%d", "localhost:%d", "0.0.0.0:%d", "[::1]:%d",
		"[::ffff:127.0.0.1]:%d", "a.localhost:%d", "169.254.169.254", "10.0.0.1",
		"192.168.1.1", "172.16.0.1", "100.64.0.1", "[fe80::1]", "[fd00::1]", "[ff02::1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255" };
	struct http_reply r;
	char path[200];
	char host[100];

	(void)state;
	for (size_t i = 0; i < countof(hosts); i++) {
		const char *colon = strstr(hosts[i], ":%d");

		snprintf(host, sizeof(host), "%.*s",
			(int)(colon != NULL ? colon - hosts[i] : (int)strlen(hosts[i])), hosts[i]);
		// the first five are other ways to write home, where only the port is another
		snprintf(path, sizeof(path), "/to?http://%s:%d/hello", host, httpd.port ^ (i < 5));
		refuse(path, ERR_FORBIDDEN);
	}
	assert_int_equal(
		send_full(&(struct http_request){ .base = "http://127.0.0.1:1", .path = "/" }, &r),
		-1);
	assert_int_equal(fault.kind, ERR_TEMPORARY); // the base may name one; there is nobody
}

static void a_public_name_with_a_private_address_is_refused(void **state)
{
	static const char *const addresses[] = { "127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1",
		"169.254.169.254" };
	char base[64];

	(void)state;
	for (size_t i = 0; i < countof(addresses); i++) {
		resolve_to = addresses[i];
		snprintf(base, sizeof(base), "http://rebind%zu.example:%d", i, httpd.port);
		refuse_at(base, "/hello", ERR_FORBIDDEN);
	}
	resolve_to = PUBLIC;
}

static void a_kept_connection_is_judged_too(void **state)
{
	struct http_reply r;
	char base[64];
	char path[100];

	(void)state;
	snprintf(base, sizeof(base), "http://localhost:%d", httpd.port);
	assert_int_equal(
		send_full(&(struct http_request){ .base = base, .path = "/hello" }, &r), 0);
	snprintf(path, sizeof(path), "/to?%s/hello", base);
	refuse(path, ERR_FORBIDDEN);
}

static void nothing_of_ours_goes_to_another_origin(void **state)
{
	static const char *const headers[] = { "Authorization: Bearer secret", "X-Key: secret",
		"Accept: application/json", "User-Agent: own/2", NULL };
	struct http_request q = { .base = home, .headers = headers };
	struct http_reply r;

	(void)state;
	q.path = "/to?http://other.example/hello";
	assert_int_equal(send_full(&q, &r), 0);
	assert_true(span_is(r.body, "hello"));
	assert_non_null(strstr(seen, "Host: other.example"));
	assert_non_null(strstr(seen, "Accept: application/json"));
	assert_non_null(strstr(seen, "User-Agent: own/2"));
	assert_null(strstr(seen, "secret"));
	q.path = "/to?/hello";
	assert_int_equal(send_full(&q, &r), 0);
	assert_non_null(strstr(seen, "Authorization: Bearer secret"));
	q.method = "POST";
	q.body = SPAN("secret");
	q.path = "/to307?http://other.example/echo";
	assert_int_equal(send_full(&q, &r), -1);
	assert_int_equal(fault.kind, ERR_FORBIDDEN);
	q.path = "/to?http://other.example/echo";
	assert_int_equal(send_full(&q, &r), 0);
	assert_string_equal(r.body.p, "GET ");
}

static void a_public_base_never_leads_inside(void **state)
{
	char path[100];
	struct http_reply r;
	struct http_request q = { .base = "http://public.example", .path = "/hello" };

	(void)state;
	assert_int_equal(send_full(&q, &r), 0);
	assert_true(span_is(r.body, "hello"));
	snprintf(path, sizeof(path), "/to?%s/hello", home);
	refuse_at("http://public.example", path, ERR_FORBIDDEN);
	refuse_at("http://public.example", "/to?http://169.254.169.254/latest/", ERR_FORBIDDEN);
	refuse_at("https://public.example", "/hello", ERR_TEMPORARY); // no TLS there
}

static void cookies_only_on_request(void **state)
{
	struct http_request q = { .base = home, .path = "/cookie", .cookies = true };
	struct http_reply r;

	(void)state;
	assert_int_equal(send_full(&q, &r), 0);
	q.path = "/hello";
	assert_int_equal(send_full(&q, &r), 0);
	assert_non_null(strstr(seen, "Cookie: k=v1\r\n"));
	q.cookies = false;
	assert_int_equal(send_full(&q, &r), 0);
	assert_null(strstr(seen, "Cookie:"));
	q.path = "/cookie"; // is not remembered now
	assert_int_equal(send_full(&q, &r), 0);
	q.cookies = true;
	q.path = "/hello";
	assert_int_equal(send_full(&q, &r), 0);
	assert_non_null(strstr(seen, "Cookie: k=v1\r\n"));
	q.path = "/to?http://other.example/hello";
	assert_int_equal(send_full(&q, &r), 0);
	assert_null(strstr(seen, "Cookie:"));
}

static void addresses(void **state)
{
	static const char *const special[] = { "0.0.0.0", "0.255.255.255", "10.0.0.0",
		"10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
		"169.254.0.1", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1",
		"192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::10.0.0.1",
		"64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:1ff::1", "2001:db8::1",
		"2002:a00:1::", "2002:c0a8:1::", "3fff:0::1", "3fff:fff::1", "4000::1", "fc00::1",
		"fdff::1", "fe80::1", "fec0::1", "ff02::1", "not an address", "" };
	static const char *const ordinary[] = { "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
		"192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"64:ff9b::8.8.8.8", "2001:200::1", "2001:4860:4860::8888",
		"2002:808:808::", "2606:4700::1111", "3fff:1000::1", "3ffe::1" };
	static const char *const named[] = { "127.0.0.1", "10.0.0.1", "[::1]", "localhost",
		"a.localhost", "mirror", "mirror.lan", "x.internal", "x.HOME.arpa", "x.test",
		"printer.local" };
	static const char *const not_named[] = { "", "8.8.8.8", "[2606:4700::1111]", "atcoder.jp",
		"localhost.example.org", ".local", "lan.org", "evil-localhost.com" };

	(void)state;
	for (size_t i = 0; i < countof(special); i++) {
		if (!address_special_text(special[i]))
			fail_msg("%s is special", special[i]);
	}
	for (size_t i = 0; i < countof(ordinary); i++) {
		if (address_special_text(ordinary[i]))
			fail_msg("%s is ordinary", ordinary[i]);
	}
	for (size_t i = 0; i < countof(named); i++) {
		if (!address_named_private(named[i]))
			fail_msg("%s is private by name", named[i]);
	}
	for (size_t i = 0; i < countof(not_named); i++) {
		if (address_named_private(not_named[i]))
			fail_msg("%s is not private by name", not_named[i]);
	}
	assert_true(address_special(&(struct sockaddr){ .sa_family = AF_UNIX }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redirects_at_home),
		cmocka_unit_test(redirects_and_methods),
		cmocka_unit_test(private_addresses_are_refused),
		cmocka_unit_test(a_public_name_with_a_private_address_is_refused),
		cmocka_unit_test(a_kept_connection_is_judged_too),
		cmocka_unit_test(nothing_of_ours_goes_to_another_origin),
		cmocka_unit_test(a_public_base_never_leads_inside),
		cmocka_unit_test(cookies_only_on_request),
		cmocka_unit_test(addresses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, http_lab_start, http_lab_stop);
}
