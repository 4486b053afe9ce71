"""What each finding says in English; its figures and its column are filled in."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from tocsin.engine.deliveries.verdicts import Code, Finding

_MOMENTS: Final = ("newest", "before")
_SHARES: Final = ("share", "alike")

WORDS: Final[dict[Code, str]] = {
    Code.NO_ROWS: "it holds no rows",
    Code.FEW_ROWS: "it has {rows} rows, the contract promises {least} at least",
    Code.FEWER_ROWS: "it has {rows} rows, the delivery before had {before}",
    Code.KEYS_GONE: "{share} of the keys of the delivery before are gone: a part of the file, or another one",
    Code.SAME_FILE: "it is the same file as the delivery before",
    Code.NOT_NEWER: "nothing in {column} is newer than in the delivery before ({newest}; then {before})",
    Code.AHEAD: "{column}: {count} moments lie ahead of now, the newest at {newest}",
    Code.RAGGED: "{count} rows have fewer or more cells than there are headings",
    Code.REPEATED_ROWS: "{count} rows stand there more than once",
    Code.COLUMN_MISSING: "{column} is missing",
    Code.COLUMN_RENAMED: "{column} is missing; “{heading}” holds what it held ({alike} alike)",
    Code.COLUMN_ADDED: "“{column}” is new",
    Code.COLUMNS_SHIFTED: "what {column} held now stands under “{heading}” ({columns} columns are shifted)",
    Code.UNREADABLE: "{column}: {count} cells can't be read as what the contract says, for example “{sample}”",
    Code.EMPTY: "{column} must be filled; {share} of its cells are empty",
    Code.EMPTIED: "{column} has been emptied ({share} of its cells; before {before})",
    Code.CONSTANT: "{column} holds one value in every row: “{sample}”",
    Code.NOT_UNIQUE: "{column}: {count} values stand there again, for example “{sample}”",
    Code.UNKNOWN_VALUE: "{column}: {count} values are none of the list, for example “{sample}”",
    Code.OTHER_PATTERN: "{column}: {count} values look otherwise than agreed, for example “{sample}”",
    Code.OUT_OF_RANGE: "{column}: {count} values lie beyond the limits, for example “{sample}”",
    Code.SCALED: "{column}: {share} of the values are {factor} times what they were: another unit?",
    Code.OFFSET: "{column}: the values look like {by}",
    Code.COARSER: "{column} has {now} decimals, before it had {before}",
    Code.GARBLED: "{column}: {share} of the texts were read in a wrong encoding",
    Code.NO_PLACE: "{share} of the rows have no place",
    Code.SWAPPED_PLACES: "latitude and longitude are exchanged ({share} of the rows)",
    Code.NOT_DEGREES: "the places are no degrees, for example {sample}: metres of a projection?",
    Code.OUTSIDE: "{share} of the places lie outside of the area",
    Code.OTHER_DATUM: "{share} of the places are those of {datum}, not of the datum agreed",
    Code.MOVED: "{share} of the places have moved, by {metres} m",
    Code.COARSER_PLACES: "places have {now} decimals of a degree, before they had {before}",
    Code.BROKEN_SHAPE: "{count} shapes are not sound, for example: {sample}",
    Code.OTHER_SHAPE: "{share} of the shapes are of another kind than agreed",
}


def sentence_of(finding: Finding, words: Mapping[Code, object] = WORDS, zone: tzinfo = UTC) -> str:
    """The finding as a sentence without its stop; in another language by its words, its moments by the clock of a zone.

    >>> from tocsin.engine.deliveries.verdicts import Verdict
    >>> sentence_of(Finding(Code.EMPTY, Verdict.BROKEN, "name", {"share": 0.25}))
    'name must be filled; 25 % of its cells are empty'
    """
    is_moment = finding.code in (Code.NOT_NEWER, Code.AHEAD)
    figures = {name: _written(name, value, zone if is_moment else None) for name, value in finding.figures.items()}
    return str(words[finding.code]).format(column=finding.column, **figures)


def _written(name: str, value: float | str, moments_in: tzinfo | None) -> str:
    if isinstance(value, str):
        return value
    if moments_in is not None and name in _MOMENTS:
        told = datetime.fromtimestamp(value / 1000, moments_in)
        return f"{told:%Y-%m-%d %H:%M}" + (" UTC" if moments_in is UTC else "")
    if name in _SHARES or (name == "before" and 0 < value < 1):
        return f"{100 * value:.3g} %"
    return f"{value:.6g}" if isinstance(value, float) else f"{value:,}"
