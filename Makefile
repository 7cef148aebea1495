# tblint: `make run` shows it at work, `make test` runs every test; both install what is missing.
#
#   make            build/tblint
#   make run        build it, make a sample repository with a risky change, lint it
#   make test       unit tests, cases, examples of the documents, command line
#   make check      format, layers, clang-tidy, both compilers, committed parsers
#   make fuzz       the harnesses of tests/fuzz, each for some seconds (needs clang)
#   make bench      time and memory as ratios to git status and bare libgit2
#   make grammar    generate the parsers anew (needs tree-sitter-cli $(TREE_SITTER_VERSION))
#   make install    to $(DESTDIR)$(PREFIX)
#   make dist       a tarball in $(BUILD) that runs on any Linux of this architecture with this glibc
#   make deb        a Debian package in $(BUILD), for the release of Debian that builds it
#   make clean
#
# Variables: V=1 (show commands), BUILD (folder), SAN=1 (address, undefined, leaks), CC, CFLAGS, PREFIX, TBLINT_SHARED.

BUILD   ?= build
PREFIX  ?= /usr/local
ifeq ($(origin CC),default)
CC      := gcc
endif
VERSION := 0.1.0
TREE_SITTER_VERSION := 0.25.10

PACKAGES := gcc libc6-dev pkg-config git libgit2-dev libtree-sitter-dev libcjson-dev libyaml-dev \
            libcmocka-dev
LIBRARIES := libgit2 tree-sitter libcjson yaml-0.1
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBRARIES))
PKG_LIBS   = $(shell pkg-config --libs $(LIBRARIES)) -lpthread

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wpedantic -Wno-gnu-statement-expression -Werror
INCLUDES := -Ianalyzers -Icmd -Irules
DEFINES  := -D_GNU_SOURCE -DTBLINT_VERSION='"$(VERSION)"'
ifdef SAN
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
            -DTBLINT_ARENA_MALLOC
endif
ifdef FUZZ
SANITIZE += -fsanitize=fuzzer-no-link -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
endif
# Where the source and the objects are does not show in the program.
ANYWHERE  = -ffile-prefix-map=$(BUILD)=build -ffile-prefix-map=$(CURDIR)=.
COMPILE   = $(CC) -std=c11 $(DEFINES) $(INCLUDES) $(PKG_CFLAGS) $(CFLAGS) $(ANYWHERE) $(SANITIZE) -MMD -MP
GENERATED := -w -O2
ifndef V
QUIET     = @echo "  $(if $(filter %.o,$@),CC,LD)    $@";
endif

# One job a core, unless the caller has said how many.
PARALLEL  = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

GRAMMARS := datafile sql
SOURCES  := $(wildcard analyzers/*/*.c) $(filter-out cmd/main.c,$(wildcard cmd/*.c cmd/*/*.c cmd/*/*/*.c)) \
            $(wildcard grammar/*/src/scanner.c)
PARSERS  := $(wildcard grammar/*/src/parser.c)
EMBEDDED := $(BUILD)/rules_pages.o $(BUILD)/html_assets.o
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(PARSERS:%.c=$(BUILD)/%.o) $(EMBEDDED)
HELPERS  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/lib/*.c))
UNITS    := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
TOOLS    := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(wildcard tests/tools/*.c))
ENGINES  := $(patsubst tests/engine/%.c,$(BUILD)/engine/%,$(wildcard tests/engine/*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/*.c))
FIXTURE  := $(patsubst %,$(BUILD)/tests/lib/%.o,project_fixture file_set)

.PHONY: all run test test-programs check fuzz fuzz-programs bench grammar install dist deb clean setup need
.SECONDARY:

all: $(BUILD)/tblint

# ---- set-up ---------------------------------------------------------------------------------

setup:
	@sh tests/setup.sh $(PACKAGES)

need:
	@pkg-config --exists $(LIBRARIES) 2>/dev/null || { \
	  echo "tblint needs some packages:  sudo apt-get install $(PACKAGES)" >&2; exit 1; }

# ---- the program ----------------------------------------------------------------------------

$(BUILD)/tblint: $(BUILD)/cmd/main.o $(BUILD)/libtblint.a
	$(QUIET)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(PKG_LIBS)

$(BUILD)/libtblint.a: $(OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/grammar/%/src/parser.o: grammar/%/src/parser.c | need
	@mkdir -p $(@D)
	$(QUIET)$(CC) -std=c11 $(PKG_CFLAGS) -Igrammar/$*/src $(GENERATED) $(ANYWHERE) $(SANITIZE) -MMD -MP -c -o $@ $<

$(BUILD)/grammar/%/src/scanner.o: grammar/%/src/scanner.c | need
	@mkdir -p $(@D)
	$(QUIET)$(COMPILE) $(WARNINGS) -Igrammar/$*/src -c -o $@ $<

