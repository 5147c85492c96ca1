# What this repository can do. `make` alone lists it; README.md says what it is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The same build whatever the environment says.
export GOFLAGS := -buildvcs=false
export GOWORK := off

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION)

DATA ?= data
PROVINCE ?= province
TOOLS := build/bin
STAMPS := build/stamps
SQLC := $(wildcard app/*/store/sqlc.yaml sync/*/sqlc.yaml)
RULES := app/centre/rules
RULES_VIDEO := $(RULES)/video/rules.mp4
UI_SOURCES := $(shell find ui \( -name node_modules -o -name dist \) -prune -o -type f ! -name '*.go' -print 2>/dev/null) $(RULES)/subjects.json
UI_PAGES := ui/centre/dist/candidate/index.html ui/centre/dist/staff/index.html ui/province/dist/index.html

## For everybody

.PHONY: help
help: ## this list
	@sed -n -E 's/^## (.*)/\n\1/p; s/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

.PHONY: run
run: build $(STAMPS)/models | packages-run ## install, build, lay out demo data once under ./data, serve
	@packaging/run/demo "$(DATA)" "$(PROVINCE)"

.PHONY: test
test: build $(STAMPS)/models test-go test-ui test-browser ## install, then every test: Go with -race, TypeScript, browser
	@go run ./packaging/skipped build/tests

.PHONY: test-shared
test-shared: build models ui/node_modules/.installed | packages-run packages-test ## only what needs shared test data (KAODIAN_SHARED=DIR); after `make test` no more than what it skipped
	@[ -n "$${KAODIAN_SHARED:-}" ] || { echo "Say where the test data is: make test-shared KAODIAN_SHARED=DIR"; exit 2; }
	go test -run "$$(go run ./packaging/skipped -names build/tests)" $$(grep -rl --include='*_test.go' kaodian/packaging/sharedtest app cmd media | xargs dirname | sort -u | sed 's,^,./,')
	cd ui && npx vitest run --config vitest.browser.config.ts tests/outside/line.test.ts && npx vitest run tests/unit/face.test.ts

.PHONY: build
build: bin/kaodian bin/kaodian-province ## bin/kaodian (the centre) and bin/kaodian-province

.PHONY: lint
lint: lint-go lint-ui ## linters of Go and TypeScript

.PHONY: bench
bench: build $(TOOLS)/tusd | packages-run packages-test packages-bench ## benchmarks beside their peers (BENCH=upload…: the rows that begin so)
	@packaging/bench/run "$(BENCH)"

.PHONY: bench-faces
bench-faces: build $(STAMPS)/models | packages-run ## distances and error rates of the face comparison over a folder of people (FACES=DIR)
	@[ -n "$(FACES)" ] || { echo "Say where the people are: make bench-faces FACES=DIR"; exit 2; }
	@go run ./packaging/benchfaces -models "$${KAODIAN_MODELS:-models}" "$(FACES)"

.PHONY: screenshots
screenshots: build ui/node_modules/.installed | packages-run packages-test ## pictures of every page of the candidate, both languages, phone, tablet, computer, and of a day at the desk: build/screenshots
	rm -rf build/screenshots
	cd ui && KAODIAN_SCREENSHOTS=1 npx vitest run --config vitest.browser.config.ts tests/phone/pages.test.ts tests/outside/day.test.ts
	packaging/pictures/make build/screenshots/day
	@echo "The pictures are in build/screenshots, and those of the README in packaging/pictures."

.PHONY: soak
soak: build $(STAMPS)/models | packages-run packages-test ## the long proofs at full count, with figures
	KAODIAN_SOAK=1 go test -count=1 -timeout 6h -v ./... | grep -v -E '^(=== |--- PASS|PASS$$)'

.PHONY: package
package: build $(STAMPS)/models | packages-package ## the Debian packages: build/kaodian_*.deb, build/kaodian-province_*.deb
	@packaging/deb/build "$(VERSION)"

.PHONY: stick
stick: | packages-package packages-stick ## lay out a stick of what make package made: all that Debian 12 needs, signed (DIR=/media/stick KEY=FILE)
	@[ -n "$(DIR)" ] && [ -n "$(KEY)" ] || { echo "Say where the stick is and what signs it: make stick DIR=/media/stick KEY=FILE; go run ./packaging/stick key FILE makes a key"; exit 2; }
	@packaging/stick/build "$(DIR)" "$(KEY)"

.PHONY: test-package
test-package: build $(STAMPS)/models | packages-package packages-stick packages-test-package ## install from a stick in a bare Debian 12 without network; update, refuse, remove, purge (15 minutes; root)
	@packaging/stick/try build/stick-test

.PHONY: models
models: ## bring the networks for faces and speech (from KAODIAN_MODELS, KAODIAN_SHARED/models, or out of packages by npm; fails softly)
	@packaging/models/fetch models
	@mkdir -p $(STAMPS) && touch $(STAMPS)/models

