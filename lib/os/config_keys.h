/*
 * The one table of configuration keys: X(type, member, KEY, default, least, most, help). It makes
 * the members of struct config, the parser and etc/podium.conf.example. No include guard: it is
 * included once for each use.
 *
 *   TEXT    one line of text; least and most bound its length in bytes
 *   SECRET  the same, but never printed or logged
 *   PEM     a SECRET in which \n stands for a line end
 *   URL     a TEXT that begins with http:// or https:// and does not end in a slash
 *   NUMBER  whole number, least and most inclusive
 *   FLAG    yes or no
 *
 * After a change write the example anew: podium config-example >etc/podium.conf.example
 *
 * Where the default is empty, an empty value is allowed and means that the key is not set.
 */
X(TEXT, env, "ENV", "production", 1, 32,
	"production or development; development shows details of errors on the page")
X(TEXT, log_level, "LOG_LEVEL", "info", 1, 8,
	"least level that is logged: error, warn, info or debug")
X(SITE, base_url, "BASE_URL", "", 8, 200,
	"address under which members reach this site, without a slash at the end; empty: taken from the request")
X(TEXT, from_env, "FROM_ENV", "podium", 1, 64, "name of this installation in alerts")

X(URL, telegram_proxy_url, "TELEGRAM_PROXY_URL", "", 8, 200,
	"address that alerts are posted to (lib/net/telegram.h); empty: they stand in the admin pages only")
X(SECRET, proxy_secret_key, "PROXY_SECRET_KEY", "", 8, 200,
	"sent to TELEGRAM_PROXY_URL in the header X-Proxy-Secret-Key")
X(TEXT, telegram_group_id, "TELEGRAM_GROUP_ID", "", 0, 32, "group that gets the alerts")
X(NUMBER, telegram_group_topic_id, "TELEGRAM_GROUP_TOPIC_ID", 0, 0, 2147483647,
	"topic of that group; 0: none")

X(SECRET, postgres_db, "POSTGRES_DB", "dbname=podium", 1, 2000,
	"connection string of the primary (libpq keywords or postgresql:// URI)")
X(SECRET, postgres_read_db, "POSTGRES_READ_DB", "", 0, 4000,
	"connection strings of read replicas, comma separated")
X(PEM, postgres_ca, "POSTGRES_CA", "", 0, 16384,
	"PEM text of the CA that signed the servers' certificates, line ends written as \\n")
X(NUMBER, replica_max_lag_ms, "REPLICA_MAX_LAG_MS", 5000, 0, 3600000,
	"a replica further behind than this is skipped")
X(NUMBER, connection_limit, "CONNECTION_LIMIT", 64, 1, 10000,
	"connections to PostgreSQL that one process group may hold; more workers than this are refused at start")
X(NUMBER, connection_pool_limit, "CONNECTION_POOL_LIMIT", 8, 1, 64,
	"idle connections that one process keeps to outside services, at most one to each host")
X(SECRET, valkey_uri, "VALKEY_URI", "", 0, 500,
	"redis://host:port/db or unix:///path of Valkey or Redis; empty: PostgreSQL does its work")

X(SECRET, encryption_key, "ENCRYPTION_KEY", "", 0, 2000,
	"keys for secrets at rest, id:64 hex digits, comma separated; the first one encrypts, all decrypt")
X(SECRET, session_secret, "SESSION_SECRET", "", 32, 200,
	"at least 32 random characters; hides the addresses that limits are counted for")
X(SECRET, admin_password, "ADMIN_PASSWORD", "", 8, 72,
	"password of the first admin; read only while there is no admin")
X(SECRET, cron_secret, "CRON_SECRET", "", 16, 200,
	"expected in x-cron-secret by POST /cron/fetch and /cron/sync; empty: they refuse everybody")
X(NUMBER, password_cost, "PASSWORD_COST", 12, 4, 16,
	"cost of bcrypt, each step twice the time; below 12 only in development")
X(NUMBER, page_limit, "PAGE_LIMIT", 6000, 0, 60000000,
	"requests a minute from one address for pages and reads; 0: no limit. What changes something has limits of its own")
