# Fapiao's chores. Needs Rust 1.95 or later, a C/C++ compiler, and Python 3 with pip; what else is missing is installed by the target that needs it.

CARGO ?= cargo
PYTHON ?= python3
# Where the models and OpenVINO's libraries go.
MODELS ?= models
# How long each fuzz target runs.
SECONDS ?= 600
# How often a server is killed at a random moment, for each engine.
ROUNDS ?= 110
# The labelled documents, and the program that scores a server against them, for `make score` and `make bench`.
SAMPLES ?= ../shared/samples
SCORE ?= ../shared/tools/score

TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
FAPIAO := $(TARGET)/release/fapiao
CLIENT := $(TARGET)/client
MOTO := $(TARGET)/moto
SCHEMATHESIS := $(TARGET)/schemathesis
FUZZED := FAPIAO_TEST_SCHEMATHESIS=$(abspath $(TARGET))/schemathesis/bin/schemathesis

export FAPIAO_MODELS := $(abspath $(MODELS))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help tools run build models test format house deny lint docs scripts doctests tests postgres bench crash score altered fuzz specimens clean

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

run: build models ## build, fetch the models, serve on 127.0.0.1:8080 with the demo keys
	$(FAPIAO) serve --demo

# Names what a fresh machine lacks in one sentence; cargo itself says so when Rust is too old.
tools:
	@for tool in $(CARGO) cc $(PYTHON); do \
		command -v $$tool >/dev/null || { echo "$$tool is not there: Fapiao needs Rust 1.95 or later, a C/C++ compiler, and Python 3 with pip" >&2; exit 1; }; \
	done

build: tools ## target/release/fapiao
	$(CARGO) build --release --locked --package fapiao

models: tools ## fetch the models and OpenVINO's libraries, pinned by SHA-256
	$(PYTHON) scripts/models.py --into $(MODELS)

# The cheap checks first; the tests last, so that their summary is the last thing said.
test: tools format house deny lint docs scripts models doctests tests ## every check and every test

format:
	$(CARGO) fmt --all --check

house:
	$(CARGO) xtask directions
	$(CARGO) xtask house

# Built without optimisation: it runs for two seconds and would build for minutes.
deny:
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked --debug cargo-deny@0.20.2
	$(CARGO) deny --log-level error check bans licenses sources

lint:
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps

scripts:
	$(PYTHON) -B -m unittest discover --start-directory scripts --pattern '*_test.py'
	$(PYTHON) -B -m unittest discover --start-directory benches --pattern '*_test.py'

doctests:
	$(CARGO) test --locked --workspace --doc

$(CLIENT)/.stamp: scripts/client.txt
	rm -rf $(CLIENT)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --only-binary=:all: --require-hashes --target $(CLIENT) --requirement scripts/client.txt
	touch $@

# The store's tests run a real PostgreSQL of their own, and a real server that speaks S3.
postgres:
	@ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || command -v pg_ctl >/dev/null || [ "$$FAPIAO_TEST_POSTGRES" = skip ] || \
		{ command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql; } || \
		{ echo "the store's tests need PostgreSQL's programs: install them, or leave those tests out with FAPIAO_TEST_POSTGRES=skip" >&2; exit 1; }

$(MOTO)/.stamp: scripts/moto.txt
	$(PYTHON) -m venv --clear $(MOTO)
	$(MOTO)/bin/pip install --quiet --disable-pip-version-check --requirement scripts/moto.txt
	touch $@

$(SCHEMATHESIS)/.stamp: scripts/schemathesis.txt
	rm -rf $(SCHEMATHESIS)
	$(PYTHON) -m venv $(SCHEMATHESIS)
	$(SCHEMATHESIS)/bin/pip install --quiet --disable-pip-version-check --only-binary=:all: --no-deps --requirement scripts/schemathesis.txt
	touch $@

# A real client runs against a real server: it needs `requests`, which is kept apart from the machine's own Python packages.
tests: postgres $(CLIENT)/.stamp $(MOTO)/.stamp $(SCHEMATHESIS)/.stamp
	export PYTHONPATH=$(abspath $(CLIENT)) FAPIAO_TEST_PYTHON=$(PYTHON) FAPIAO_TEST_MOTO=$(abspath $(MOTO))/bin/moto_server; \
	if command -v cargo-nextest >/dev/null; then \
		$(FUZZED) $(CARGO) nextest run --locked --workspace; \
	else \
		$(FUZZED) $(CARGO) test --locked --workspace --lib --bins --tests; \
	fi

bench: models ## speed and memory, beside RapidOCR where that is asked: docs/benchmarks.md
	$(PYTHON) -B benches/bench.py --samples $(SAMPLES)

# Not optimised: what is shown is that nothing is lost, not how fast.
crash: postgres ## end real servers at every named point and at random moments: docs/guarantees.md
	$(CARGO) build --locked --package fapiao --features crash --package ordeal
	$(TARGET)/debug/ordeal crash --fapiao $(TARGET)/debug/fapiao --rounds $(ROUNDS)

score: build models ## fields right on the labelled documents of SAMPLES and on specimens/
	$(PYTHON) -B benches/score.py --fapiao $(FAPIAO) --tool $(SCORE) specimens/fields.jsonl $(SAMPLES)/catalogue.jsonl

altered: build models ## the same for the labelled pictures, each altered in ways that change nothing for a person
	$(PYTHON) -B benches/altered.py --fapiao $(FAPIAO) --tool $(SCORE) $(SAMPLES)/catalogue.jsonl

fuzz: ## run every fuzz target for SECONDS seconds
	@command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz@0.13.2
	cd fuzz && for target in $$($(CARGO) fuzz list); do \
		echo "== $$target"; \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run --sanitizer none $$target -- -max_total_time=$(SECONDS) -timeout=20 -rss_limit_mb=2048 || exit 1; \
	done

specimens: ## draw specimens/ anew
	$(CARGO) xtask specimens

clean: ## remove what was built; the models stay
	$(CARGO) clean
