# Two commands are the whole set-up: `make demo` runs the main job, `make test` passes the tests.
.PHONY: all setup build program demo demo-sharing test screenshots bench exercises-report fuzz soak dev asan tsan tidy format format-check clean
all: build
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 600
SCALE ?= 250k

setup:
	@scripts/setup
build: setup
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS)
program: setup
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target jindo
demo: program ## ingest the Ronin movements, trace them under each policy, leave a report, open the workbench on them
	@scripts/demo build/release/jindo
demo-sharing: program ## three agencies and an exchange: flag in one, hold in another, and who must not see it does not
	@scripts/demo-sharing build/release/jindo
test: build ## unit, property, case, crash, live and browser tests; LABEL=unit (case, live, browser, house) for a part
	@scripts/setup test
	@ctest --preset release -j $(JOBS) $(if $(LABEL),-L $(LABEL))
screenshots: program ## the pictures of the workbench in docs/
	@scripts/setup test
	@scripts/screenshots build/release/jindo
bench: build ## the figures of docs/benchmarks.md, with peers in the same run
	@scripts/setup bench
	@scripts/bench build/release
exercises-report: program ## docs/exercises-report.md: every policy on every scenario
	@scripts/exercises-report build/release/jindo $(SCALE)
fuzz: ## every fuzz target, FUZZ_SECONDS each, with the sanitizers
	@scripts/setup fuzz
	@cmake --preset fuzz >/dev/null && cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	@scripts/fuzz build/fuzz $(FUZZ_SECONDS)
soak: build ## kill -9 at a thousand random instants, portions and reorganisations at random; an hour of the server with faults
	@JINDO_SOAK=1 ctest --preset release -R 'crash|property' --timeout 7200
	@python3 tests/serve_soak.py build/release/jindo .
dev: setup
	@cmake --preset dev >/dev/null && cmake --build --preset dev -j $(JOBS)
asan tsan: setup
	@cmake --preset $@ >/dev/null && cmake --build --preset $@ -j $(JOBS) && ctest --preset $@ -j $(JOBS)
tidy:
	@scripts/setup dev
	@cmake --preset tidy >/dev/null && cmake --build --preset tidy -j $(JOBS) --target jindo
format:
	@scripts/setup dev && git ls-files '*.h' '*.cpp' | xargs clang-format-14 -i
format-check:
	@scripts/setup dev && git ls-files '*.h' '*.cpp' | xargs clang-format-14 --dry-run -Werror
clean:
	@rm -rf build
