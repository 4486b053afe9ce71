"""What is wrong with a delivery, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from tocsin.engine.deliveries.verdicts import Code, Finding, Verdict
from tocsin.engine.deliveries.words import sentence_of

FINDING_WORDS: Final[dict[Code, Promise]] = {
    Code.NO_ROWS: _("it holds no rows"),
    Code.FEW_ROWS: _("it has {rows} rows, the contract promises {least} at least"),
    Code.FEWER_ROWS: _("it has {rows} rows, the delivery before had {before}"),
    Code.KEYS_GONE: _("{share} of the keys of the delivery before are gone: a part of the file, or another one"),
    Code.SAME_FILE: _("it is the same file as the delivery before"),
    Code.NOT_NEWER: _("nothing in {column} is newer than in the delivery before ({newest}; then {before})"),
    Code.AHEAD: _("{column}: {count} moments lie ahead of now, the newest at {newest}"),
    Code.RAGGED: _("{count} rows have fewer or more cells than there are headings"),
    Code.REPEATED_ROWS: _("{count} rows stand there more than once"),
    Code.COLUMN_MISSING: _("{column} is missing"),
    Code.COLUMN_RENAMED: _("{column} is missing; “{heading}” holds what it held ({alike} alike)"),
    Code.COLUMN_ADDED: _("“{column}” is new"),
    Code.COLUMNS_SHIFTED: _("what {column} held now stands under “{heading}” ({columns} columns are shifted)"),
    Code.UNREADABLE: _("{column}: {count} cells can't be read as what the contract says, for example “{sample}”"),
    Code.EMPTY: _("{column} must be filled; {share} of its cells are empty"),
    Code.EMPTIED: _("{column} has been emptied ({share} of its cells; before {before})"),
    Code.CONSTANT: _("{column} holds one value in every row: “{sample}”"),
    Code.NOT_UNIQUE: _("{column}: {count} values stand there again, for example “{sample}”"),
    Code.UNKNOWN_VALUE: _("{column}: {count} values are none of the list, for example “{sample}”"),
    Code.OTHER_PATTERN: _("{column}: {count} values look otherwise than agreed, for example “{sample}”"),
    Code.OUT_OF_RANGE: _("{column}: {count} values lie beyond the limits, for example “{sample}”"),
    Code.SCALED: _("{column}: {share} of the values are {factor} times what they were: another unit?"),
    Code.OFFSET: _("{column}: the values look like {by}"),
    Code.COARSER: _("{column} has {now} decimals, before it had {before}"),
    Code.GARBLED: _("{column}: {share} of the texts were read in a wrong encoding"),
    Code.NO_PLACE: _("{share} of the rows have no place"),
    Code.SWAPPED_PLACES: _("latitude and longitude are exchanged ({share} of the rows)"),
    Code.NOT_DEGREES: _("the places are no degrees, for example {sample}: metres of a projection?"),
    Code.OUTSIDE: _("{share} of the places lie outside of the area"),
    Code.OTHER_DATUM: _("{share} of the places are those of {datum}, not of the datum agreed"),
    Code.MOVED: _("{share} of the places have moved, by {metres} m"),
    Code.COARSER_PLACES: _("places have {now} decimals of a degree, before they had {before}"),
    Code.BROKEN_SHAPE: _("{count} shapes are not sound, for example: {sample}"),
    Code.OTHER_SHAPE: _("{share} of the shapes are of another kind than agreed"),
}
"""The sentences of `engine.deliveries.words`, for translation."""

FIGURE_WORDS: Final[dict[str, Promise | str]] = {
    "°C from °F": _("°C reckoned from °F"),
    "cgcs2000": "CGCS2000",
    "gcj02": "GCJ-02",
    "bd09": "BD-09",
}
"""Figures that are words: scales of temperature, data."""

SHAPE_WORDS: Final[dict[str, Promise]] = {
    "Self-intersection": _("it crosses itself"),
    "Ring Self-intersection": _("a ring crosses itself"),
    "Hole lies outside shell": _("a hole lies outside of its area"),
    "Holes are nested": _("holes lie in each other"),
    "Interior is disconnected": _("it falls into pieces"),
    "Nested shells": _("areas lie in each other"),
    "Duplicate Rings": _("a ring stands there twice"),
    "Too few points in geometry component": _("it has too few points"),
    "Invalid Coordinate": _("a coordinate is no number"),
}
"""Why a shape is not sound, as GEOS says it."""

UNTOLD_WORDS: Final[dict[str, Promise]] = {
    "changes": _("what changed since the delivery before, because there is none"),
    "datum": _("the datum, because no place is known for sure"),
}

READING_PROBLEMS: Final = (
    gettext_noop("A delivery has at most %(most)s rows."),
    gettext_noop("A delivery has at most %(most)s columns."),
    gettext_noop("The file holds characters that no text may hold (NUL): is it a table at all?"),
    gettext_noop('This JSON is no GeoJSON: it needs "features", a list.'),
    gettext_noop("The properties of a feature are an object of names and values, or null."),
    gettext_noop("The file has no layer %(layer)s; it has %(names)s."),
    gettext_noop("This is no GeoPackage, no zipped Shapefile, no KML and no GML."),
    gettext_noop("The file has a document type; GML needs none, and none is read."),
    gettext_noop("The archive holds %(count)s layers: send one at a time."),
    gettext_noop("The archive holds %(count)s Shapefiles: send %(most)s at a time."),
    gettext_noop("A Shapefile has three parts at least: .shp, .shx and .dbf."),
    gettext_noop("the file can't be read: %(why)s"),
    gettext_noop("the file unpacks to far more than its size"),
    gettext_noop("A KML has no document type and no entities: save it anew."),
    gettext_noop("Folders of a KML lie in each other more than %(most)s deep."),
    gettext_noop("The KML points at another file (%(address)s): send that file itself."),
    gettext_noop("The KML has no placemark: pictures and views alone are no rows."),
    gettext_noop("it takes longer than %(seconds)s s to read: send it in parts"),
    gettext_noop("it can't be read within the memory and time that a file may take: send it in parts, or save it anew"),
    gettext_noop("its file is gone: ask for a new one"),
)
"""Why a file can't be read, as those say who read it."""


