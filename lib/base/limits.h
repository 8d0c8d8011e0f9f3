#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* Every limit that is not configurable, in one place. Sizes in bytes unless the name says
 * otherwise. */

/* Requests */
#define REQUEST_MAX_BODY (1024 * 1024) // the most that the line of a route may allow; 0 there: none
#define REQUEST_MAX_UPLOAD                                                                         \
	(IMPORT_MAX_ZIP + 64 * 1024) // the same of one that is slow and for members only
#define REQUEST_MAX_PATH         2048
#define REQUEST_MAX_QUERY        8192
#define REQUEST_MAX_PARAMS       256 // of query, cookies, form, each
#define REQUEST_MAX_HEADER_VALUE 256 // CSRF token, cron secret and other short values
#define REQUEST_MAX_COOKIES      4096
#define REQUEST_MAX_BEARER       4096
#define REQUEST_MAX_FORWARDED    2048
#define REQUEST_ARENA            (16 * 1024 * 1024)
#define RESPONSE_MAX_BODY        (32 * 1024 * 1024)
#define RESPONSE_MAX_HEAD        16384
#define RESPONSE_KEEP_BODY       (1024 * 1024) // a larger buffer is given back after the reply
#define PROXY_MAX_NETS           32

/* Accounts */
#define SESSION_KEEP_S   (7 * 86400)
#define TWO_STEP_KEEP_S  300  // between password and code
#define TWO_STEP_TRIES   5    // codes for one password
#define TWO_STEP_SETUP_S 3600 // how long a secret waits for its first code
#define PASSWORD_LEAST   8    // characters
#define PASSWORD_MOST    72   // bcrypt looks at no more
#define PASSWORD_COST    12   // of bcrypt, the least in production
#define JWT_MAX_TEXT     8192
#define JWK_MAX_TEXT     (64 * 1024) // a key set
#define JWK_MAX_KEYS     16
#define USER_MAX_EMAIL   254
#define USER_MAX_NAME    80

/* Tokens of programs */
#define ACCESS_TOKEN_S     3600
#define ACCESS_SKEW_S      300 // how far another machine's clock may be off
#define REFRESH_TOKEN_S    86400
#define REFRESH_FAMILY_S   (30 * 86400) // then the program signs in again
#define REFRESH_REPEAT_MS  10000        // a lost answer may be asked for again
#define GRANT_MAX_AGENT    80           // bytes of what a program calls itself
#define KEYRING_BELIEVE_S  60
#define API_TOKEN_MOST     20 // of one member
#define API_TOKEN_MAX_NAME 80
#define API_TOKEN_MAX_DAYS 366

/* Profiles */
#define PROFILE_LEAST_HANDLE 3
#define PROFILE_MOST_HANDLE  30
#define PROFILE_MAX_BIO      500   // characters
#define PROFILE_MAX_NOTICE   40320 // minutes; four weeks, the most that calendars take

#define PROFILE_SUFFIX       4 // random letters behind a handle that is taken

/* Guessing passwords */
#define GUESS_FREE    5     // wrong ones before an address is locked
#define GUESS_FIRST_S 60    // for how long; each further one makes it four times as long
#define GUESS_MOST_S  86400 // at most, and when wrong ones are forgotten

/* Links in mails */
#define LINK_KEEP_S         900 // that prove an address or let in
#define LINK_UNLOCK_S       86400
#define LINK_MAX_HOUR       5 // to one address in an hour
#define SIGNUP_MOST_WAITING 5 // registrations of one address that wait to be confirmed
#define SIGNUP_KEEP_DAYS    7 // then an account that nobody has confirmed is gone
#define SIGNUP_PURGE_BATCH  1000

/* Mail */
#define MAIL_MAX_SUBJECT        200
#define MAIL_MAX_PARAGRAPHS     20
#define MAIL_MAX_STOP_URL       800   // a line of a header has at most 998 bytes
#define MAIL_MAX_BODY           16384 // what of a notice is sealed
#define MAIL_MAX_WIRE           (256 * 1024)
#define MAIL_KEEP_DAYS          30 // in the outbox, whatever became of it
#define MAIL_LIST_MAX           200
#define MAIL_TRIES              4 // waits of 1, 4 and 16 s between them

