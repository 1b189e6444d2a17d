# The two commands of the README are `make demo` and `make test`; everything is set up on the way.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint docs bench lock clean

$(BIN)/.ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "erpguard needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: $(BIN)/.ready
	@$(BIN)/erpguard scan examples/erp-on-aks --format text --format sarif:erpguard.sarif; code=$$?; \
	 [ $$code -le 1 ] || exit $$code; \
	 echo; echo "The same findings as SARIF: erpguard.sarif (exit code of the scan: $$code, the defects are planted)"

test: $(BIN)/.ready
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(BIN)/.ready
	$(BIN)/ruff format --check src tests benchmarks tools hatch_build.py
	$(BIN)/ruff check src tests benchmarks tools hatch_build.py
	$(BIN)/mypy

docs: $(BIN)/.ready
	$(BIN)/python -m tools.rule_pages
	$(BIN)/python -m tools.azure_permissions
	$(BIN)/python -m tools.kubernetes_fields
	$(BIN)/python -m tools.views

bench: $(BIN)/.ready
	$(BIN)/python -m benchmarks

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet pip-tools
	.venv-lock/bin/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-header --allow-unsafe --output-file requirements-dev.txt requirements-dev.in
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis erpguard.sarif
