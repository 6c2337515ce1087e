# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later

SWIFT ?= swift
# Debug builds are the ones that are checked: a warning is an error, and so is an import that Package.swift does not declare.
# (SwiftPM silences the warnings of dependencies.) Lint and test share them, so that nothing is built twice.
CHECKED := -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error
# What is run, tested and packaged is one and the same: it needs no Swift runtime on the machine, resolves all symbols before it
# starts (so that their table is read-only after), and does not depend on where it was built: no debug information, no path of a C
# file (__FILE__), no path of libraries, no sum of the compiler's options (.swift_modhash, which is for compiling less when an object
# file is there).
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -debug-info-format none -Xlinker -z -Xlinker now \
	-Xcc '-ffile-prefix-map=$(CURDIR)=.' -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen
# Swift's optimiser goes through some of its sets in the order of random seeds or addresses, and now and then decides otherwise.
STEADY = SWIFT_DETERMINISTIC_HASHING=1 $(shell setarch -R true 2>/dev/null && echo setarch -R)
BUILD_RELEASE = $(STEADY) $(SWIFT) build $(RELEASE) --product onion-sieve
# With the same options, so that nothing is compiled twice.
BUILD_BENCHMARK = ONION_SIEVE_DEVELOPER=1 $(STEADY) $(SWIFT) build $(RELEASE) --product
DEBUG_BINARY := .build/debug/onion-sieve
RELEASE_BINARY := .build/release/onion-sieve

# Which ones `make test-sanitized` builds with.
SANITIZERS ?= address thread
# How long `make soak` goes on.
SOAK_MINUTES ?= 60

# Where `make install` puts things; DESTDIR comes before all of them.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
MODULESLOADDIR ?= $(PREFIX)/lib/modules-load.d
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/vendor-completions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
INSTALLED := STRIP DESTDIR BINDIR DATADIR MANDIR UNITDIR SYSCONFDIR SYSUSERSDIR TMPFILESDIR MODULESLOADDIR BASHCOMPDIR ZSHCOMPDIR FISHCOMPDIR

.PHONY: help release install run test test-sanitized test-apparmor test-browser test-network test-package \
	soak package reproducible lint fuzz fuzz-tor benchmark allocations clean
.NOTPARALLEL:

help: ## Say what there is (also without a target)
	@echo 'onion-sieve: a guard between applications and the control socket of Tor'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 23
	@echo
	@echo 'run, lint and all that test install the Debian packages that are missing, with sudo if need be.'
	@echo 'make run TOR=unix:PATH or TOR=HOST:PORT uses that tor, with the cookie in TOR_COOKIE=FILE;'
	@echo 'make run ONCE=1 performs the three commands itself, compares the answers, and ends.'

run: ## Build it, run it in front of a private tor without network, and say what to try
	@scripts/install-dependencies build run
	$(BUILD_RELEASE)
	@ONCE='$(ONCE)' PROFILES='$(PROFILES)' COMPLAIN='$(COMPLAIN)' AUDIT='$(AUDIT)' TOR='$(TOR)' TOR_COOKIE='$(TOR_COOKIE)' scripts/run $(RELEASE_BINARY)

test: ## Run the tests of every module, then those of the program with a real tor
	@scripts/install-dependencies build test
	$(SWIFT) build --build-tests $(CHECKED)
	$(SWIFT) test --skip-build --disable-xctest $(CHECKED)
	$(BUILD_RELEASE)
	scripts/check-linkage $(RELEASE_BINARY)
	Tests/EndToEnd/run --binary $(RELEASE_BINARY)

test-sanitized: ## Run the same in builds that watch their memory and their threads, which takes long (SANITIZERS=address)
	@scripts/install-dependencies build test
	SWIFT='$(SWIFT)' PARTS='$(PARTS)' scripts/test-sanitized $(SANITIZERS)

test-network: ## Run it, and real programs through it, on a private Tor network, which takes some minutes and root
	@scripts/install-dependencies build test programs
	@scripts/install-programs
	$(BUILD_RELEASE)
	Tests/Network/run --binary $(RELEASE_BINARY)