#define SMTP_CONNECT_TIMEOUT_MS 10000
#define SMTP_TIMEOUT_MS         40000 // a whole delivery
#define SMTP_ANSWER_TIMEOUT_S   20    // one answer

/* Web processes */
#define WEB_MAX_WORKERS      272 // as WEB_WORKERS and WEB_SLOW_WORKERS allow
#define WEB_SLOW_NICE        5   // of processes that hash passwords
#define WEB_BACKLOG          4096
#define WEB_IO_TIMEOUT_S     10   // of one read or write on a request's socket
#define WEB_TAKE_ALONG       8192 // bytes of a FastCGI request that is answered together with others
#define WEB_BODY_TIMEOUT_S   30   // for a whole body
#define WEB_MAX_REQUESTS     100000             // then a worker is replaced
#define WEB_DRAIN_MAX        (64 * 1024 * 1024) // of a refused body, read so that the answer arrives
#define WEB_STOP_S           20 // a request that still runs this long after SIGTERM is cut off
#define WEB_READY_S          10 // new workers must accept within this time after a reload
#define PAGE_COPY_YOUNG_S    55 // older copies are taken away, at the latest PAGE_COPY_LOOK_S later
#define PAGE_COPY_LOOK_S     5
#define WEB_RELOAD_ARENA     (1024 * 1024)
#define WEB_RESTART_FIRST_MS 100
#define WEB_RESTART_MOST_MS  5000

/* Outside services */
#define HTTP_TIMEOUT_MS         20000
#define HTTP_CONNECT_TIMEOUT_MS 5000
#define HTTP_SLOW_BYTES         50 // a second; slower than this for HTTP_SLOW_S ends the exchange
#define HTTP_SLOW_S             10
#define HTTP_MAX_HEADER         2048 // of an answer; longer ones are not kept
#define HTTP_MAX_BODY           (10 * 1024 * 1024)
#define HTTP_MAX_REDIRECTS      5
#define HTTP_MAX_RETRY_AFTER_S  120
#define REDIS_TIMEOUT_MS        100
#define REDIS_MIN_REST_MS       100 // after the first failure; doubled by each one that follows
#define REDIS_MAX_REST_MS       5000
#define JSON_MAX_DEPTH          32
#define JSON_MAX_TEXT           (64 * 1024 * 1024)
#define JSON_MAX_VALUES         (512 * 1024)  // some 100 bytes each
#define JSON_MAX_CONTAINERS     (64 * 1024)   // arrays and objects; some 800 bytes each
#define JSON_LARGE_TEXT         (1024 * 1024) // from this size on json_free gives memory back
#define HTMLDOC_MAX_TEXT        (4 * 1024 * 1024)
#define HTMLDOC_LARGE_TEXT      (16 * 1024)
#define HTMLDOC_MAX_NODES       200000
#define HTMLDOC_MAX_STEPS       10000000
/* Members followed on Codeforces */
#define TRACK_FIRST_MOST  10000       // submissions of somebody who is new
#define TRACK_FIRST_PAGE  1000        // of them in one answer: more would be too much JSON at once
#define TRACK_NEXT_PAGE   100         // later
#define TRACK_SETTLED_S   (3 * 86400) // system tests and hacks change verdicts of younger submissions
#define TRACK_WAIT_MS     60000       // for a call of a sweep or a button
#define TRACK_SWEEP_HOURS 20 // of one that never ends; the next night's begins in its place

