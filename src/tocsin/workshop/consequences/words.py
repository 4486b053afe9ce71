"""`words.toml`: what models, figures and thresholds are called, in both languages."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.policy import read_policy
from tocsin.workshop.consequences.policy import harm_policy
from tocsin.workshop.files.work_words import Word

FILE = Path(__file__).with_name("words.toml")


class ConsequenceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words by their codes."""

    models: dict[str, Word]
    figures: dict[str, Word]
    notes: dict[str, Word]
    thresholds: dict[str, Word]
    verdicts: dict[str, Word]
    head: dict[str, Word]


@cache
def consequence_words() -> ConsequenceWords:
    """The shipped words, with those of heat and pressure, which stand beside their figures in the policy."""
    words = read_policy(FILE.read_bytes(), ConsequenceWords, str(FILE))
    policy = harm_policy()
    rows = (*policy.heat, *policy.overpressure, *policy.heat_probits, *policy.pressure_probits)
    own = {row.code: Word(row.en, row.zh) for row in rows}
    return msgspec.structs.replace(words, thresholds=words.thresholds | own)
