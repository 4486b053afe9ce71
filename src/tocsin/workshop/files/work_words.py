"""`work_words.toml`: what states and episodes are called, in both languages."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.policy import read_policy

FILE = Path(__file__).with_name("work_words.toml")


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One word."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Chinese for `zh`, else English."""
        return self.zh if language == "zh" else self.en


class WorkWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words by their codes."""

    state: dict[str, Word]
    kind: dict[str, Word]
    head: dict[str, Word]
    role: dict[str, Word]


@cache
def work_words() -> WorkWords:
    """The shipped words."""
    return read_policy(FILE.read_bytes(), WorkWords, str(FILE))
