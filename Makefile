# make demo | make test | make check | make bench: each sets up what it needs.
# PYTHON is any Python from 3.10; everything Python goes into .venv.

PYTHON ?= python3
PROFILE := ci
CARGO := cargo
BUILT := $(or $(CARGO_TARGET_DIR),target)/$(PROFILE)
BIN := .venv/bin

.PHONY: demo test check bench bench-full build test-rust crash test-rules check-rules check-rules-spark test-python test-c test-dotnet header clean

demo: build
	$(BUILT)/citx run examples/tsm/citx.toml --as-of 2024-11-26
	$(BUILT)/citx run examples/tsm/year_on_year.toml --as-of 2025-11-25
	$(BUILT)/citx run examples/bloomington/drivers.toml --as-of 2017-05-05
	$(BUILT)/citx run examples/schools/citx.toml --as-of 2000-07-01
	$(BUILT)/citx run examples/voters/citx.toml --as-of 2006-08-01

test: check test-rust test-rules test-python test-c test-dotnet

# Everything at once: asked for one by one, the crates would choose other features of their dependencies and compile them again.
build:
	$(CARGO) build --quiet --locked --profile $(PROFILE) --workspace --all-targets

test-rust: build
	scripts/with_postgres $(CARGO) test --locked --profile $(PROFILE) --workspace

# The damage that `test-rust` does to ledgers in part: more writers killed, every byte changed, every call failed.
crash: CITX_CRASHES ?= 200
crash: build
	CITX_CRASHES=$(CITX_CRASHES) $(CARGO) test --locked --profile $(PROFILE) --workspace --test damage

# Rules against DuckDB, and PostgreSQL where it is installed.
test-rules: CITX_RULES ?= 1000
check-rules: CITX_RULES ?= 20000
test-rules check-rules: build .venv/tools
	CITX_RULES=$(CITX_RULES) CITX_RULES_PYTHON=$(BIN)/python scripts/with_postgres \
		$(CARGO) test --quiet --locked --profile $(PROFILE) --workspace --lib rules::tests::differential -- --nocapture

check-rules-spark: build
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/pip install --quiet --disable-pip-version-check pyspark==4.3.0 pyarrow
	CITX_RULES=$${CITX_RULES:-1000} CITX_RULES_SPARK=.venv-spark/bin/python \
		$(CARGO) test --quiet --locked --profile $(PROFILE) --workspace --lib rules::tests::differential -- --nocapture

test-python: .venv/citx
	scripts/with_postgres $(BIN)/python -m pytest python/tests

test-c: build .venv/tools
	-scripts/need g++ g++
	-scripts/need valgrind valgrind
	bindings/c/test.sh $(BUILT)
	$(BIN)/python bindings/check_symbols.py $(BUILT)/libcitx.so

test-dotnet: build .venv/tools
	$(BIN)/python bindings/dotnet/test.py --lib $(BUILT)

check: build .venv/citx
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --profile $(PROFILE) --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --profile $(PROFILE) --workspace --no-deps --document-private-items
	$(BUILT)/xtask header --check
	$(BIN)/ruff check python bindings benches examples
	$(BIN)/python -m mypy.stubtest citx
	$(BIN)/mypy --strict python/tests/typing_usage.py

header: build
	$(BUILT)/xtask header

# Citizens of the comparison; bench-full needs 8 GB of memory.
ROWS := 1000000
bench: .venv/peers .venv-balance/done
	$(CARGO) build --quiet --locked --release -p citx-benches
	$(CARGO) run --quiet --locked --release -p citx-benches --bin citx-bench
	MATURIN_PEP517_ARGS="--profile release" $(BIN)/pip install --quiet --force-reinstall --no-deps .
	touch .venv/tools
	$(BIN)/python benches/compare/voters.py
	$(BIN)/python benches/compare/compare.py --rows $(ROWS) --programs $(or $(CARGO_TARGET_DIR),target)/release
	$(BIN)/python benches/compare/surveys.py --programs $(or $(CARGO_TARGET_DIR),target)/release --balance .venv-balance/bin/python
	$(BIN)/python benches/compare/drivers.py --programs $(or $(CARGO_TARGET_DIR),target)/release
	$(BIN)/python benches/compare/features.py

bench-full:
	$(MAKE) bench ROWS=10000000

# Test tools, pinned in python/requirements-test.txt.
.venv/tools: python/requirements-test.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r python/requirements-test.txt
	touch $@

# The peers of `make bench`, pinned.
.venv/peers: benches/compare/requirements.txt | .venv/tools
	$(BIN)/pip install --quiet --disable-pip-version-check -r benches/compare/requirements.txt
	touch $@

# A peer that wants a numpy of its own.
.venv-balance/done: benches/compare/requirements-balance.txt
	test -x .venv-balance/bin/python || $(PYTHON) -m venv .venv-balance
	.venv-balance/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# The wheel, built in the one profile, as a user would install it.
.venv/citx: .venv/tools $(shell git ls-files -- Cargo.lock Cargo.toml pyproject.toml 'crates/*' 'bindings/python/*' 'python/citx/*')
	$(BIN)/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	touch $@

clean:
	rm -rf target .venv .venv-balance build out