/* Rooms */
#define ROOM_MAX_PROBLEMS     15
#define ROOM_MAX_TEAMS        32
#define ROOM_MAX_PLAYERS      64
#define ROOM_MAX_TITLE        80 // bytes
#define ROOM_MAX_TEAM_NAME    60
#define ROOM_MAX_TAGS         200
#define ROOM_MAX_PICKS        2000 // bytes of the field where problems are picked
#define ROOM_LEAST_LEAD_S     10   // between beginning and the start
#define ROOM_MAX_LEAD_S       (14 * 86400)
#define ROOM_LEAST_S          300 // how long a room lasts
#define ROOM_MOST_S           (7 * 86400)
#define ROOM_DRAW_STALE_S     900   // after so long the tracker looks anew what a player has solved
#define ROOM_PICKED_STALE_S   86400 // what is younger shows in his last submissions, at a press
#define ROOM_DRAW_KNOWN_S     3600  // and after so long a room cannot draw by what it saw
#define ROOM_DRAW_LOOK_S      300   // before the start
#define ROOM_DRAW_WAIT_S      60    // behind it, for what the tracker is still asking
#define ROOM_GRACE_S          120   // after the end, to report what was sent in before
#define ROOM_GRACE_MORE_S     300   // so much longer it waits at most for what is still asked
#define ROOM_MAX_RECORD       20000 // bytes of a submission's record that are kept as evidence
#define ROOM_SYNC_EVERY_S     60    // between two presses of Sync of one player
#define ROOM_SYNC_KEEP_S      3600  // how long is known what became of a press
#define ROOM_SYNC_LAST        20    // submissions that are looked at
#define ROOM_SYNC_TRIES       4     // the first and three repeats, after 5, 10 and 20 s
#define ROOM_SYNC_WAIT_MS     60000 // for a moment to ask Codeforces in
#define ROOM_TESTING_S        180   // how long one job waits for a verdict
#define ROOM_TESTING_MS       3000  // between two looks
#define ROOM_LIST             30    // of a page
#define ROOM_RATINGS          200

#define TRACK_CALLS           3 // to Codeforces for a member of whom there is nothing new
#define MEMBER_MAX_PHONE      40
#define MEMBER_MAX_SECTION    40
#define MEMBER_PAGE           50                // of the list
#define MEMBER_API_MAX        200               // of one answer
#define MEMBER_MAX_PAGE       20000             // its last one
#define MEMBER_COMPARE_MOST   4                 // side by side
#define MEMBER_MAX_WORDS      100               // bytes that are searched for
#define MEMBER_MAX_CSV        (8 * 1024 * 1024) // of a list that is taken in
#define MEMBER_MAX_TEXT       (6 * 1024 * 1024) // the same, once it is UTF-8 where it was UTF-16
#define MEMBER_MAX_LINES      120000
#define MEMBER_MAX_REPORT     (12 * 1024 * 1024) // of what was wrong with its lines
#define MEMBER_MAX_GROUPS     1000               // that one list may name
#define MEMBER_BATCH          250                // rows of one statement
#define REMIND_AWAY_DAYS      7                  // without anything accepted
#define REMIND_REST_DAYS      14                 // between two mails to one member
#define REMIND_MOST           500                // mails of one run, and lines of the history
#define HANDLE_COMPILE_S      120                // to send in what does not compile
#define HANDLE_ORGANIZATION_S 900                // to change a profile
#define HANDLE_SKEW_S         30                 // that Codeforces' clock may be off
#define HANDLE_LOOK_MS        4000               // until the first look
#define HANDLE_WAIT_MS        20000              // of a look, at the gate

#define CODEFORCES_PAUSE_S    30
#define CODEFORCES_MAX_HANDLE 32
#define CODEFORCES_MAX_ROWS   (64 * 1024) // records of one answer
#define CODEFORCES_MAX_FRONT  (64 * 1024) // of an answer whose last list nobody wants
#define CODEFORCES_FLIGHT_MS  30000 // what a call itself may take, beside its wait at the gate
#define CODEFORCES_SHARED_S   10    // how long an answer waits for others who asked the same

