"""How a public warning stands, who may issue it, and what it must say before it is."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "warnings.see"
DRAFT: Final[Permission] = "warnings.draft"
ISSUE: Final[Permission] = "warnings.issue"

LEVELS: Final = ("red", "orange", "yellow", "blue")
NUMBERS: Final = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}
FIELDS: Final = ("headline", "caution", "measures", "area")


class WarningState(StrEnum):
    """From the first word to the end. Once issued its bytes never change."""

    DRAFT = "draft"
    ASKED = "asked"  # waits for the second person
    ISSUED = "issued"
    REPLACED = "replaced"  # by an update
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DROPPED = "dropped"  # a draft that was given up


OPEN: Final = (WarningState.DRAFT, WarningState.ASKED)
FROZEN: Final = (WarningState.ISSUED, WarningState.REPLACED, WarningState.CANCELLED, WarningState.EXPIRED)


class IssueVerdict(StrEnum):
    """Whether a person may issue a draft now."""

    YES = "yes"
    NO_RIGHT = "no_right"
    OWN = "own"  # this level needs another person than its author
    NOT_ASKED = "not_asked"  # its author has not handed it over
    ENDED = "ended"


def needs_two(*, levels: Iterable[str], two_persons: Sequence[str]) -> bool:
    """Whether two persons are asked for: by its own level, or by that of the warning which it follows and so ends.

    >>> needs_two(levels=("yellow", "red"), two_persons=("red", "orange"))
    True
    """
    return any(level in two_persons for level in levels)


def content_hash(content: object) -> str:
    """By which what a person read is known again: SHA-256 over its canonical JSON."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def judge_issue(*, state: str, two: bool, is_author: bool, may_issue: bool) -> IssueVerdict:
    """Two persons where they are asked for, else one with the right.

    >>> judge_issue(state="draft", two=False, is_author=True, may_issue=True)
    <IssueVerdict.YES: 'yes'>
    >>> judge_issue(state="asked", two=True, is_author=True, may_issue=True)
    <IssueVerdict.OWN: 'own'>
    """
    if state not in OPEN:
        return IssueVerdict.ENDED
    if not may_issue:
        return IssueVerdict.NO_RIGHT
    if is_author:
        return IssueVerdict.OWN if two else IssueVerdict.YES
    return IssueVerdict.YES if state == WarningState.ASKED else IssueVerdict.NOT_ASKED


@dataclass(frozen=True)
class Times:
    """When a warning is issued, begins and ends, and what policy allows."""

    now: datetime
    onset: datetime | None
    expires: datetime
    longest: timedelta
    furthest_onset: timedelta


class TimeVerdict(StrEnum):
    """What is wrong with the times of a warning."""

    FINE = "fine"
    OVER = "over"  # it ends before it is issued
    BEFORE_ONSET = "before_onset"  # it ends before it begins
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"  # it begins too far ahead


def judge_times(times: Times) -> TimeVerdict:
    """The first thing that is wrong."""
    if times.expires <= times.now:
        return TimeVerdict.OVER
    if times.onset is not None and times.expires <= times.onset:
        return TimeVerdict.BEFORE_ONSET
    if times.onset is not None and times.onset - times.now > times.furthest_onset:
        return TimeVerdict.TOO_FAR
    if times.expires - max(times.now, times.onset or times.now) > times.longest:
        return TimeVerdict.TOO_LONG
    return TimeVerdict.FINE


def lacking_texts(texts: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """By language the texts that are empty; languages that are whole are left out.

    >>> lacking_texts({"zh": {"headline": "x", "caution": "x", "measures": "x", "area": "x"}, "en": {"headline": "x"}})
    {'en': ('caution', 'measures', 'area')}
    """
    found = {
        language: tuple(field for field in FIELDS if not texts.get(language, {}).get(field, "").strip()) for language in LANGUAGES
    }
    return {language: fields for language, fields in found.items() if fields}
