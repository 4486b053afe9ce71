"""Sources and ranges of models in the reader's language: the engine tells them in English."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from tocsin.base.policy import read_policy

FILE: Final = Path(__file__).with_name("citations.toml")
_RANGE: Final = re.compile(r"(?P<what>.+?) (?P<low>-?\d\S*) to (?P<high>-?\d\S*) ?(?P<unit>.*)")


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a citation."""

    en: str
    zh: str


class Citations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"phrases": "phrase"}):
    """The whole file."""

    limits: dict[str, str]
    units: dict[str, str]
    phrases: tuple[Phrase, ...]


@cache
def citations() -> Citations:
    """As they are shipped."""
    return read_policy(FILE.read_bytes(), Citations, str(FILE))


def source_in(text: str, language: str) -> str:
    """A citation.

    >>> source_in("API 521, point source", "zh-hans")
    'API 521，点源模型'
    """
    if not language.startswith("zh"):
        return text
    for one in citations().phrases:
        text = text.replace(one.en, one.zh)
    return text


def range_in(text: str, language: str) -> str:
    """A range that a model holds for, as `engine.consequences.limits.Limit` tells it.

    >>> range_in("distance 100 to 10000 m", "zh-hans"), range_in("efficiency 0.001 to 1 of 1", "zh-hans")
    ('距离 100 至 10000 m', '效率 0.001 至 1')
    """
    found = _RANGE.fullmatch(text)
    if not language.startswith("zh") or found is None:
        return text
    what = citations().limits.get(found["what"], found["what"])
    return f"{what} {found['low']} 至 {found['high']} {unit_in(found['unit'], language)}".strip()


def unit_in(unit: str, language: str) -> str:
    """A unit; most are the same in all languages."""
    return citations().units.get(unit, unit) if language.startswith("zh") else unit
