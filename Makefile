# Duebook's commands. A machine needs Python 3.11 or newer, make and git; everything else is fetched into .venv.
#
#   make run      install, migrate, fill the demo business once, serve http://localhost:8000
#   make test     install what tests need too, then run all of them
#   make check    what CI does: lint, format, types, tests
#
# Settings come from the environment or instance/duebook.env, for example: PORT=9000 make run
# Tests run in two processes. Some of them, or in one process: make test TESTS=tests/domain PYTEST="-n 0"

PY := .venv/bin/python
TESTS ?=
PYTEST ?= -n 2 --dist loadfile

.PHONY: help run test check lint types demo bench torture security pins

help:
	@sed -n '2,9s/^# \{0,1\}//p' Makefile

run:
	@bin/run

demo:
	@bin/install run
	@$(PY) -m flask --app app db upgrade
	@$(PY) -m flask --app app demo

test:
	@bin/install run dev
	@$(PY) bin/test_machine.py
	@$(PY) -m pytest $(PYTEST) $(TESTS)

lint:
	@bin/install run dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --lint --quiet

types: lint
	$(PY) -m mypy

check: lint types test

torture:
	@bin/install run dev
	@$(PY) bin/test_machine.py
	@DUEBOOK_TORTURE=$(or $(DUEBOOK_TORTURE),1) $(PY) -m pytest $(PYTEST) $(or $(TESTS),tests/torture)

bench:
	@bin/install run dev
	@$(PY) bin/test_machine.py postgres
	@VENV=.venv-bench bin/install bench
	@for file in $(wildcard bench/[a-z]*.py); do \
		echo "== $$file"; \
		PYTHONPATH=. DUEBOOK_PEERS_PYTHON=.venv-bench/bin/python $(PY) "$$file" || exit 1; \
	done

# Run the tests that show a requirement of safety, and write docs/security.md from how they ended.
security:
	@bin/install run dev
	@$(PY) bin/test_machine.py
	@$(PY) -m pytest $(PYTEST) -m safety --security-page docs/security.md

# Write the pinned requirements anew from bin/pins/*.in; what is pinned already stays as it is.
pins:
	@bin/install run dev
	@bin/pin
