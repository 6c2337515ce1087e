# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later

SWIFT ?= swift
# Debug builds are the ones that are checked: a warning is an error, and so is an import that Package.swift does not declare.
# (SwiftPM silences the warnings of dependencies.) Lint and test share them, so that nothing is built twice.
CHECKED := -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error
# What is run and packaged needs no Swift runtime on the machine.
RELEASE := -c release --static-swift-stdlib
DEBUG_BINARY := .build/debug/onion-sieve
RELEASE_BINARY := .build/release/onion-sieve

.PHONY: help run test test-apparmor test-browser test-network lint fuzz clean
.NOTPARALLEL:

help: ## Say what there is (also without a target)
	@echo 'onion-sieve: a guard between applications and the control socket of Tor'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 21
	@echo
	@echo 'run, lint and all that test install the Debian packages that are missing, with sudo if need be.'
	@echo 'make run TOR=unix:PATH or TOR=HOST:PORT uses that tor, with the cookie in TOR_COOKIE=FILE;'
	@echo 'make run ONCE=1 performs the three commands itself, compares the answers, and ends.'

run: ## Build it, run it in front of a private tor without network, and say what to try
	@scripts/install-dependencies build run
	$(SWIFT) build $(RELEASE) --product onion-sieve
	@ONCE='$(ONCE)' PROFILES='$(PROFILES)' COMPLAIN='$(COMPLAIN)' AUDIT='$(AUDIT)' TOR='$(TOR)' TOR_COOKIE='$(TOR_COOKIE)' scripts/run $(RELEASE_BINARY)

test: ## Run the tests of every module, then those of the program with a real tor
	@scripts/install-dependencies build test
	$(SWIFT) build --build-tests $(CHECKED)
	$(SWIFT) test --skip-build --disable-xctest $(CHECKED)
	$(SWIFT) build $(RELEASE) --product onion-sieve
	scripts/check-linkage $(RELEASE_BINARY)
	Tests/EndToEnd/run --binary $(RELEASE_BINARY)

test-network: ## Run it, and real programs through it, on a private Tor network, which takes some minutes and root
	@scripts/install-dependencies build test programs
	@scripts/install-programs
	$(SWIFT) build $(RELEASE) --product onion-sieve
	Tests/Network/run --binary $(RELEASE_BINARY)

test-apparmor: ## Run it on kernels with AppArmor, in a machine that QEMU emulates, which takes some minutes
	@scripts/install-dependencies build test machine
	$(SWIFT) build $(RELEASE) --product onion-sieve
	Tests/AppArmor/run --binary $(RELEASE_BINARY)

test-browser: ## Show its report in Chromium, and keep pictures of it in .build/screenshots
	@scripts/install-dependencies build test browser
	$(SWIFT) build $(RELEASE) --product onion-sieve
	Tests/Browser/run --binary $(RELEASE_BINARY)

lint: ## Check format, warnings, imports, purity, headers, scripts, manual pages, profiles and policies
	@scripts/install-dependencies build lint
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests $(wildcard Fuzzing)
	scripts/check-headers
	scripts/check-purity
	shellcheck $$(git grep -lIE --untracked '^#!/bin/(ba)?sh')
	mandoc -T lint -W warning man/*.[1-9]
	scripts/check-apparmor
	$(SWIFT) build $(CHECKED)
	$(DEBUG_BINARY) check --strict profiles.d

fuzz: ## Run every fuzzer for a while, two minutes each unless FUZZ_SECONDS says otherwise
	@scripts/install-dependencies build
	Fuzzing/run

clean: ## Remove what was built
	$(SWIFT) package clean
	rm -rf .build .build-fuzz