$(BUILD)/%.o: %.c | need
	@mkdir -p $(@D)
	$(QUIET)$(COMPILE) $(WARNINGS) -c -o $@ $<

$(BUILD)/rules_pages.c: rules/embed.sh rules/rules.def $(wildcard rules/*.md rules/topics/*)
	@mkdir -p $(@D)
	@sh rules/embed.sh rules > $@

$(BUILD)/html_assets.c: $(addprefix cmd/report/html/,embed.sh style.css script.js)
	@mkdir -p $(@D)
	@sh cmd/report/html/embed.sh cmd/report/html > $@

$(EMBEDDED): %.o: %.c
	$(QUIET)$(COMPILE) $(WARNINGS) -c -o $@ $<

# ---- tests ----------------------------------------------------------------------------------

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(HELPERS) $(BUILD)/libtblint.a
	@mkdir -p $(@D)
	$(QUIET)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(PKG_LIBS) -lcmocka -lm

# Counts the basic blocks that run; without optimization, whose results would change the counts.
COUNTED := $(SOURCES:%.c=$(BUILD)/counted/%.o) $(PARSERS:%.c=$(BUILD)/counted/%.o) \
           $(EMBEDDED)

$(BUILD)/counted/%.o: %.c | need
	@mkdir -p $(@D)
	$(QUIET)$(CC) -std=c11 $(DEFINES) $(INCLUDES) $(PKG_CFLAGS) -I$(patsubst %/,%,$(dir $<)) -w -O0 \
	  -fsanitize-coverage=trace-pc -MMD -MP -c -o $@ $<

$(BUILD)/unit/test_scaling: $(BUILD)/tests/unit/test_scaling.o $(HELPERS) $(COUNTED)
	@mkdir -p $(@D)
	$(QUIET)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(PKG_LIBS) -lcmocka -lm

$(BUILD)/tools/%: $(BUILD)/tests/tools/%.o $(HELPERS) $(BUILD)/libtblint.a
	@mkdir -p $(@D)
	$(QUIET)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(PKG_LIBS) -lcmocka

$(BUILD)/engine/%: $(BUILD)/tests/engine/%.o $(HELPERS) $(BUILD)/libtblint.a
	@mkdir -p $(@D)
	$(QUIET)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(PKG_LIBS) -lcmocka -ldl -lpthread

$(BUILD)/tests/%.o: INCLUDES += -Itests

test-programs: all $(UNITS) $(TOOLS) $(ENGINES)

$(FUZZERS): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o $(FIXTURE) $(BUILD)/libtblint.a
	$(QUIET)$(CC) $(CFLAGS) $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

fuzz-programs: $(FUZZERS)

# Instrumented objects are another build.
fuzz:
	@$(MAKE) --no-print-directory $(PARALLEL) BUILD=$(BUILD)/fuzz CC=clang CFLAGS="-O1 -g" \
	  SAN=1 FUZZ=1 fuzz-programs
	@BUILD=$(BUILD)/fuzz sh tests/fuzz/run.sh

test: setup
	@$(MAKE) --no-print-directory $(PARALLEL) test-programs
	@BUILD=$(BUILD) sh tests/run.sh

run: setup
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@BUILD=$(BUILD) sh tests/demo.sh

check: need
	@BUILD=$(BUILD) TREE_SITTER_VERSION=$(TREE_SITTER_VERSION) sh tests/check.sh

bench: all $(TOOLS)
	@BUILD=$(BUILD) sh tests/bench/run.sh

grammar:
	@for g in $(GRAMMARS); do (cd grammar/$$g && tree-sitter generate --abi 14) || exit 1; done

# Another program than that of the build: that of the tarball.
PROGRAM ?= $(BUILD)/tblint

install: $(PROGRAM)
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/tblint
	install -D -m 644 cmd/tblint.1 $(DESTDIR)$(PREFIX)/share/man/man1/tblint.1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(PROGRAM) completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tblint
	$(PROGRAM) completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_tblint
	$(PROGRAM) completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/tblint.fish

# DT_RPATH, since DT_RUNPATH is not for the libraries of libraries.
$(BUILD)/dist/tblint: $(BUILD)/cmd/main.o $(BUILD)/libtblint.a ci-templates/packaging/libraries.sh
	@mkdir -p $(@D)
	$(QUIET)$(CC) $(CFLAGS) -o $@ $(filter %.o %.a,$^) $$(CC=$(CC) sh ci-templates/packaging/libraries.sh $(LIBRARIES)) \
	  -Wl,--disable-new-dtags '-Wl,-rpath,$$ORIGIN/../lib/tblint'

dist: $(BUILD)/dist/tblint
	@BUILD=$(BUILD) VERSION=$(VERSION) CC=$(CC) sh ci-templates/packaging/dist.sh

deb: all
	@BUILD=$(BUILD) VERSION=$(VERSION) sh ci-templates/packaging/deb.sh

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