/* Codeforces as an OpenID provider, while a member waits for a page */
#define CODEFORCES_WEB_WAIT_MS    5000        // at the gate
#define CODEFORCES_WEB_TIMEOUT_MS 8000        // of one call
#define CODEFORCES_MAX_OPENID     (64 * 1024) // of an answer
#define CODEFORCES_PROVIDER_S     86400       // how long its addresses are kept
#define CODEFORCES_SKEW_S         300         // how far its clock and ours may be apart
#define OAUTH_MAX_CODE            4096        // of whatever provider
#define OAUTH_STATE_S             600         // from leaving for a consent page to coming back

/* Google */
#define GOOGLE_MAX_TOKEN       4096 // access, refresh and id tokens, codes
#define GOOGLE_MAX_ANSWER      (256 * 1024)
#define GOOGLE_WEB_TIMEOUT_MS  8000 // of one call while a member waits for a page
#define GOOGLE_SKEW_S          300  // how far Google's clock and ours may be apart
#define GOOGLE_CERTS_S         (6 * 3600)
#define GOOGLE_CERTS_AGAIN_S   60 // an unknown key has them fetched again at most this often
#define GOOGLE_STOP_S          (6 * 3600) // an account whose quota is used up rests
#define GOOGLE_USER_QUOTA      600        // calls a minute of one account
#define GOOGLE_MAX_GENERATION  8          // of an event's id
#define GOOGLE_QUOTA_CHUNK     8          // calls that are taken from the project's quota at once
#define GOOGLE_MAX_ETAG        200
#define GOOGLE_MAX_CALENDAR    500 // bytes of its id
#define GOOGLE_MAX_SUMMARY     1024
#define GOOGLE_MAX_DESCRIPTION 8000
#define GOOGLE_MAX_PROPERTY    1024

/* Cache, limits, buckets */
#define CACHE_MAX_KEY    200
#define CACHE_MAX_VALUE  (1024 * 1024)
#define CACHE_CONTESTS_S (12 * 3600)
#define CACHE_SOURCES_S  (24 * 3600)
#define CACHE_LOCAL_MS   1000  // how long a process believes its own memory
#define CACHE_SLOTS      64    // values it remembers
#define CACHE_MAX_LOCAL  4096  // a larger value is not remembered
#define FLOW_WINDOW_S    60    // in which PAGE_LIMIT requests of one address come back
#define FLOW_SLOTS       16384 // addresses that are counted at once
#define RATE_PURGE_EVERY 500   // calls; a purge removes up to 1000 windows
#define RATE_MAX_CALLS   1000
#define CACHE_STALE_S    (7 * 86400) // a longer TTL is cut to this
#define BUCKET_SLACK_MS  100

/* Contests of other platforms */
#define CONTEST_MAX_TITLE      300
#define CONTEST_MAX_ID         128
#define CONTEST_MAX_DURATION_S (30 * 86400)
#define CONTEST_MAX_AHEAD_S    (2 * 366 * 86400)
#define CONTEST_MIN_START_S    1262304000 // 2010-01-01
#define CONTEST_MAX_URL        400
#define CONTEST_MAX_ROWS       2000 // of one answer that are not over yet
#define SOURCE_TRIES           3    // requests for one page, the first included
#define SOURCE_MAX_WAIT_S      30   // a longer wait between tries is left to the job's own retry
#define SOURCE_PRUNE_MARGIN_S  600  // contests nearer than this are not called off: clocks differ
#define SOURCE_MAX_FETCH_S     200  // all requests and waits of one fetch
#define SOURCE_LOST_AFTER_S    900  // a fetch without an end is started again

/* Calendar */
#define CALENDAR_PAGE           60 // contests on one page of the list
#define CALENDAR_MONTH_MAX      1000
#define CALENDAR_FEED_MAX       2000
#define CALENDAR_API_MAX        200
#define CALENDAR_API_DEFAULT    50
#define CALENDAR_MAX_WORDS      100
#define CALENDAR_CANCELLED_S    (14 * 86400) // how long a page shows that one was cancelled
#define CALENDAR_FEED_PAST_S    (30 * 86400) // how long the feed keeps past and cancelled ones
#define CALENDAR_FEED_REFRESH_S (6 * 3600)
#define PREFERENCE_KEEP_S       (400 * 86400) // the longest that browsers keep a cookie