X(TEXT, trust_proxy, "TRUST_PROXY", "", 0, 1000,
	"addresses or networks whose X-Forwarded-For is believed, comma separated")

X(NUMBER, port, "PORT", 8080, 1, 65535, "port of the web server that make run starts")
X(NUMBER, worker_port, "WORKER_PORT", 8081, 0, 65535,
	"port on 127.0.0.1 where podium-jobs answers /health and /metrics; 0: none")
X(TEXT, web_socket, "WEB_SOCKET", "/run/podium/web.sock", 1, 100, "unix socket of podium-web")
X(TEXT, live_socket, "LIVE_SOCKET", "/run/podium/live.sock", 1, 95,
	"unix socket of podium-live for FastCGI; beside it the same with .http for HTTP and WebSocket")
X(TEXT, wake_dir, "WAKE_DIR", "/run/podium", 1, 90, "folder of the sockets that wake job workers")
X(TEXT, page_dir, "PAGE_DIR", "", 0, 200,
	"folder for written-through copies of public pages, served by the web server; empty: none")
X(NUMBER, web_workers, "WEB_WORKERS", 4, 1, 256, "web processes")
X(NUMBER, web_slow_workers, "WEB_SLOW_WORKERS", 1, 0, 16,
	"web processes for sign-in and the like, on WEB_SOCKET.slow; 0: WEB_WORKERS do it too")
X(NUMBER, job_workers, "JOB_WORKERS", 4, 1, 256, "job processes")
X(NUMBER, job_batch, "JOB_BATCH", 500, 1, 500,
	"most jobs that one job process takes at once; what it really takes follows from how long they last")
X(FLAG, job_record_each, "JOB_RECORD_EACH", false, 0, 1,
	"record each job's end by itself before the next begins, though claimed together: a crash of the machine repeats one, not a batch")
X(NUMBER, drain_s, "DRAIN_S", 20, 0, 600, "seconds that running jobs get to end at shutdown")
X(NUMBER, done_keep_days, "DONE_KEEP_DAYS", 7, 0, 365, "days that finished jobs stay visible")

X(TEXT, box_program, "BOX_PROGRAM", "", 0, 250,
	"path of podium-box; empty: beside the other programs")
X(TEXT, languages, "LANGUAGES", "", 0, 250,
	"the languages that are judged (etc/languages.conf); empty: as it was installed")
X(TEXT, scan_rules, "SCAN_RULES", "", 0, 250,
	"what of submitted sources is flagged for the jury (etc/scan.conf); empty: as it was installed, -: nothing is")
X(TEXT, judge_work, "JUDGE_WORK", "", 0, 150,
	"folder of the judge's for built programs and precompiled headers, some GB, on one file system with room and without noexec; empty: this machine judges nothing")

X(SECRET, smtp_url, "SMTP_URL", "", 0, 500,
	"server that takes mails: smtp://user:password@host:587 or smtps://...; empty: they stay in the outbox")
X(TEXT, smtp_from, "SMTP_FROM", "Podium <podium@localhost>", 3, 200,
	"sender of mails: Name <address>")
X(PEM, smtp_ca, "SMTP_CA", "", 0, 16384,
	"PEM text of the CA that signed the mail server's certificate, line ends written as \\n; empty: the system's")

X(TEXT, user_agent, "USER_AGENT", "Podium/1.0 (contest calendar of a student club)", 1, 200,
	"name given to outside services; add a way to reach you")
X(URL, leetcode_url, "LEETCODE_URL", "https://leetcode.com", 8, 200, "base address of LeetCode")
X(URL, codeforces_url, "CODEFORCES_URL", "https://codeforces.com", 8, 200,
	"base address of Codeforces")
X(URL, codechef_url, "CODECHEF_URL", "https://www.codechef.com", 8, 200, "base address of CodeChef")
X(URL, atcoder_url, "ATCODER_URL", "https://atcoder.jp", 8, 200, "base address of AtCoder")
X(URL, hackerrank_url, "HACKERRANK_URL", "https://www.hackerrank.com", 8, 200,
	"base address of HackerRank")
