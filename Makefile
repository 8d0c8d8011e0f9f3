# Podium. README.md tells what each is for; these are the targets:
#
## make run            install what is missing, build, start everything, show the address  (DEMO=1, PORT=N)
## make check          the whole test suite; check-lint, check-unit, check-fuzz, check-box, check-judge, check-black: parts of it
## make chaos          submissions judged while everything is killed at random  (CHAOS_N=how many, 200)
## make                build/release/podium-web, podium-live, podium-jobs, podium-box, podium
## make asan           the same under AddressSanitizer and UndefinedBehaviorSanitizer
## make lint           room rules, headers compile alone, format
## make bench          speed and memory as ratios against references  (PEERS=1: against npm's and PHP's peers)
## make crowd          10,000 open streams that read, do not read, come and go
## make fuzz           coverage-guided fuzzing of every parser  (FUZZ_S=seconds for each)
## make install        PREFIX=/usr/local DESTDIR=
## make clean          removes build/; var/ holds your data and stays

KIND   ?= release
CC     := gcc
CLANG  ?= clang
PYTHON ?= /usr/bin/python3
PREFIX ?= /usr/local
O      := build/$(KIND)
GEN    := build/gen

# Debian keeps servers where the PATH of an ordinary user does not lead.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

# ---- flags ---------------------------------------------------------------------------------------

CSTD  = -std=c17 -D_GNU_SOURCE
WARN  = -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
        -Wold-style-definition -Wwrite-strings -Wcast-qual -Wpointer-arith -Wundef -Wvla -Walloca \
        -Wswitch-enum -Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion -Wconversion \
        -Wno-missing-field-initializers -Wno-sign-conversion -Wframe-larger-than=16384 -Werror
WGCC  = -Wformat-signedness -Wduplicated-cond -Wduplicated-branches -Wlogical-op \
        -Wjump-misses-init -Wbidi-chars=any
HARD  = -fno-common -fno-strict-aliasing -fwrapv -fstack-protector-strong \
        -fstack-clash-protection -fcf-protection -fPIE
HGCC  = -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr
LINK  = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code -Wl,--as-needed
SAN   = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

ifeq ($(KIND),release)
  MODE = -O2 -g -D_FORTIFY_SOURCE=3 $(WGCC) $(HGCC)
else ifeq ($(KIND),asan)
  MODE = -O1 -g3 $(SAN) $(WGCC)
  LINK += $(SAN)
else ifeq ($(KIND),clang)
  CC   := $(CLANG)
  MODE = -O2 -g -D_FORTIFY_SOURCE=3
else ifeq ($(KIND),fuzz)
  CC   := $(CLANG)
  MODE = -O1 -g3 $(SAN) -fsanitize=fuzzer-no-link
  LINK += $(SAN)
else
  $(error KIND is one of release, asan, clang, fuzz)
endif

CPPFLAGS = -I. -Ilib -Ibuild
CFLAGS   = $(CSTD) $(WARN) $(HARD) $(MODE)

# A third-party header is reachable only from the room that owns the library.
room_cflags = $(shell pkg-config --cflags $(1) 2>/dev/null | sed 's/-I/-isystem /g')
FLAGS_lib/db    := $(call room_cflags,libpq)
FLAGS_lib/net   := $(call room_cflags,hiredis libcurl json-c libxml-2.0)
FLAGS_lib/package := $(call room_cflags,libarchive yaml-0.1)
FLAGS_lib/auth  := $(call room_cflags,libcrypto)
FLAGS_lib/judge := $(call room_cflags,libzstd)

LIBS_lib  = -lpq -lhiredis -lcurl -ljson-c -lxml2 -lcrypto -lcrypt -lqrencode -larchive -lzstd -lyaml -lcmark -lstemmer -lm
LIBS_web  = -lfcgi $(LIBS_lib)
LIBS_jobs = $(LIBS_lib)

# ---- sources -------------------------------------------------------------------------------------