/* Problems */
#define PROBLEM_MAX_SLUG      63
#define PROBLEM_MAX_TITLE     200
#define PROBLEM_MAX_PATH      255
#define PROBLEM_MAX_CATEGORY  60
#define PROBLEM_MAX_TAG       40
#define PROBLEM_MAX_TAGS      30
#define PROBLEM_MAX_TEXTS     50 // languages of one statement
#define PROBLEM_MAX_TESTS     10000
#define PROBLEM_MAX_FILES     20000
#define PROBLEM_MAX_EQUAL     100                 // pairs of equal tests that are told of
#define PROBLEM_MAX_SAID      2000                // why a jury's solution is not as expected
#define PROBLEM_MAX_WHY       500                 // of a signature, of a line of the history
#define PROBLEM_PIECE         (1024 * 1024)       // of a blob, as it is sealed and read
#define PROBLEM_MAX_BLOB      (256 * 1024 * 1024) // of one test or file
#define PROBLEM_BATCH         256                 // rows that one statement brings in
#define PROBLEM_JUDGE_ARENA   (64 * 1024 * 1024) // what a judging knows of one version, without bytes
#define PROBLEM_PAGE          25                 // of a list
#define PROBLEM_MAX_PAGE      2000               // its last page
#define PROBLEM_API_MAX       100                // of one answer
#define PROBLEM_CAP           500                // hits that are ranked and counted
#define PROBLEM_FRONT         10000              // problems that a list looks through in its order
#define PROBLEM_FACET_TAGS    40                 // that are offered to narrow a list
#define PROBLEM_MAX_WORDS     100                // bytes that are searched for
#define EXCERPT_WORDS         28                 // that are shown of a text around what was found
#define PROBLEM_SUGGEST       8
#define PROBLEM_LIST_S        600 // how long what was read is believed
#define PROBLEM_SEARCH_S      300
#define PROBLEM_TESTS_S       1800
#define PROBLEM_FIGURES_S     3600
#define TESTCASE_MAX_REMARKS  12
#define PROBLEM_SHOWN_TEST    (64 * 1024)  // of a test, on a page
#define PROBLEM_MAX_FORM_TEST (900 * 1024) // of a test that is typed in or sent in by a form

/* Members' own calendars */
#define SYNC_LOCK_MS      300000
#define SYNC_CACHE_S      86400
#define SYNC_ROUNDS       3      // how often one job looks again because it was asked meanwhile
#define SYNC_PAST_S       604800 // a contest that was over this long ago is not compared any more
#define SYNC_MOST_CALLS   30     // calls of one member's sync that the spreading reckons with
#define SYNC_BEHIND_S     600    // asked for and not done for this long: asked for again
#define SYNC_KEEP_DAYS    60     // history, and events that are over
#define SYNC_RUNS_SHOWN   20
#define SYNC_ITEMS_SHOWN  100  // of one run
#define SINK_LEAVE_TRIES  16   // of disconnecting, over two hours, before what is left is left
#define SYNC_AGAIN_S      30   // until the next try, at least, after a calendar did not answer
#define SINK_STOP_S       3600 // a calendar that wants to be left alone and does not say how long
#define SINK_TRIES        3    // of one call, the first included
#define SINK_MAX_WAIT_S   5    // a longer wait between tries is left to the job
#define CALDAV_MAX_BODY   (1024 * 1024)
#define CALDAV_MAX_URL    1000
#define CALDAV_MAX_NODES  20000 // elements of one answer
#define CALDAV_MAX_DEPTH  32
#define CALDAV_TIMEOUT_MS 15000

