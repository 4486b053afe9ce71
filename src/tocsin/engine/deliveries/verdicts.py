"""What a delivery is called, and each finding that led to it: a code, where, figures. Sentences are made by who shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """From the best to the worst; a delivery gets the worst of its findings."""

    AS_AGREED = "as_agreed"
    WIDENED = "widened"
    """More than was promised: who reads what was promised goes on reading."""
    NARROWED = "narrowed"
    """Less than before, or some rows are wrong: it can be used, and somebody should know."""
    BROKEN = "broken"
    """Not what was promised: the delivery before goes on being served."""


_ORDER: Final = tuple(Verdict)


class Code(StrEnum):
    """What can be found."""

    NO_ROWS = "no_rows"
    FEW_ROWS = "few_rows"
    FEWER_ROWS = "fewer_rows"
    KEYS_GONE = "keys_gone"
    SAME_FILE = "same_file"
    NOT_NEWER = "not_newer"
    AHEAD = "ahead"
    RAGGED = "ragged"
    REPEATED_ROWS = "repeated_rows"
    COLUMN_MISSING = "column_missing"
    COLUMN_RENAMED = "column_renamed"
    COLUMN_ADDED = "column_added"
    COLUMNS_SHIFTED = "columns_shifted"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    EMPTIED = "emptied"
    CONSTANT = "constant"
    NOT_UNIQUE = "not_unique"
    UNKNOWN_VALUE = "unknown_value"
    OTHER_PATTERN = "other_pattern"
    OUT_OF_RANGE = "out_of_range"
    SCALED = "scaled"
    OFFSET = "offset"
    COARSER = "coarser"
    GARBLED = "garbled"
    NO_PLACE = "no_place"
    SWAPPED_PLACES = "swapped_places"
    NOT_DEGREES = "not_degrees"
    OUTSIDE = "outside"
    OTHER_DATUM = "other_datum"
    MOVED = "moved"
    COARSER_PLACES = "coarser_places"
    BROKEN_SHAPE = "broken_shape"
    OTHER_SHAPE = "other_shape"


@dataclass(frozen=True)
class Finding:
    """One thing that differs. `column`: of the contract, else of the file; "" where it is of the whole delivery."""

    code: Code
    verdict: Verdict
    column: str = ""
    figures: dict[str, float | int | str] = field(default_factory=dict)


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict of a delivery with these findings.

    >>> worst([]), worst([Finding(Code.COARSER, Verdict.NARROWED), Finding(Code.COLUMN_ADDED, Verdict.WIDENED)])
    (<Verdict.AS_AGREED: 'as_agreed'>, <Verdict.NARROWED: 'narrowed'>)
    """
    return max((one.verdict for one in findings), key=_ORDER.index, default=Verdict.AS_AGREED)


def by_share(share: float, tolerated: float) -> Verdict:
    """Some wrong rows narrow a delivery, more than are tolerated break it."""
    return Verdict.BROKEN if share > tolerated else Verdict.NARROWED
