"""A scenario: when the story begins and what goes wrong in it, read from TOML."""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.simulation.demand import WEEKS, Calendar
from tocsin.simulation.effects import Effect
from tocsin.simulation.faults import Rates
from tocsin.simulation.incidents.kinds import KINDS
from tocsin.simulation.incidents.outcome import Incident
from tocsin.simulation.weather import HOUR_MS, Rain

QUIET_BEGIN_MS = 1_768_423_200_000  # 2026-01-15 04:40 in Qingdao


@dataclass(frozen=True)
class Scenario:
    """`begin_ms`: where a demonstration's clock starts; `aside`: what innocent events do to channels beside the incidents."""

    name: str
    title: str
    begin_ms: int
    incidents: tuple[Incident, ...] = ()
    rains: tuple[Rain, ...] = ()
    rates: Rates = dataclasses.field(default_factory=Rates)
    calendar: Calendar = WEEKS
    aside: tuple[Effect, ...] = ()


QUIET = Scenario("quiet", "A quiet city", QUIET_BEGIN_MS)


def parse_scenario(text: str, name: str) -> Scenario:
    """The scenario of a TOML text; InvalidInput names the key that is unknown, missing or of the wrong type."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"scenario {name}: {error}") from None
    _check_keys(given, {"title", "begin", "incident", "rain", "reliability"}, f"scenario {name}")
    if not isinstance(given.get("begin"), datetime):
        raise InvalidInput(f"scenario {name}: 'begin' must be a date and time with its offset")
    return Scenario(
        name=name,
        title=str(given.get("title", name)),
        begin_ms=ms_from_datetime(given["begin"]),
        incidents=tuple(_read_incident(table, name, number) for number, table in enumerate(given.get("incident", []), 1)),
        rains=tuple(_read_rain(table, name) for table in given.get("rain", [])),
        rates=_read(Rates, given.get("reliability", {}), f"scenario {name}, reliability"),
    )


def _read_incident(table: Mapping[str, Any], name: str, number: int) -> Incident:
    label = f"scenario {name}, incident {number}"
    kind = table.get("kind")
    if kind not in KINDS:
        raise InvalidInput(f"{label}: unknown kind {kind!r}; known are {', '.join(sorted(KINDS))}")
    incident: Incident = _read(KINDS[kind], {key: value for key, value in table.items() if key != "kind"}, label)
    return incident


def _read_rain(table: Mapping[str, Any], name: str) -> Rain:
    label = f"scenario {name}, rain"
    _check_keys(table, {"start", "hours", "mean_mm_h"}, label)
    start = ms_from_datetime(table["start"])
    return Rain(start, start + round(float(table["hours"]) * HOUR_MS), float(table["mean_mm_h"]))


def _read[Kind](kind: type[Kind], table: Mapping[str, Any], label: str) -> Kind:
    """A dataclass from a table: a date and time `start` fills the field `start_ms`."""
    values = {
        f"{key}_ms" if isinstance(value, datetime) else key: ms_from_datetime(value) if isinstance(value, datetime) else value
        for key, value in table.items()
    }
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # all kinds are dataclasses
    _check_keys(values, set(fields), label)
    missing = [
        key
        for key, field in fields.items()
        if key not in values and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise InvalidInput(f"{label}: missing {', '.join(missing)}")
    return kind(**values)


def _check_keys(given: Mapping[str, Any], known: set[str], label: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise InvalidInput(f"{label}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")
