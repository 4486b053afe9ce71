"""`work_power.toml` as the engine's frozen figures of load and production; an unknown or missing key is refused with its name."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import msgspec

from tocsin.engine.work.load import LoadFigures
from tocsin.engine.work.production import ProductionFigures
from tocsin.supervision.policy import FOLDER

FILE = FOLDER / "work_power.toml"


@cache
def load_figures() -> LoadFigures:
    """The shipped figures of the load."""
    return read_power(FILE.read_bytes(), str(FILE))[0]


@cache
def production_figures() -> ProductionFigures:
    """The shipped figures of production that should not be."""
    return read_power(FILE.read_bytes(), str(FILE))[1]


def read_power(text: bytes, source: str) -> tuple[LoadFigures, ProductionFigures]:
    """Both from a TOML text; ValueError names `source` and the key that is unknown, missing or of another type."""
    try:
        tables = msgspec.toml.decode(text, type=dict[str, dict[str, Any]])
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"{source}: {error}") from None
    _same(set(tables), {"load", "production"}, source)
    load = _read(tables["load"], LoadFigures, f"{source}, load")
    return load, _read(tables["production"], ProductionFigures, f"{source}, production")


def _read[T](table: Mapping[str, Any], kind: type[T], source: str) -> T:
    _same(set(table), {field.name for field in fields(kind)}, source)  # type: ignore[arg-type]  # every kind is a dataclass
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{source}: {error}") from None


def _same(given: set[str], wanted: set[str], source: str) -> None:
    for name in sorted(given ^ wanted):
        raise ValueError(f"{source}: {'unknown' if name in given else 'missing'} key `{name}`")
