"""`work_words.toml`: what states and episodes are called, in both languages."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.policy import read_policy
from tocsin.base.words import Word

FILE = Path(__file__).with_name("work_words.toml")


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