# Tried once by itself: without a network every further start would wait for it.
$(STAMPS)/models: $(wildcard packaging/models/* media/vision/cards/*)
	@$(MAKE) models

.PHONY: generate
generate: $(TOOLS)/sqlc ## write generated code anew: queries, API types
	for config in $(SQLC); do $(TOOLS)/sqlc generate -f $$config; done
	$(MAKE) build
	npm --prefix ui run generate

.PHONY: new-migration
new-migration: ## an empty migration with the next number (SIDE=centre or province, NAME=what_it_does)
	@packaging/house/new-migration "$(SIDE)" "$(NAME)"

.PHONY: voice
voice: | packages-voice ## record the words of the call screen anew (packaging/voice/words); commit them
	packaging/voice/make ui/src/staff/screen/voice

.PHONY: clean
clean: ## remove what was built (never ./data or ./province)
	rm -rf bin build ui/node_modules ui/centre/dist ui/province/dist $(RULES_VIDEO)

## Parts

# These begin first: one that begins last has the machine to itself.
LONGEST := ./sync/inbox ./media/measure ./app/centre/inspect/... ./app/centre/web/staff ./cmd/kaodian

.PHONY: test-go
test-go: ui-dist $(RULES_VIDEO) $(TOOLS)/gotestsum | packages-build packages-run packages-test ## only the Go tests
	@packaging/install/ftpd build/ftpd
	@mkdir -p build/tests
	$(TOOLS)/gotestsum --jsonfile build/tests/go.json --hide-summary skipped -- -race -timeout 40m $(LONGEST) ./...

.PHONY: test-ui
test-ui: ui/node_modules/.installed ## only the TypeScript tests
	npm --prefix ui run test

.PHONY: test-browser
test-browser: build ui/node_modules/.installed | packages-run packages-test ## only the tests in Chromium
	npm --prefix ui run test:browser

.PHONY: lint-go
lint-go: $(TOOLS)/golangci-lint $(TOOLS)/sqlc | packages-build ## only the Go linters
	@unformatted=$$(git ls-files -z '*.go' | xargs -0 gofmt -l); \
	[ -z "$$unformatted" ] || { echo "Not gofmt'ed; run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	@for config in $(SQLC); do $(TOOLS)/sqlc diff -f $$config || { echo "$$config: the generated queries are old; run: make generate"; exit 1; }; done
	go vet ./...
	$(TOOLS)/golangci-lint run ./...

.PHONY: lint-ui
lint-ui: ui/node_modules/.installed ## only ESLint and vue-tsc
	@for pair in centre:openapi province:openapi-province; do \
	from=ui/openapi/$${pair%:*}.json to=ui/src/shared/api/$${pair#*:}.ts; \
	ui/node_modules/.bin/openapi-typescript $$from 2>/dev/null | cmp -s - $$to || { echo "$$to is older than $$from; run: make generate"; exit 1; }; done
	npm --prefix ui run lint
	npm --prefix ui run typecheck

# Go decides what to compile anew; it knows best, and is quick when nothing changed.
.PHONY: bin/kaodian bin/kaodian-province
bin/kaodian: ui-dist $(RULES_VIDEO) | packages-build
	CGO_ENABLED=1 go build -ldflags "$(LDFLAGS)" -o $@ ./cmd/kaodian

bin/kaodian-province: ui-dist
	CGO_ENABLED=0 go build -ldflags "$(LDFLAGS)" -o $@ ./cmd/kaodian-province

# The rules' video is made of the rules' pictures.
$(RULES_VIDEO): $(wildcard packaging/rulesvideo/*.go $(RULES)/pages.json $(RULES)/pictures/*.svg) | packages-build
	go run ./packaging/rulesvideo $@

# The tools' own module keeps their many dependencies out of the product's.
# go build leaves a file alone that is current, so its time is set here.
$(TOOLS)/golangci-lint: packaging/tools/go.mod
	go build -C packaging/tools -o $(abspath $@) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@
$(TOOLS)/sqlc: packaging/tools/go.mod
	go build -C packaging/tools -o $(abspath $@) github.com/sqlc-dev/sqlc/cmd/sqlc
	@touch $@
$(TOOLS)/gotestsum: packaging/tools/go.mod
	go build -C packaging/tools -o $(abspath $@) gotest.tools/gotestsum
	@touch $@
$(TOOLS)/tusd: packaging/tools/go.mod
	go build -C packaging/tools -o $(abspath $@) github.com/tus/tusd/v2/cmd/tusd
	@touch $@

# The pages, embedded by both programs.
.PHONY: ui-dist
ui-dist: $(STAMPS)/ui-dist
$(STAMPS)/ui-dist: ui/node_modules/.installed $(UI_SOURCES) $(if $(filter-out $(wildcard $(UI_PAGES)),$(UI_PAGES)),always)
	npm --prefix ui run build
	@mkdir -p $(@D) && touch $@

ui/node_modules/.installed: ui/package.json ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

# Debian packages are looked at every time: that takes 50 ms, and a stamp
# would believe in packages that this machine does not have.
.PHONY: packages-build packages-run packages-test packages-package packages-stick packages-test-package packages-bench packages-voice
packages-build packages-run packages-test packages-package packages-stick packages-test-package packages-bench packages-voice: packages-%:
	@packaging/install/debian $*

.PHONY: always
