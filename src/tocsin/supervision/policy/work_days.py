"""`work_days.toml` as the engine's frozen figures of days and decisions; an unknown or missing key is refused with its name."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from tocsin.engine.work.days import DayFigures
from tocsin.engine.work.days.figures import DecisionFigures, ExpectationFigures, HeadFigures, PowerFigures, SourceFigures
from tocsin.engine.work.firm import Source
from tocsin.supervision.policy import FOLDER

FILE = FOLDER / "work_days.toml"
_PARTS = {"power": PowerFigures, "expectation": ExpectationFigures, "heads": HeadFigures, "decision": DecisionFigures}


@cache
def day_figures() -> DayFigures:
    """The shipped figures."""
    return read_days(FILE.read_bytes(), str(FILE))


def read_days(text: bytes, source: str) -> DayFigures:
    """The figures from a TOML text; ValueError names `source` and the key that is unknown, missing or of another type."""
    try:
        tables = msgspec.toml.decode(text, type=dict[str, dict[str, Any]])
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"{source}: {error}") from None
    _same(set(tables), {"days", "sources", *_PARTS}, source)
    _same(set(tables["sources"]), {one.value for one in DayFigures().sources}, f"{source}, sources")
    sources = {
        Source(name): _read(table, SourceFigures, f"{source}, sources.{name}") for name, table in tables["sources"].items()
    }
    parts: dict[str, Any] = {name: _read(tables[name], kind, f"{source}, {name}") for name, kind in _PARTS.items()}
    own = {field.name for field in fields(DayFigures)} - {"sources", *_PARTS}
    _same(set(tables["days"]), own, f"{source}, days")
    return _convert({**tables["days"], **parts, "sources": MappingProxyType(sources)}, f"{source}, days")


def _convert(values: Mapping[str, Any], source: str) -> DayFigures:
    plain = {name: value for name, value in values.items() if isinstance(value, int | float) and not isinstance(value, bool)}
    wrong = set(values) - set(plain) - {"sources", *_PARTS}
    for name in sorted(wrong):
        raise ValueError(f"{source}: `{name}` is no number")
    return DayFigures(**values)


def _read[T](table: Any, kind: type[T], source: str) -> T:
    try:
        found = msgspec.convert(table, dict[str, Any])
        _same(set(found), {field.name for field in fields(kind)}, source)  # type: ignore[arg-type]  # every kind is a dataclass
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{source}: {error}") from None


def _same(given: set[str], wanted: set[str], source: str) -> None:
    for name in sorted(given ^ wanted):
        raise ValueError(f"{source}: {'unknown' if name in given else 'missing'} key `{name}`")
