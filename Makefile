# Commands for semanticlens_widgets; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python
BUNDLE := semanticlens_widgets/widgets/static/bundle.js
# Pins for everything below, written by `make constraints`; `CONSTRAINTS=` installs the newest releases instead.
CONSTRAINTS ?= constraints.txt
PIP := $(PY) -m pip install --quiet $(CONSTRAINTS:%=--constraint %)
# In continuous integration a skip fails unless it is listed.
STRICT := $(if $(CI),--strict-skips tests/allowed_skips.txt)
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest --numprocesses 2 --no-loadscope-reorder $(STRICT)
# Share of the trials of `make test-faults`, and the seed that chooses and garbles them.
SAMPLE ?= 1
SEED ?= 0
# Hosts of `make test-hosts`; empty for all.
HOSTS ?=
JS := $(shell find js/src -type f 2>/dev/null) js/build.mjs js/package.json

# Installed without their dependencies: semanticlens requires an old zennit, and overcomplete an OpenCV that needs the
# libraries of a screen, where the headless one of the extra `dev` does as well.
PEERS := semanticlens==0.2.1 zennit-crp==0.6.0 zennit==0.5.1 'overcomplete==0.3.0 ; python_version < "3.13"'
# Installed apart from the environment: with pyarrow there, pandas stores text differently.
MAP_PEER := jupyter-scatter==1.0.1 pyarrow==26.0.1 geoindex-rs==0.2.1 arro3-core==0.9.1 pooch==1.9.0

.PHONY: help demo test test-faults test-hosts test-saes unit check format dev watch bench screenshots bundle constraints architecture clean tools chromium

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/.demo $(BUNDLE) ## Build the demo lens, print what it finds, open the first notebook
	$(PY) -m semanticlens_widgets demo build/demo.png
	@if [ -t 0 ] && [ -t 1 ]; then $(VENV)/bin/jupyter lab notebooks/1_quickstart.ipynb; \
	else echo "To look around: $(VENV)/bin/jupyter lab notebooks/1_quickstart.ipynb"; fi

test: $(VENV)/.dev $(BUNDLE) chromium ## Run every test: unit, contract, notebooks, browser
	npm --prefix js test
	$(PYTEST)

test-faults: $(VENV)/.dev $(BUNDLE) ## Try odd models, data, files, kills and messages (SAMPLE=0.1 SEED=1 for a part)
	OMP_NUM_THREADS=1 $(PY) -m tests.faults --sample $(SAMPLE) --seed $(SEED)

test-hosts: $(VENV)/.dev $(BUNDLE) chromium ## Try the widgets in other hosts, each in its own environment (HOSTS="notebook voila")
	$(PY) -m tests.hosts $(HOSTS)

test-saes: $(VENV)/.dev ## Try Latents.from_sae on SAELens, dictionary_learning and saev, in their own environment
	$(PY) -m tests.saes

unit: $(VENV)/.dev $(BUNDLE) ## Run the quick tests: no browser, no notebook, nothing marked slow
	npm --prefix js test
	$(PYTEST) -m "not slow" tests/unit tests/contract

check: $(VENV)/.dev $(BUNDLE) ## Lint, types and architecture, in Python and TypeScript
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pyright
	$(PY) -m semanticlens_widgets.widgets.typescript --check
	$(PY) .ci/architecture.py --check
	$(PY) .ci/third_party.py --check
	npm --prefix js run check

format: $(VENV)/.dev ## Format Python and TypeScript
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	npm --prefix js run format

dev: $(VENV)/.dev js/node_modules ## Serve every widget on a development page that reloads as TypeScript changes
	PYTHON=$(abspath $(PY)) npm --prefix js run dev

watch: js/node_modules ## Rebuild the widgets' JavaScript whenever TypeScript changes
	npm --prefix js run watch

bench: $(VENV)/.dev $(BUNDLE) build/peer/jscatter ## Measure speed and quality against other tools; writes build/bench.json
	$(PY) -m tests.benchmarks

screenshots: $(VENV)/.dev $(BUNDLE) chromium ## Retake the pictures in README and docs, of the notebooks in JupyterLab
	$(PY) -m tests.browser.screenshots

bundle: $(BUNDLE) ## Build the widgets' JavaScript

constraints: $(VENV)/.dev ## Write constraints.txt: pin what is installed now
	$(PY) .ci/constraints.py constraints.txt
	@touch $(VENV)/.dev $(VENV)/.demo

architecture: | $(VENV)/bin/python ## Update CONTRIBUTING's picture of the layers from the import contract
	$(PY) .ci/architecture.py

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
	$(PIP) --upgrade pip

js/node_modules: js/package.json js/package-lock.json | tools
	npm --prefix js ci --no-audit --no-fund
	@touch $@

$(BUNDLE): $(JS) | js/node_modules
	npm --prefix js run build

$(VENV)/.demo: pyproject.toml $(CONSTRAINTS) $(BUNDLE) | $(VENV)/bin/python
	@echo "Installing (PyTorch is large: this takes some minutes the first time)"
	$(PIP) --editable '.[offline]' 'jupyterlab>=4.3'
	@touch $@

$(VENV)/.dev: pyproject.toml Makefile $(CONSTRAINTS) $(BUNDLE) | $(VENV)/bin/python
	@echo "Installing (PyTorch is large: this takes some minutes the first time)"
	$(PIP) --editable '.[dev,attribution]'
	$(PIP) --no-deps $(PEERS)
	@touch $@ $(VENV)/.demo

build/peer/jscatter: Makefile | $(VENV)/.dev
	$(PIP) --no-deps --upgrade --target build/peer $(MAP_PEER)
	@touch $@

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then echo "Installing Chromium"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null; \
	else echo "Chromium is missing, so the browser tests are skipped: install it (Debian: sudo apt install chromium)"; fi; }
