# Worlddesk. `make demo` and `make test` are all the set-up that a fresh machine needs.
#
# The virtual environment is made once, with uv where it is installed, else with venv and pip, and again
# whenever pyproject.toml or constraints.txt change.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PEERS  := $(VENV)/.peers

# $(call install,EXTRA): this checkout with an extra into the virtual environment, made when it is not there.
define install
if command -v uv >/dev/null 2>&1; then \
  { test -x $(BIN)/python || uv venv --quiet --python "$(PYTHON)" $(VENV); } \
  && uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[$(1)]'; \
else \
  { test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); } \
  && $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(1)]'; \
fi
endef

.PHONY: help demo test crawl bench bench-extract bench-links bench-rhythm bench-crawl bench-kill bench-soak lint audit format clean

help:
	@echo "make demo           crawl the invented newspaper and show what a data team sees"
	@echo "make test           all tests, with coverage"
	@echo "make crawl          crawl what is due into data/news.db (needs WORLDDESK_CONTACT)"
	@echo "make bench          quality and speed on real pages (needs ../shared), beside other"
	@echo "                    extractors; also bench-extract, bench-links,"
	@echo "                    bench-rhythm, bench-crawl; bench-kill and bench-soak"
	@echo "                    (kill -9 and days of bad weather) take a quarter of an hour each"
	@echo "make lint           ruff and mypy;  make format  rewrites what ruff would"
	@echo "make audit          are the pins what runs here, and does the registry stand by them?"
	@echo "make clean          remove $(VENV) and what tools left behind; data/ stays"

demo: $(READY)
	$(BIN)/worlddesk demo

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile --cov

crawl: $(READY)
	$(BIN)/worlddesk crawl

bench: bench-extract bench-links bench-rhythm bench-crawl

bench-extract: $(PEERS)
bench-extract bench-links bench-rhythm bench-crawl bench-kill bench-soak: bench-%: $(READY)
	$(BIN)/python bench/$*.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(READY)
	$(BIN)/python .ci/audit.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .coverage* .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Worlddesk needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12" >&2; exit 1; }
	@$(call install,test)
	@touch $@

# The extractors beside which ours is measured; where they cannot be had, it is measured without them.
# They and trafilatura spell one extra of lxml in two ways, at which pip before 23.3 gives up.
$(PEERS): $(READY)
	-@{ command -v uv >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=23.3'; } \
	  && $(call install,bench) && touch $@
