# semanticlens_widgets: what one can do here. `make` alone lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python
BUNDLE := semanticlens_widgets/widgets/static/bundle.js
JS := $(shell find js/src -type f 2>/dev/null) js/build.mjs js/package.json

# Pinned here and in no extra: the library pins an old zennit, so it comes without its dependencies.
PEERS := semanticlens==0.2.1 zennit-crp==0.6.0
# Apart from the environment: where pyarrow is installed, pandas keeps text in another way.
MAP_PEER := jupyter-scatter==1.0.1 pyarrow==26.0.1 geoindex-rs==0.2.1 arro3-core==0.9.1 pooch==1.9.0

.PHONY: help demo test bench screenshots check format bundle clean tools chromium

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

demo: $(VENV)/.demo $(BUNDLE) ## Build the demo lens, print what it finds, open the first notebook
	$(PY) -m semanticlens_widgets build/demo.png
	@if [ -t 0 ] && [ -t 1 ]; then $(VENV)/bin/jupyter lab notebooks/1_quickstart.ipynb; \
	else echo "To look around: $(VENV)/bin/jupyter lab notebooks/1_quickstart.ipynb"; fi

test: $(VENV)/.dev $(BUNDLE) chromium ## Run every test: unit, contract, notebooks, browser
	npm --prefix js test
	OMP_NUM_THREADS=1 $(PY) -m pytest --numprocesses 2 --no-loadscope-reorder

bench: $(VENV)/.dev $(BUNDLE) build/peer/jscatter ## Measure against the peers; writes build/bench.json
	$(PY) -m tests.benchmarks

screenshots: $(VENV)/.dev $(BUNDLE) chromium ## Take README's pictures anew, of the notebooks in JupyterLab
	$(PY) -m tests.browser.screenshots

check: $(VENV)/.dev $(BUNDLE) ## Lint, types and architecture, in Python and TypeScript
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pyright
	$(PY) -m semanticlens_widgets.widgets.typescript --check
	npm --prefix js run check

format: $(VENV)/.dev ## Format Python and TypeScript
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	npm --prefix js run format

bundle: $(BUNDLE) ## Build the widgets' JavaScript

clean: ## Remove what was built, the virtual environment included
	rm -rf $(VENV) build dist js/node_modules semanticlens_widgets/widgets/static

tools:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.10 to 3.13 (https://python.org), or name it: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || { echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), and 3.10 to 3.13 is needed: name another with make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js or npm is missing: install Node 20 or newer (https://nodejs.org)"; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node.js is $$(node -v), and 20 or newer is needed (https://nodejs.org)"; exit 1; }

$(VENV)/bin/python: | tools
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip

js/node_modules: js/package.json js/package-lock.json | tools
	npm --prefix js ci --no-audit --no-fund
	@touch $@

$(BUNDLE): $(JS) | js/node_modules
	npm --prefix js run build

$(VENV)/.demo: pyproject.toml $(BUNDLE) | $(VENV)/bin/python
	@echo "Installing (PyTorch is large: this takes some minutes the first time)"
	$(PY) -m pip install --quiet --editable '.[offline]' 'jupyterlab>=4.3'
	@touch $@

$(VENV)/.dev: pyproject.toml Makefile $(BUNDLE) | $(VENV)/bin/python
	@echo "Installing (PyTorch is large: this takes some minutes the first time)"
	$(PY) -m pip install --quiet --editable '.[dev,attribution]'
	$(PY) -m pip install --quiet --no-deps $(PEERS)
	@touch $@ $(VENV)/.demo

build/peer/jscatter: Makefile | $(VENV)/.dev
	$(PY) -m pip install --quiet --no-deps --upgrade --target build/peer $(MAP_PEER)
	@touch $@

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then echo "Installing Chromium"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null; \
	else echo "Chromium is missing, so the browser tests are skipped: install it (Debian: sudo apt install chromium)"; fi; }
