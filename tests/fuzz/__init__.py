"""Bytes of strangers, mutated towards code that no input has reached yet: one file a target, its corpus kept beside it.

A target has `check(data)`, which raises where the product breaks, and `seeds()`, bytes that are right. `run.py` hunts, with
atheris; `test_corpus.py` replays what it kept.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
CORPUS = FOLDER / "corpus"
TARGETS = ("document", "http", "mqtt", "network", "payload", "picture", "record", "sheet")
