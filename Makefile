# Everything starts here: `make` lists the targets. Needs make and Python 3.11 or newer, and nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Programs keep their caches below the home folder; a bare container or a service account may have none.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.venv
endif

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
UV := uv==0.13.9
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-warn-script-location --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --custom-compile-command "make lock"
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard quizapp/translations/*/LC_MESSAGES/*.po))

.PHONY: help setup dev run test check bench faults faults-short fuzz lint fmt lock messages catalogues

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '%-10s %s\n' "$$name" "$$text"; done

setup: $(PY) ## install what the product runs with into .venv
	@$(call install,requirements.txt)

dev: $(PY) ## install what the tests need as well
	@$(call install,requirements-dev.txt)

run: setup catalogues ## serve http://127.0.0.1:$PORT (8000) until Ctrl-C; data in $QUIZ_DATA_DIR (var/)
	@exec $(PY) -m quizapp.cli.serve --end-with-parent

test: dev catalogues lint ## every test that can run here, and one line about what cannot
	@$(PY) -m pytest -n 2 --dist loadgroup

check: ## exactly what CI runs
	@exec bash .ci/run

bench: dev ## measure ratios side by side in one run; writes bench/results.json
	@$(PY) -m bench

backup: setup ## write the whole installation to $FILE, also while it runs
	@$(BIN)/flask --app wsgi quiz backup "$(FILE)"

restore: setup ## put $FILE back into an installation that is not running ($OPTIONS: --replace)
	@$(BIN)/flask --app wsgi quiz restore "$(FILE)" $(OPTIONS)

faults: dev catalogues ## break a running product in every way of the fault matrix; FAULTS="--only F1,F5 --help"
	@$(PY) -m faults $(FAULTS)

faults-short: dev catalogues
	@$(PY) -m faults --short --jobs 2

fuzz: dev catalogues ## feed every reader of outside bytes damaged input, a minute each; FUZZ="--only bank --seconds 600"
	@$(PY) -m fuzz $(FUZZ)

lint: dev ## style, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

fmt: dev ## put the code into the one style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: dev ## write requirements.txt and requirements-dev.txt from the .in files
	@$(PY) -m pip install --quiet --disable-pip-version-check "$(UV)"
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) requirements-dev.in -o requirements-dev.txt

messages: dev ## bring the catalogues up to date with the sentences in the code
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k _l --sort-by-file --no-wrap -o $(VENV)/messages.pot .
	@$(BIN)/pybabel --quiet update -i $(VENV)/messages.pot -d quizapp/translations -l en --init-missing \
		--no-fuzzy-matching --ignore-pot-creation-date --no-wrap

catalogues: $(CATALOGUES)

%.mo: %.po
	@$(BIN)/pybabel --quiet compile -i $< -o $@

# The environment is made anew when it is absent, broken off, or of a Python that is gone.
.PHONY: $(PY)
$(PY):
	@if $(PY) -c 'import sys, importlib.util as u; sys.exit(not u.find_spec("pip"))' 2>/dev/null; then exit; fi; \
	for python in python3.11 python3 python3.12 python3.13 python3.14 ""; do \
		if [ -z "$$python" ]; then echo "Cần Python 3.11 trở lên (python3.11 hoặc python3)." >&2; exit 1; fi; \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	done; \
	$$python -m venv --clear $(VENV) && exit; \
	echo "Không tạo được $(VENV); trên Debian và Ubuntu cần gói python3-venv." >&2; exit 1

# What was installed last is kept beside it, so that a second start asks no package index.
define install
if ! cmp -s $(1) $(VENV)/$(1); then \
	echo "Đang cài đặt các gói trong $(1)…"; \
	$(PIP_INSTALL) -r $(1) && cp requirements.txt $(VENV)/ && cp $(1) $(VENV)/; \
fi
endef