/* Submissions and their judging */
#define SUBMISSION_MAX_SOURCE  102399       // under 100 KB, whatever a problem allows
#define SUBMISSION_MAX_ANSWERS (384 * 1024) // where answers are handed in, as one file or a zip
#define SUBMISSION_MAX_OPENED  (32 * 1024 * 1024) // of such a zip
#define SUBMISSION_A_MINUTE    10                 // of one member
#define SUBMISSION_A_DAY       100
#define SUBMISSION_MAX_PAGE    100
#define SUBMISSION_RESULT_S    3600               // how long the result of a finished one is cached
#define JUDGING_KEEP           (64 * 1024 * 1024) // of tests' bytes, in one worker
#define JUDGING_MAX_PROGRAM    (8 * 1024 * 1024)  // of a program's sources together
#define JUDGING_RETRY_JE       3                  // attempts before a fault of the judge is final
#define JUDGING_FLUSH_MS       75                 // between two words about tests that ended
#define JUDGING_SLICE_MS       20000              // a job that judges this long gives way
#define JUDGING_YIELD_MS       1000               // the same where something more urgent waits
#define ARTIFACT_MAX_KEPT      (8 * 1024 * 1024)
#define ARTIFACT_KEEP_DAYS     7
#define SUBMISSION_MAX_RESULT  (4 * 1024 * 1024) // of an answer in JSON
#define TRIAL_MAX_INPUT        262144            // bytes of a trial's standard input
#define TRIAL_KEEP_DAYS        7
#define REJUDGE_MOST           20000 // submissions of one set
#define EVENT_MAX_PAYLOAD      6000
#define EVENT_KEEP_DAYS        14
#define SUBMISSION_POLL_MS     150 // how often its page asks for news
#define SUBMISSION_POLL_NEAR   10  // while no more than this many are ahead of it,
#define SUBMISSION_POLL_FAR_MS 600 // and otherwise
#define SUBMISSION_TESTS_OPEN  30  // more tests than this are folded
#define SUBMISSION_LIST        50  // of a page

/* PostgreSQL. Times in milliseconds. A server that does not answer DB_MARGIN_MS after the
 * statement's time is over counts as lost. */
#define DB_CONNECT_TIMEOUT_MS   3000
#define DB_STATEMENT_TIMEOUT_MS 8000
#define DB_LONG_TIMEOUT_MS      120000 // statements marked :long
#define DB_MARGIN_MS            2000
#define DB_LOCK_TIMEOUT_MS      4000
#define DB_IDLE_TX_TIMEOUT_MS   20000 // an open transaction in which nothing happens
#define DB_TCP_TIMEOUT_MS       10000 // unacknowledged data
#define DB_RETRY_MAX_MS         1000  // longest pause between two attempts to connect
#define DB_PROBE_TIMEOUT_MS     1000  // asking a server for its health
#define DB_REPLICA_CHECK_MS     1000  // how often a replica is asked where it stands
#define DB_REPLICA_WAIT_MS      100   // the same while a reader waits for his own write
#define DB_MAX_REPLICAS         16
#define DB_MAX_KNOWN            64                 // numbers of rows that a process remembers
#define DB_MAX_RESULT           (8 * 1024 * 1024)  // of one statement
#define DB_MAX_ARGUMENT         (64 * 1024 * 1024) // all array arguments of one statement

/* Jobs */
#define JOB_MAX_PAYLOAD    (256 * 1024)
#define JOB_MAX_KEY        200
#define JOB_MAX_BATCH      500 // claims of one lane that one worker holds at once
#define JOB_MAX_BATCH_MS   250 // a batch that would take longer by experience is not claimed
#define JOB_MAX_QUEUES     64
#define JOB_MAX_KINDS      64
#define JOB_MAX_WORKERS    256
#define JOB_MAX_RUNNING    10000 // what a queue's limit may say
#define JOB_MAX_WEIGHT     1000
#define JOB_AGE_MS         30000 // a lane whose head has waited this long is served first
#define JOB_ARENA          (64 * 1024 * 1024)
#define JOB_DEAD_KEEP_DAYS 90
#define JOB_POLL_MS        1000    // how often a runner looks for ready jobs without being told
#define JOB_POLL_DEAF_MS   100     // the same where NOTIFY does not arrive
#define JOB_RECYCLE_JOBS   1000000 // a worker is replaced after as many jobs,
#define JOB_RECYCLE_MEMORY (128L * 1024 * 1024) // or when it has grown by so much
#define JOB_WAKE_SOCKETS   4                    // supervisors with the same WAKE_DIR
#define JOB_DEPTH_CAP      10000                // the depth of a queue is counted up to here
#define RUNNER_BEAT_S      3
#define RUNNER_FENCE_S     10 // a runner that could not beat for this long kills its workers
#define RUNNER_SILENT_S    13 // a runner silent for this long has lost its jobs
#define BREAKER_WINDOW_S   30
#define BREAKER_LEAST      20 // ended jobs in the window before the breaker may open
#define BREAKER_PROBES     5  // successes in a row that close it
#define BREAKER_BASE_S     30 // open for base * 2^(trips-1), at most cap
#define BREAKER_CAP_S      900

