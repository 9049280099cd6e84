# Photoroom: `make run` starts it, `make test` checks it, `make demo` shows it with photos in it.
# Options by environment: PHOTOROOM_PORT, PHOTOROOM_HOST, PHOTOROOM_DATA, PHOTOROOM_WORKERS (docs/settings.md), PYTHON.

PY := .venv/bin/python
TEST_ARGS ?=

.PHONY: help run demo setup setup-dev test lint format screenshots clean messages words

run: setup ## Install what is missing and start the site
	@exec $(PY) manage.py up

demo: samples ## Fill a room with sample photos; start the site with `make run`
	@exec $(PY) manage.py demo

test: lint samples ## Lint, import contracts, types and tests
	$(PY) -m pytest -n 2 --dist=loadscope $(TEST_ARGS)

lint: setup-dev ## Lint, format, import contracts, types, templates
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) -m mypy
	$(PY) -m djlint --lint --quiet templates

format: setup-dev ## Put the code into its format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: ## Gather the sentences to translate into locale/ (needs GNU gettext); docs/translations.md
	@$(PY) scripts/gather_words.py

words: ## Compile what is translated in locale/
	@$(PY) scripts/compile_words.py

screenshots: setup-dev samples ## Take every main page with sample photos; docs/screenshots has those that the README shows
	$(PY) scripts/make_screenshots.py

setup: ## Make .venv, install requirements, fetch front-end libraries; once
	@python=$$(sh scripts/find_python.sh) && exec "$$python" scripts/set_up.py

setup-dev: ## The same with what the tests need
	@python=$$(sh scripts/find_python.sh) && exec "$$python" scripts/set_up.py --dev

.PHONY: samples
samples: setup
	@$(PY) scripts/fetch_samples.py

clean: ## Remove what the commands made; photos and database in var stay
	rm -rf .venv .cache static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage

help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile
