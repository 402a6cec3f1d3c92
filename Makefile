# The portal's commands. `make` alone lists them.

# The first Python that is new enough; an old one explains itself (PYTHON=... names another).
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
  then echo $$python; exit; fi; done; echo python3)
OWN := .venv/bin/python

# The settings of production, with secrets that are thrown away after the check.
NOWHERE = postgres://portal_app:unused@127.0.0.1/portal
THROWAWAY = AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
DEPLOYMENT = PORTAL_ENV=prod PORTAL_HOSTS=portal.example PORTAL_SEALED_KEY=$(THROWAWAY) \
  PORTAL_BLIND_INDEX_KEY=$(THROWAWAY) \
  PORTAL_SECRET_KEY=only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG \
  DATABASE_URL=$(NOWHERE)

.PHONY: help run test check fix bench messages tools reset have-run have-dev

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: have-run ## start the whole portal with sample data (PORT=8000, PORTAL_VAR=var)
	@exec $(OWN) -m portal.engine.run

test: have-dev ## run the whole suite (PORTAL_PG_BIN=DIR: on another PostgreSQL)
	@exec $(OWN) -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

check: have-dev ## lint, types, layers, templates, migrations, deployment, translations
	$(OWN) -m ruff check .
	$(OWN) -m ruff format --check .
	DATABASE_URL=$(NOWHERE) $(OWN) -m mypy .
	$(OWN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(OWN) -m djlint templates --lint --quiet
	$(OWN) manage.py makemigrations --check --dry-run
	$(DEPLOYMENT) $(OWN) manage.py check --deploy --fail-level WARNING
	$(OWN) manage.py messages --check

fix: have-dev ## put the code into its form
	$(OWN) -m ruff check --fix .
	$(OWN) -m ruff format .

bench: have-dev ## measure speed (SCALE=full for the millions)
	@exec $(OWN) -m tests.benchmarks

messages: have-dev ## collect the sentences to translate, and compile the translations
	$(OWN) manage.py messages
	$(OWN) manage.py compile_messages

tools: ## install Redis, Chromium, gettext and a second PostgreSQL from the system's packages
	@sh .ci/tools.sh

reset: have-run ## empty the folder the portal writes to
	@exec $(OWN) -m portal.engine.reset

have-run have-dev: have-%:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed."; exit 1; }
	@exec $(PYTHON) -m portal.engine.dependencies $*
