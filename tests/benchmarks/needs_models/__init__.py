"""Models of needs compared on the same authors: `python -m tests.benchmarks.needs_models` (see __main__.py)."""
