"""Machine translation for people whose language the bot doesn't speak: off until an operator switches one on.

Plain Python, no Rasa: `settings` reads what the operator chose, `providers` calls it through deep-translator,
`protection` keeps names, numbers and links as they are, `service` puts them together with a time limit, a circuit
breaker and a cache, and `handwritten` is what the bot says in ten languages by itself. docs/languages.md is for
operators.
"""