/* Alerts */
#define ALERT_WINDOW_S      900  // no more than one message about the same thing in this time
#define ALERT_WARN_WINDOW_S 3600 // the same for one warning of the log
#define ALERT_GAP_S         300  // a thing that lasts is a new one after a gap of this
#define ALERT_REMIND_S      86400
#define ALERT_BURST_MS      5000 // what happens within it goes into one message
#define ALERT_RETRY_S       60   // doubled for each failure in a row
#define ALERT_KEEP_DAYS     90
#define ALERT_MAX_LINES     20 // things in one message
#define ALERT_RING          16 // kinds of events that a process keeps until it can store them
#define ALERT_TIMEOUT_MS    10000
#define ALERT_SOURCE_S      (6 * 3600) // a source that fails for longer is told of

/* Boxes: what one may be asked for, whoever asks. Bytes unless the name says otherwise. */
#define BOX_MAX_PATH      256
#define BOX_MAX_MOUNTS    24
#define BOX_MAX_TEXT      16384 // arguments and environment
#define BOX_MAX_WORDS     256   // of each
#define BOX_MAX_BOXES     8     // of one podium-box at once
#define BOX_MAX_CORES     1024
#define BOX_MAX_CPU_MS    600000
#define BOX_MAX_WALL_MS   1800000
#define BOX_MAX_PROCESSES 1024
#define BOX_LEAST_FILES   8
#define BOX_MAX_FILES     4096
#define BOX_LEAST_INODES  8
#define BOX_MAX_INODES    1000000
#define BOX_LEAST_MEMORY  65536
#define BOX_MAX_MEMORY    (UINT64_C(64) << 30)
#define BOX_LEAST_DISK    4096

/* Judging, beyond what each problem's rules bound */
#define JUDGE_MAX_ARTIFACT   (96 * 1024 * 1024) // bytes that a build may leave
#define JUDGE_MAX_BUILD_TEXT (64 * 1024)        // of what a compiler says
#define JUDGE_MAX_FILES      1000               // of a source, and of an artifact
#define JUDGE_MAX_SHOWN      4096               // bytes kept of a program's output and errors
#define JUDGE_MAX_MESSAGE    (64 * 1024)        // of a validator's words, each file
#define JUDGE_MAX_PROGRAMS   24                 // kept ready by one worker
#define JUDGE_MAX_VALIDATORS 8                  // of one problem, and graders
#define JUDGE_MAX_CONF       (256 * 1024)       // languages.conf
#define JUDGE_WATCH_FAILED   30                 // judgings that failed, on the operators' page
#define JUDGE_CORE_WAIT_MS   600000             // for a processor that no other judge uses

/* What the judge keeps about groups and labels */
#define DOC_MAX_TEXT   (1024 * 1024)
#define DOC_MAX_DEPTH  12
#define DOC_MAX_VALUES 20000

/* Packages that are sent in by the web */
#define IMPORT_MAX_ZIP   (64 * 1024 * 1024)
#define IMPORT_MAX_WAIT  5   // of one member that have not been read yet
#define IMPORT_MAX_LINES 500 // of a report that are kept
#define IMPORT_MAX_TEXT  500 // of each, and of a file's name
#define IMPORT_KEEP_DAYS 90  // reports
#define IMPORT_SHOWN     20

/* Flags on submitted sources */
#define STATIC_SCAN_MAX_FILE     (64 * 1024) // of rules
#define STATIC_SCAN_MAX_RULES    100
#define STATIC_SCAN_MAX_PATTERNS 1000
#define STATIC_SCAN_MAX_NAME     40
#define STATIC_SCAN_MAX_SAYS     120
#define STATIC_SCAN_MAX_FLAGS    (64 * 1024) // of one source, as JSON
#define CODE_VIEW_MAX_COLOURS    (48 * 1024)

/* The live line */
#define LIVE_MAX_SCOPES   8            // of one stream
#define LIVE_MAX_HEAD     (16 * 1024)  // of a request
#define LIVE_MAX_STREAMS  60000        // of one process, if it may have as many descriptors
#define LIVE_RING         256          // events of a scope that are kept for those who come back
#define LIVE_RING_BYTES   (64 << 20)   // of all scopes together
#define LIVE_MAX_PENDING  (256 * 1024) // that a stream has not taken; then it is cut and resumes
#define LIVE_MAX_REPLAY   500  // events of a scope from the table; beyond them a page loads anew
#define LIVE_TICKET_S     300  // a ticket opens streams for so long
#define LIVE_STREAM_S     3600 // a stream lasts so long
#define LIVE_HEARTBEAT_S  20   // below what web servers and browsers take for silence
#define LIVE_HEAD_S       10   // to say what one wants
#define LIVE_STUCK_S      30   // so long what is pending may wait
#define LIVE_LOOK_S       2    // in which it is found that a quiet stream was left
#define LIVE_JOIN_MS      100  // events of one such window travel together
#define LIVE_POLL_MS      1000 // the table is looked at without being told
#define LIVE_POLL_DEAF_MS 150  // where NOTIFY does not arrive
#define LIVE_IDLE_S       120  // a scope that nobody watches keeps its ring

/* Verifying problems */
#define VERIFY_TIME_MS    10000 // of a test, while nobody knows the limit
#define VERIFY_LOOK_MS    3000  // how often it is asked whether all is judged
#define VERIFY_MOST_LOOKS 20000

/* HTML from outside */
#define CLEAN_MAX_DEPTH 200 // elements in each other
#define CLEAN_MAX_TEXT  (2 * 1024 * 1024)

/* Statements */
#define MARKDOWN_MAX_TEXT (512 * 1024)
#define PANDOC_CPU_MS     20000
#define PANDOC_MEMORY     (UINT64_C(1) << 30)

/* Packages of problems */
#define PACKAGE_MAX_ZIP        (128 * 1024 * 1024)
#define PACKAGE_MAX_FILES      20000
#define PACKAGE_MAX_SIZE       (512 * 1024 * 1024) // unpacked
#define PACKAGE_MAX_RATIO      200                 // unpacked to packed, over
#define PACKAGE_FREE_SIZE      (32 * 1024 * 1024)  // which is let pass
#define PACKAGE_MAX_PATH       255
#define PACKAGE_MAX_DEPTH      12 // folders
#define PACKAGE_MAX_FINDINGS   300
#define PACKAGE_MAX_YAML       (1024 * 1024)
#define PACKAGE_MAX_YAML_DEPTH 12
#define PACKAGE_MAX_YAML_NODES 50000
#define PACKAGE_MAX_SOLUTIONS  500
#define PACKAGE_MAX_STATEMENT  (512 * 1024) // source of one text
#define XML_MAX_NODES          50000
#define XML_MAX_DEPTH          16
#define PACKAGE_ARENA          (512 * 1024 * 1024)

/* Processes and files */
#define LOG_MAX_VALUE   1024
#define LOG_MAX_LINE    8192
#define LOG_HOLD_SIZE   4088 // lines written together; a pipe keeps as much whole
#define LOG_HOLD_MS     100  // a held line leaves with the first line after this time
#define CONFIG_MAX_FILE (256 * 1024)
#define CONFIG_MAX_LINE (64 * 1024)

#endif
