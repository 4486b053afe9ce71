"""`words.toml`: what models, figures and thresholds are called, in both languages."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.policy import read_policy
from tocsin.base.words import Word
from tocsin.hazchem.releases.policy.harm import harm_policy

PERCENTS = (1, 50)  # of people or things harmed, to which distances are told
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
def _shipped() -> ConsequenceWords:
    return read_policy(FILE.read_bytes(), ConsequenceWords, str(FILE))


def consequence_words() -> ConsequenceWords:
    """The shipped words, with those of heat and pressure, which stand beside their figures in the policy."""
    words = _shipped()
    policy = harm_policy()
    levels = {row.code: Word(row.en, row.zh) for row in (*policy.heat, *policy.overpressure)}
    probits = {row.code: Word(row.en, row.zh) for row in (*policy.heat_probits, *policy.pressure_probits)}
    shares = {
        f"{code}_{percent}_percent": Word(f"{word.en}: {percent} %", f"{word.zh}:{percent}%")
        for code, word in probits.items()
        for percent in PERCENTS
    }
    return msgspec.structs.replace(words, thresholds=words.thresholds | levels | shares, figures=words.figures | probits)
