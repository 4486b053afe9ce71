"""What is entered of units, equipment, substances and points, and what of it can't be. Values in, InvalidInput out."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard import UnitKind
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, KeyArea, PointKind, check_limits

MOST_PEOPLE: Final = 10_000_000
MOST_TONNES: Final = 1e9
MOST_CORNERS: Final = 500
MOST_OUT_DAYS: Final = 730
CAS: Final = re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")


@dataclass(frozen=True, kw_only=True)
class UnitSheet:
    """A unit. `people`: permanently within 500 m outside the site's limit; `outline`: its boundary as longitude and latitude."""

    name: str
    kind: UnitKind
    area: KeyArea | None = None
    people: int | None = None
    lon: float | None = None
    lat: float | None = None
    outline: tuple[tuple[float, float], ...] = ()
    filing_number: str = ""
    filed_on: date | None = None
    assessed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class EquipmentSheet:
    """A piece of equipment, in metres and cubic metres."""

    tag: str
    name: str = ""
    kind: EquipmentKind
    shape: TankShape = TankShape.VERTICAL
    volume_m3: float | None = None
    height_m: float | None = None
    liquefied: bool = False
    bund: str = ""
    building: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True)
class HeldSheet:
    """A substance in equipment, in tonnes. `classes`: None where nobody has classified it."""

    substance: str
    design_t: float
    cas: str = ""
    classes: tuple[str, ...] | None = None
    content_percent: float | None = None
    mixture_of: str = ""
    density_kg_m3: float | None = None


@dataclass(frozen=True, kw_only=True)
class PointSheet:
    """A point of equipment. `sensor`: code of its device and channel, `device/channel`; empty where none measures it."""

    tag: str
    kind: PointKind
    sensor: str = ""
    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None


def check_unit(sheet: UnitSheet) -> None:
    """InvalidInput where a unit can't be so."""
    _text("name", sheet.name, 120)
    _short("filing number", sheet.filing_number, 60)
    if sheet.people is not None:
        _within("people", sheet.people, 0, MOST_PEOPLE)
    _place(sheet.lon, sheet.lat)
    if len(sheet.outline) > MOST_CORNERS or 0 < len(sheet.outline) < 3:
        raise InvalidInput("An outline has 3 to %(most)s corners.", most=MOST_CORNERS)
    for lon, lat in sheet.outline:
        _place(lon, lat)


def check_equipment(sheet: EquipmentSheet) -> None:
    """InvalidInput where equipment can't be so."""
    _text("tag", sheet.tag, 60)
    for name, text in (("name", sheet.name), ("bund", sheet.bund), ("building", sheet.building)):
        _short(name, text, 120)
    for name, value, most in (("volume", sheet.volume_m3, 1e6), ("height", sheet.height_m, 1e3)):
        if value is not None:
            _within(name, value, 1e-6, most)
    _place(sheet.lon, sheet.lat)


def check_outage(until: datetime | None, reason: str, now: datetime) -> None:
    """InvalidInput where equipment is out of service without an end that lies ahead, or without a reason."""
    if not 0 < len(reason.strip()) <= 300:
        raise InvalidInput("Say in 1 to 300 characters why it is out of service.")
    if until is None or until <= now:
        raise InvalidInput("Say until when it is out of service: give a moment that lies ahead.")
    if until - now > timedelta(days=MOST_OUT_DAYS):
        raise InvalidInput("Equipment is out of service for %(most)s days at most before it is decided anew.", most=MOST_OUT_DAYS)


def check_held(sheet: HeldSheet) -> None:
    """InvalidInput where a quantity, a number or a share can't be so; whether it can be weighed is the engine's question."""
    _text("substance", sheet.substance, 120)
    _short("mixture", sheet.mixture_of, 120)
    _within("quantity by design", sheet.design_t, 0, MOST_TONNES)
    if sheet.cas and not (CAS.fullmatch(sheet.cas) and _checks(sheet.cas)):
        raise InvalidInput("%(cas)s is no CAS number: 71-43-2 is one, with a last digit that fits the others.", cas=sheet.cas)
    if sheet.content_percent is not None:
        _within("content", sheet.content_percent, 0, 100)
    if sheet.density_kg_m3 is not None:
        _within("density", sheet.density_kg_m3, 1e-3, 30_000)


def check_point(sheet: PointSheet) -> None:
    """InvalidInput where a point can't be so."""
    _text("tag", sheet.tag, 60)
    for value in (sheet.low_low, sheet.low, sheet.high, sheet.high_high):
        if value is not None:
            _within("limit", value, -1e9, 1e9)
    check_limits(sheet.low_low, sheet.low, sheet.high, sheet.high_high)


def check_interlock(state: InterlockState, until: datetime | None, reason: str, now: datetime, most_h: float) -> None:
    """InvalidInput where a bypass has no end, no reason, or lasts longer than the policy lets it."""
    if state is not InterlockState.BYPASSED:
        return
    if not reason.strip():
        raise InvalidInput("Say why the interlock is bypassed.")
    if until is None or until <= now:
        raise InvalidInput("A bypass ends: give a moment that lies ahead.")
    if (until - now).total_seconds() > most_h * 3600:
        raise InvalidInput("A bypass lasts %(most)s hours at most before it is decided anew.", most=f"{most_h:g}")


def _text(name: str, text: str, most: int) -> None:
    if not 0 < len(text.strip()) <= most:
        raise InvalidInput("%(name)s: 1 to %(most)s characters.", name=name, most=most)


def _short(name: str, text: str, most: int) -> None:
    if len(text.strip()) > most:
        raise InvalidInput("%(name)s: %(most)s characters at most.", name=name, most=most)


def _within(name: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise InvalidInput(
            "%(name)s: %(value)s does not lie between %(least)s and %(most)s.",
            name=name,
            value=value,
            least=f"{least:g}",
            most=f"{most:g}",
        )


def _place(lon: float | None, lat: float | None) -> None:
    if (lon is None) != (lat is None):
        raise InvalidInput("A place has longitude and latitude.")
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput("%(lon)s, %(lat)s is no place in degrees.", lon=lon, lat=lat)


def _checks(cas: str) -> bool:
    digits = [int(one) for one in cas if one.isdigit()]
    return sum(place * digit for place, digit in enumerate(reversed(digits[:-1]), 1)) % 10 == digits[-1]