test-apparmor: ## Run it on kernels with AppArmor, in machines that QEMU emulates, which takes half an hour (SHORT=1)
	@scripts/install-dependencies build test machine
	$(BUILD_RELEASE)
	Tests/AppArmor/run --binary $(RELEASE_BINARY) $(if $(SHORT),--short)

test-browser: ## Show its report in Chromium, and keep pictures of it in .build/screenshots
	@scripts/install-dependencies build test browser
	$(BUILD_RELEASE)
	Tests/Browser/run --binary $(RELEASE_BINARY)

test-package: ## Install the Debian package in a machine with systemd that QEMU emulates, which takes some minutes and root
	@scripts/install-dependencies build package machine
	scripts/package --if-changed .build/package
	Tests/Package/run --package "$$(echo .build/package/onion-sieve_*.deb)"

soak: ## Be hostile to it for an hour, or SOAK_MINUTES, as root, and write Benchmarks/SOAK.md
	@scripts/install-dependencies build test
	$(BUILD_RELEASE)
	Tests/Soak/run --binary $(RELEASE_BINARY) --minutes $(SOAK_MINUTES)

package: ## Build the Debian package, in .build/package
	@scripts/install-dependencies build package
	scripts/package .build/package

reproducible: ## Build it twice, differently, and compare byte for byte, which takes some minutes
	@scripts/install-dependencies build package
	scripts/check-reproducible .build/reproducible

release: ## Build what is installed
	$(BUILD_RELEASE)

install: ## Install what make release has built, below DESTDIR and PREFIX
	@$(foreach name,$(INSTALLED),$(name)='$($(name))') scripts/install $(RELEASE_BINARY)

lint: ## Check format, warnings, imports, purity, headers, pins, scripts, manual pages, profiles and policies
	@scripts/install-dependencies build lint
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests $(wildcard Fuzzing Benchmarks)
	scripts/check-headers
	scripts/check-purity
	shellcheck $$(git grep -lIE --untracked '^#!/bin/(ba)?sh')
	mandoc -T lint -W warning man/*.[1-9]
	scripts/check-apparmor
	$(SWIFT) build $(CHECKED)
	SWIFT='$(SWIFT)' scripts/check-dependencies
	$(DEBUG_BINARY) check --strict profiles.d

fuzz: ## Run every fuzzer, two minutes each or as SECONDS=… and RUNS=… say; TARGETS=… names some
	@scripts/install-dependencies build
	Fuzzing/run $(TARGETS) $(if $(SECONDS),SECONDS='$(SECONDS)') $(if $(RUNS),RUNS='$(RUNS)')

fuzz-tor: ## Send mutated commands through it to a real tor, of which nothing may change; COMMANDS=… says how many, SEED=… which
	@scripts/install-dependencies build test
	$(BUILD_RELEASE)
	FUZZ_COMMANDS='$(or $(COMMANDS),1000000)' FUZZ_SEED='$(SEED)' \
		Tests/EndToEnd/run --binary $(RELEASE_BINARY) --seconds 86400 test_mutated_commands

benchmark: ## Measure it beside haproxy and socat, and write Benchmarks/RESULTS.md, which takes half an hour (QUICK=1, CASES=, ROUNDS=)
	@scripts/install-dependencies build benchmark
	$(BUILD_RELEASE)
	$(BUILD_BENCHMARK) BenchmarkPeers
	$(BUILD_BENCHMARK) BenchmarkRelay
	$(BUILD_BENCHMARK) BenchmarkInside
	Benchmarks/run --binary $(RELEASE_BINARY) $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(CASES),--cases $(CASES)) $(foreach directory,$(CORPUS),--corpus $(directory)) $(if $(QUICK)$(CASES),,--write)

allocations: ## Fail if anything asks for memory more often than Benchmarks/Allocations allows
	@scripts/install-dependencies build benchmark
	$(BUILD_BENCHMARK) BenchmarkInside
	Benchmarks/allocations

clean: ## Remove what was built
	$(SWIFT) package clean
	rm -rf .build .build-fuzz .build-sanitized