GEN_TOOLS := gen_sql gen_tmpl gen_asset lint
LIB_SRC   := $(filter-out lib/gen/%,$(wildcard lib/*/*.c))
WEB_SRC   := $(filter-out fcgi/main.c,$(wildcard fcgi/*.c fcgi/page/*.c fcgi/api/*.c))
LIVE_SRC  := $(filter-out fcgi/live/main.c,$(wildcard fcgi/live/*.c))
JOBS_SRC  := $(filter-out jobs/main.c,$(wildcard jobs/*.c jobs/box/client.c jobs/box/wire.c jobs/judge/*.c jobs/kind/*.c jobs/package/*.c jobs/sink/*.c jobs/source/*.c))
CLI_SRC   := $(wildcard jobs/cli/*.c)
BOX_SRC   := $(wildcard jobs/box/*.c)
TMPL      := $(wildcard templates/*.html templates/*/*.html templates/*/*.txt)
QUERIES   := $(wildcard sql/query/*.sql)
SCHEMA    := $(wildcard sql/schema/*.sql) $(wildcard sql/role.sql)
ASSETS    := $(wildcard public/*.* public/*/*.*)

GEN_HDR := $(GEN)/stmt.h $(GEN)/tmpl.h
GEN_SRC := $(GEN)/stmt.c $(GEN)/schema.c $(GEN)/asset.c
TMPL_SRC := $(GEN)/tmpl.c

obj      = $(patsubst %.c,$(O)/%.o,$(1))
gen_obj  = $(patsubst build/gen/%.c,$(O)/gen/%.o,$(1))
LIB_OBJ  := $(call obj,$(LIB_SRC)) $(call gen_obj,$(GEN_SRC))
# What the generators are made of, for their tests.
GEN_OBJ  := $(call obj,$(wildcard lib/gen/tmpl_*.c lib/gen/asset_*.c lib/gen/file.c lib/gen/c_text.c))
WEB_OBJ  := $(call obj,$(WEB_SRC)) $(call gen_obj,$(TMPL_SRC))
JOBS_OBJ := $(call obj,$(JOBS_SRC)) $(call gen_obj,$(TMPL_SRC))

PROGRAMS := $(O)/podium-web $(O)/podium-live $(O)/podium-jobs $(O)/podium $(O)/podium-box

# ---- programs ------------------------------------------------------------------------------------

.PHONY: all programs asan run check bench chaos
all: programs lint-quick

asan:
	@$(MAKE) KIND=asan programs

run:
	@etc/dev/packages build run
	@$(MAKE) -s -j$(shell nproc) programs
	@etc/dev/run

check: check-packages
	@tests/run

check-packages:
	@etc/dev/packages build run test

check-%: check-packages
	@tests/run $*

chaos: check-packages
	@CHAOS_N=$${CHAOS_N:-200} tests/run judge -- -k killed_at_random

bench:
	@etc/dev/packages build run test bench
	@$(MAKE) -s -j$(shell nproc) programs bench-bin
	@tests/bench/run

programs: $(PROGRAMS) build/errors.stamp

# The web servers' own error pages, of one list.
build/errors.stamp: etc/dev/errors etc/dev/errors.txt etc/dev/errors.css
	@mkdir -p build
	@etc/dev/errors && touch $@

$(O)/podium-web: $(call obj,fcgi/main.c) $(O)/libweb.a $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_web)

$(O)/podium-live: $(call obj,fcgi/live/main.c fcgi/listen.c) $(O)/liblive.a $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_lib)

$(O)/podium-jobs: $(call obj,jobs/main.c) $(O)/libjobs.a $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_jobs)

$(O)/podium: $(call obj,$(CLI_SRC)) $(O)/libjobs.a $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_lib)

# Small on purpose: what holds rights is read line by line.
$(O)/podium-box: $(call obj,$(BOX_SRC) lib/base/err.c lib/base/scan.c lib/base/span.c lib/base/utf8.c)
	$(CC) $(LINK) -o $@ $^ -lseccomp -lpthread