CONTRACT_PROBLEMS: Final = (
    gettext_noop("This is no contract of ODCS 3: apiVersion is %(found)s."),
    gettext_noop("A contract is for one table; this one has %(count)s."),
    gettext_noop("coordinateSystem is one of %(known)s."),
    gettext_noop("The contract names the column %(name)s, which it does not have."),
    gettext_noop("A column stands in the contract twice: %(name)s."),
    gettext_noop("%(name)s: logicalType %(kind)s is not read here; use one of %(known)s."),
    gettext_noop("%(name)s: clearFor stands beside a mask only."),
    gettext_noop("%(name)s: a column of the place can't be masked, since the map shows the place."),
    gettext_noop("%(name)s: only texts have ends; use the mask all."),
)
"""Why a text is no contract, as `engine.deliveries.odcs` says it."""


def told_sentences(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Findings as they are kept, as sentences of the reader's language."""
    return [finding_words(one) for one in findings]


def finding_words(told: Mapping[str, Any]) -> str:
    """One finding as it is kept, as a sentence."""
    figures = {name: _figure_words(told["code"], name, value) for name, value in told["figures"].items()}
    finding = Finding(Code(told["code"]), Verdict(told["verdict"]), told["column"], figures)
    return sentence_of(finding, FINDING_WORDS, timezone.get_current_timezone())


def _figure_words(code: str, name: str, value: Any) -> Any:
    """A figure that is a word of ours in the reader's language; what stands in the file stays as it is."""
    if name in ("by", "datum"):
        return str(FIGURE_WORDS.get(value, value))
    if code == Code.BROKEN_SHAPE and name == "sample":
        reason, bracket, place = str(value).partition("[")
        return f"{SHAPE_WORDS.get(reason, reason)}{bracket and ' '}{bracket}{place}"
    return value


def problem_words(problem: Mapping[str, Any]) -> str:
    """Why a file can't be read; empty where it could."""
    return gettext(problem["template"]) % problem.get("figures", {}) if problem.get("template") else ""
