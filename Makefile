# Every target first installs what is missing, which takes no time when nothing is.

HOST ?= 127.0.0.1
PORT ?= 8080
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help bootstrap serve chat test lint extract eval bench screenshots clean

help: ## this list
	@awk -F ': .*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

bootstrap:
	@sh scripts/bootstrap

serve: bootstrap ## run the bot; HOST and PORT say where (127.0.0.1, 8080)
	@exec $(BIN)/saattaja serve --profile development --host $(HOST) --port $(PORT)

chat: bootstrap ## talk to it in this terminal
	@exec $(BIN)/saattaja chat --url http://localhost:$(PORT)

test: ## every test
	@sh scripts/bootstrap --for-tests
	@exec sh scripts/test

lint: bootstrap ## ruff, mypy, the translations, and the tables that staff edit
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy actions bot desk messengers people pictures reminders service_catalog translations translator web
	@$(BIN)/python -m translations.check
	@$(BIN)/python -m bot.nlu.slang

extract: bootstrap ## the Finnish words to translate, brought into translations/
	@$(BIN)/python -m translations.extract

eval: bootstrap ## how well it understands, on tests/eval
	@exec $(BIN)/saattaja evaluate tests/eval/*.jsonl

bench: bootstrap ## side by side with a stock Rasa bot
	@exec $(BIN)/python -m tests.benchmarks

screenshots: ## pictures of the chat anew, in docs/screenshots
	@sh scripts/bootstrap --for-tests
	@exec $(BIN)/python -m tests.browser.screenshots

clean: ## remove what was built, trained and installed here; conversations (var/) stay
	rm -rf build models .rasa .venv .uv .pytest_cache .hypothesis .ruff_cache .mypy_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