$(O)/libpodium.a: $(LIB_OBJ)
$(O)/liblive.a: $(call obj,$(LIVE_SRC))
$(O)/libweb.a: $(WEB_OBJ)
$(O)/libjobs.a: $(JOBS_OBJ)
$(O)/libgen.a: $(GEN_OBJ)
%.a:
	@mkdir -p $(@D)
	@rm -f $@
	ar rcsD $@ $^

$(O)/gen/%.o: build/gen/%.c | $(GEN_HDR)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/%.o: %.c Makefile | $(GEN_HDR)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(FLAGS_$(patsubst %/,%,$(dir $<))) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(O) -name '*.d' 2>/dev/null)

# ---- generated sources ---------------------------------------------------------------------------

HOST_BASE := lib/base/arena.c lib/base/buf.c lib/base/err.c lib/base/scan.c lib/base/span.c lib/base/utf8.c
build/host/%: lib/gen/%.c $(HOST_BASE) $(wildcard lib/base/*.h)
	@mkdir -p $(@D)
	gcc $(CPPFLAGS) $(CSTD) $(WARN) -O1 -g -o $@ $< $(filter-out $<,$(filter %.c,$^))

# gen_sql touches a file only when its content changes; the stamp says that it has run.
build/host/gen_sql: lib/gen/file.c lib/gen/c_text.c lib/gen/sql_text.c $(wildcard lib/gen/*.h)
$(GEN)/sql.stamp: build/host/gen_sql $(QUERIES) $(SCHEMA) $(wildcard sql/query sql/schema)
	@mkdir -p $(GEN)
	build/host/gen_sql $(GEN) $(QUERIES) -- $(SCHEMA)
	@touch $@
$(GEN)/stmt.h $(GEN)/stmt.c $(GEN)/schema.c: $(GEN)/sql.stamp ;

# So do gen_tmpl and gen_asset. The folders are prerequisites for the files that were removed.
TMPL_CORE  := $(wildcard lib/gen/tmpl_*.c)
ASSET_CORE := $(wildcard lib/gen/asset_*.c)
build/host/gen_tmpl: $(TMPL_CORE) lib/gen/file.c lib/gen/c_text.c $(wildcard lib/gen/*.h)
build/host/gen_asset: $(ASSET_CORE) lib/gen/file.c $(wildcard lib/gen/*.h)

$(GEN)/tmpl.stamp: build/host/gen_tmpl $(TMPL) $(wildcard templates templates/*/)
	@mkdir -p $(GEN)
	build/host/gen_tmpl $(GEN) templates $(TMPL)
	@touch $@
$(GEN)/tmpl.h $(GEN)/tmpl.c: $(GEN)/tmpl.stamp ;

# Formulas are set by the KaTeX of the system; without it browsers show MathML.
KATEX ?= /usr/share/javascript/katex
$(GEN)/asset.stamp: build/host/gen_asset $(ASSETS) $(wildcard public public/*/ $(KATEX)/katex.min.*s)
	@mkdir -p $(GEN) build/public
	build/host/gen_asset $(GEN) build/public public katex=$(KATEX) $(ASSETS)
	@mkdir -p build/public/static; find build/public/static -name '*.css' -o -name '*.js' -o -name '*.svg' | while read -r f; do \
	  [ -f $$f.gz ] || gzip -9nk $$f; [ -f $$f.br ] || brotli -q 11 $$f; done
	@touch $@
$(GEN)/asset.c: $(GEN)/asset.stamp ;

.PHONY: generate
generate: $(GEN_HDR) $(GEN_SRC) $(TMPL_SRC)

# ---- tests ---------------------------------------------------------------------------------------

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(patsubst %.c,$(O)/%,$(UNIT_SRC))
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(patsubst %.c,$(O)/%,$(FUZZ_SRC))
TEST_LIBS := $(O)/libgen.a $(O)/liblive.a $(O)/libweb.a $(O)/libjobs.a $(O)/libpodium.a

$(O)/tests/unit/test_%: $(O)/tests/unit/test_%.o $(TEST_LIBS)
	$(CC) $(LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS_web) -lcmocka

# The templates of tests/gen, compiled for the test of their compiler.
GOLDEN := $(wildcard tests/gen/tmpl/*.html tests/gen/tmpl/*/*.html tests/gen/tmpl/*/*.txt)
build/golden/gen/tmpl.c: build/host/gen_tmpl $(GOLDEN)
	@mkdir -p $(@D)
	build/host/gen_tmpl $(@D) tests/gen/tmpl $(GOLDEN)
	@touch $@
$(O)/golden/tmpl.o: build/golden/gen/tmpl.c $(wildcard tests/gen/view/*.h)
	@mkdir -p $(@D)
	$(CC) -Ibuild/golden -Itests/gen $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(O)/tests/unit/test_gen_tmpl.o: CPPFLAGS := -Ibuild/golden -Itests/gen $(CPPFLAGS)
$(O)/tests/unit/test_gen_tmpl.o: | build/golden/gen/tmpl.c
$(O)/tests/unit/test_gen_tmpl: $(O)/golden/tmpl.o
$(O)/tests/unit/test_gen_asset: | build/host/gen_asset

ifeq ($(KIND),fuzz)
$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(TEST_LIBS)
	$(CC) $(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS_web)
else
$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(O)/tests/fuzz/standalone.o $(TEST_LIBS)
	$(CC) $(LINK) -o $@ $^ $(LIBS_web)
endif

# The tests of lib/db bring statements of their own: that room compiled once more, against them.
TEST_DB_GEN := build/test/gen
TEST_DB_OBJ := $(patsubst lib/db/%.c,$(O)/tests/db/lib/%.o,$(wildcard lib/db/*.c)) $(O)/tests/db/lib/stmt.o
TEST_DB_CC   = $(CC) -I. -Ibuild/test -Ilib $(FLAGS_lib/db) $(CFLAGS) -MMD -MP -c -o $@ $<
FLAGS_tests/unit := $(FLAGS_lib/db)
FLAGS_tests/bench := $(FLAGS_lib/db)

$(TEST_DB_GEN)/stmt.h $(TEST_DB_GEN)/stmt.c &: build/host/gen_sql sql/query/db.sql tests/db/query.sql $(SCHEMA)
	@mkdir -p $(TEST_DB_GEN)
	build/host/gen_sql $(TEST_DB_GEN) sql/query/db.sql tests/db/query.sql -- $(SCHEMA)
	@touch $(TEST_DB_GEN)/stmt.h $(TEST_DB_GEN)/stmt.c

$(O)/tests/db/lib/%.o: lib/db/%.c Makefile | $(TEST_DB_GEN)/stmt.h
	@mkdir -p $(@D)
	$(TEST_DB_CC)

$(O)/tests/db/lib/stmt.o: $(TEST_DB_GEN)/stmt.c
	@mkdir -p $(@D)
	$(TEST_DB_CC)

$(O)/tests/db/%.o: tests/db/%.c Makefile | $(TEST_DB_GEN)/stmt.h
	@mkdir -p $(@D)
	$(TEST_DB_CC)

TEST_DB_BIN := $(patsubst %.c,$(O)/%,$(wildcard tests/db/*.c))
$(TEST_DB_BIN): $(O)/tests/db/%: $(O)/tests/db/%.o $(TEST_DB_OBJ) $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_lib) -lcmocka

BENCH_BIN := $(patsubst %.c,$(O)/%,$(wildcard tests/bench/bench_*.c))
$(O)/tests/bench/bench_%: $(O)/tests/bench/bench_%.o $(TEST_LIBS)
	$(CC) $(LINK) -o $@ $^ $(LIBS_web)

# podium-jobs with kinds of its own, for tests/jobs and tests/bench.
$(O)/podium-jobs-test: $(O)/tests/jobs/podium_jobs_test.o $(O)/libjobs.a $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_jobs)

# The engine from the command line, for tests/judge and tests/bench.
$(O)/judge-test: $(O)/tests/judge/judge_test.o $(O)/libjobs.a $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_jobs)

# Makes problems, for tests/request, tests/judge and tests/bench.
$(O)/problem-test: $(O)/tests/judge/problem_test.o $(O)/libpodium.a
	$(CC) $(LINK) -o $@ $^ $(LIBS_lib)

.PHONY: unit-bin fuzz-bin bench-bin jobs-test
jobs-test: $(O)/podium-jobs-test $(O)/judge-test $(O)/problem-test
bench-bin: $(BENCH_BIN) $(O)/podium-jobs-test $(O)/judge-test $(O)/problem-test
jobs-test: $(O)/tests/bench/bench_sync_link $(O)/tests/bench/bench_live_load
unit-bin: $(UNIT_BIN) $(TEST_DB_BIN)
fuzz-bin: $(FUZZ_BIN)
.SECONDARY:

FUZZ_S ?= 60
.PHONY: crowd
crowd:
	@$(MAKE) -s -j$(shell nproc) programs jobs-test
	@CROWD=10000 KIND=$(KIND) etc/dev/as-user /usr/bin/python3 -B -m pytest -c tests/pytest.ini --rootdir tests tests/web/test_crowd.py

.PHONY: fuzz
fuzz:
	@$(MAKE) KIND=fuzz fuzz-bin
	tests/fuzz/run $(FUZZ_S)

# ---- checks --------------------------------------------------------------------------------------

.PHONY: lint lint-quick check-packages lint-headers lint-format lint-errors
lint: lint-quick lint-headers lint-format lint-errors

build/host/lint: $(wildcard lib/gen/lint*.[ch]) lib/gen/file.c
lint-quick: build/host/lint
	build/host/lint .

# Every header of ours compiles alone.
HEADERS := $(filter-out lib/os/config_keys.h tests/db/%,$(wildcard lib/*/*.h fcgi/*.h fcgi/*/*.h jobs/*.h jobs/*/*.h tests/*/*.h))
lint-headers: $(patsubst %,$(O)/alone/%.ok,$(HEADERS))
$(O)/alone/%.ok: % | $(GEN_HDR)
	@mkdir -p $(@D)
	@printf '#include "%s"\ntypedef int alone;\n' $< | $(CC) $(CPPFLAGS) $(FLAGS_$(patsubst %/,%,$(dir $<))) \
	  $(CSTD) $(WARN) -fsyntax-only -x c - && touch $@

FORMATTED = $(wildcard lib/*/*.[ch] fcgi/*.[ch] fcgi/*/*.[ch] jobs/*.[ch] jobs/*/*.[ch] tests/*/*.[ch])
lint-errors:
	@etc/dev/errors --check

lint-format:
	@clang-format --dry-run -Werror $(filter-out lib/os/config_keys.h,$(FORMATTED))

.PHONY: format
format:
	clang-format -i $(filter-out lib/os/config_keys.h,$(FORMATTED))

# ---- installation --------------------------------------------------------------------------------

DESTDIR ?=
SHARE = $(DESTDIR)$(PREFIX)/share/podium
.PHONY: install
install: programs
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/public $(SHARE)/etc
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	cp -R build/public/. $(SHARE)/public
	install -m 644 $(filter-out etc/dev,$(wildcard etc/*)) $(SHARE)/etc
	sed -i 's|/usr/local/|$(PREFIX)/|g' $(addprefix $(SHARE)/etc/,$(notdir $(wildcard etc/*.service etc/*.md etc/lighttpd*.conf etc/apache*.conf)))
	install -m 644 README.md $(SHARE)

.PHONY: clean
clean:
	rm -rf build

.PHONY: help
help:
	@sed -n 's/^## //p' Makefile