X(URL, geeksforgeeks_url, "GEEKSFORGEEKS_URL", "https://practiceapi.geeksforgeeks.org", 8, 200,
	"base address of GeeksforGeeks")
X(URL, code360_url, "CODE360_URL", "https://www.naukri.com/code360", 8, 200,
	"base address of Naukri Code360")
X(URL, code360_fallback_url, "CODE360_FALLBACK_URL", "https://api.codingninjas.com", 8, 200,
	"asked for Code360's contests when CODE360_URL does not answer")
X(TEXT, browser_agent, "BROWSER_AGENT",
	"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", 1, 200,
	"name given to those services that refuse every program but browsers")
X(FLAG, atcoder_daily, "ATCODER_DAILY", false, 0, 1, "show AtCoder's daily training contests too")
X(NUMBER, source_backoff_ms, "SOURCE_BACKOFF_MS", 1000, 1, 60000,
	"wait before a contest source is asked again within one fetch; doubled each time")
X(NUMBER, codeforces_interval_ms, "CODEFORCES_INTERVAL_MS", 2100, 0, 60000,
	"least time between two requests to Codeforces, over all processes")

X(TEXT, codeforces_client_id, "CODEFORCES_CLIENT_ID", "", 0, 300,
	"client registered at Codeforces, so that members prove their handles by signing in there; empty: not offered")
X(SECRET, codeforces_client_secret, "CODEFORCES_CLIENT_SECRET", "", 0, 300, "and its secret")
X(URL, codeforces_redirect_url, "CODEFORCES_REDIRECT_URL", "", 8, 300,
	"address registered there for the way back: https://HOST/auth/codeforces/callback")

X(TEXT, google_client_id, "GOOGLE_CLIENT_ID", "", 0, 300,
	"client of Google's console for signing in and calendars; empty: Google is not offered")
X(SECRET, google_client_secret, "GOOGLE_CLIENT_SECRET", "", 0, 300, "and its secret")
X(URL, google_redirect_url, "GOOGLE_REDIRECT_URL", "", 8, 300,
	"address registered there for the way back: https://HOST/auth/google/callback")
X(URL, google_auth_url, "GOOGLE_AUTH_URL", "https://accounts.google.com/o/oauth2/v2/auth", 8, 300,
	"Google's consent page")
X(URL, google_token_url, "GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token", 8, 300,
	"where Google gives tokens")
X(URL, google_revoke_url, "GOOGLE_REVOKE_URL", "https://oauth2.googleapis.com/revoke", 8, 300,
	"where Google takes them back")
X(URL, google_jwks_url, "GOOGLE_JWKS_URL", "https://www.googleapis.com/oauth2/v3/certs", 8, 300,
	"the keys that Google signs with")
X(URL, google_calendar_url, "GOOGLE_CALENDAR_URL", "https://www.googleapis.com/calendar/v3", 8, 300,
	"base address of Google Calendar")
X(URL, google_issuer, "GOOGLE_ISSUER", "https://accounts.google.com", 8, 300,
	"who signs Google's id tokens")
X(NUMBER, google_project_quota, "GOOGLE_PROJECT_QUOTA", 10000, 0, 10000000,
	"calls a minute that Google grants this installation's project; 0: do not count")
X(NUMBER, sync_calls_per_min, "SYNC_CALLS_PER_MIN", 5000, 1, 1000000,
	"calls to members' calendars that a change of contests may bring about in a minute, all members together")
X(NUMBER, sync_cooldown_s, "SYNC_COOLDOWN_S", 30, 0, 3600,
	"how long a member waits between two presses of Sync now")
X(NUMBER, sync_backoff_ms, "SYNC_BACKOFF_MS", 1000, 1, 60000,
	"wait before a member's calendar is asked again within one call; doubled each time")
X(TEXT, caldav_private, "CALDAV_PRIVATE", "", 0, 1000,
	"hosts in private networks, comma separated, that members may name as CalDAV servers; also allows plain http there")
