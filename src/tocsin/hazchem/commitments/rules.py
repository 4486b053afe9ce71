"""What a commitment states, what is seen of the same day, and where the two differ."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput

COMMITMENT: Final = "safety_commitment"  # purpose of notices

UNIT_COUNTS: Final = ("units_running", "units_stopped", "units_repair")
WORK_COUNTS: Final = (
    *("special_hot_work", "first_hot_work", "second_hot_work", "confined_space", "blind_plate", "height", "lifting"),
    *("temporary_power", "earthwork", "road_closure", "repair"),
)
ANSWERS: Final = (
    *("trial_production", "start_or_stop", "contractors_controlled", "changes"),
    *("values_within_limits", "special_equipment_safe", "no_leaks"),
)


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a firm states of one day: units by their state, works of that day by kind, 0 to 999 each, and yes or no (the fields of
    the national commitment system, 应急〔2018〕74号).
    """

    units_running: int
    units_stopped: int
    units_repair: int
    special_hot_work: int = 0
    first_hot_work: int = 0
    second_hot_work: int = 0
    confined_space: int = 0
    blind_plate: int = 0
    height: int = 0
    lifting: int = 0
    temporary_power: int = 0
    earthwork: int = 0
    road_closure: int = 0
    repair: int = 0
    trial_production: bool = False
    start_or_stop: bool = False
    contractors_controlled: bool = False
    changes: bool = False
    values_within_limits: bool = False
    special_equipment_safe: bool = False
    no_leaks: bool = False

    @property
    def units(self) -> int:
        """All units."""
        return self.units_running + self.units_stopped + self.units_repair


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is seen of the firm. `works`: by the verdict on its work, None where that can't be told; `permitted`: works of the day
    by kind, None where the firm's permits are not kept here; `bypassed`: interlocks; `beyond`: points beyond a limit by a fresh
    value; `alarms`, `gas_alarms`: open at its points, of gas and all others.
    """

    units: int
    works: bool | None
    permitted: dict[str, int] | None
    bypassed: int
    beyond: int
    alarms: int
    gas_alarms: int


class DifferenceKind(StrEnum):
    """In what a statement differs from what is seen."""

    UNITS = "units"  # another number of units than is entered
    WORKS = "works"  # no unit runs, and the firm is seen to work
    STANDS = "stands"  # units run, and the firm is seen to stand
    PERMITS = "permits"  # another number of works of a kind than is permitted
    LIMITS = "limits"  # values within limits, and points are beyond
    ALARMS = "alarms"  # values within limits, and alarms are open
    LEAKS = "leaks"  # no leaks, and gas alarms are open
    BYPASSED = "bypassed"  # no changes, and interlocks are bypassed


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One difference: its kind, the stated and the seen number, and of permits the kind of work."""

    kind: DifferenceKind
    stated: int
    seen: int
    work: str = ""


def differences_of(stated: Stated, seen: Seen) -> list[Difference]:
    """Where a statement differs from what is seen. What nobody sees differs from nothing.

    >>> seen = Seen(units=2, works=True, permitted={"height": 1}, bypassed=0, beyond=0, alarms=0, gas_alarms=1)
    >>> [one.kind.value for one in differences_of(Stated(units_running=0, units_stopped=2, units_repair=0, no_leaks=True), seen)]
    ['works', 'permits', 'leaks']
    """
    kind, found = DifferenceKind, []
    if seen.units and stated.units != seen.units:
        found.append(Difference(kind.UNITS, stated.units, seen.units))
    if seen.works is True and stated.units_running == 0:
        found.append(Difference(kind.WORKS, 0, 1))
    if seen.works is False and stated.units_running > 0:
        found.append(Difference(kind.STANDS, stated.units_running, 0))
    if seen.permitted is not None:
        pairs = [(work, getattr(stated, work), seen.permitted.get(work, 0)) for work in WORK_COUNTS if work != "repair"]
        found += [Difference(kind.PERMITS, said, permitted, work) for work, said, permitted in pairs if said != permitted]
    claims = (
        (kind.LIMITS, stated.values_within_limits, seen.beyond),
        (kind.ALARMS, stated.values_within_limits, seen.alarms),
        (kind.LEAKS, stated.no_leaks, seen.gas_alarms),
        (kind.BYPASSED, not stated.changes, seen.bypassed),
    )
    return found + [Difference(which, 0, number) for which, claimed, number in claims if claimed and number]


def as_seen(seen: Seen) -> Stated:
    """What a form begins with: what is seen, and nothing claimed that is seen to be otherwise. Works that nobody has told of
    begin at none; a firm that is not seen to stand has all units running.
    """
    running = 0 if seen.works is False else seen.units
    begun: dict[str, int | bool] = {
        "units_running": running,
        "units_stopped": seen.units - running,
        "units_repair": 0,
        "changes": seen.bypassed > 0,
        "values_within_limits": not (seen.beyond or seen.alarms),
        "no_leaks": not seen.gas_alarms,
    }
    permitted = {work: number for work, number in (seen.permitted or {}).items() if work in WORK_COUNTS}
    return convert({**begun, **permitted}, Stated)


def check_stated(stated: Stated) -> None:
    """InvalidInput for a number out of range, or without a unit."""
    for name in (*UNIT_COUNTS, *WORK_COUNTS):
        if not 0 <= getattr(stated, name) <= 999:
            raise InvalidInput("%(name)s: %(value)s does not lie between 0 and 999.", name=name, value=getattr(stated, name))
    if stated.units == 0:
        raise InvalidInput("State the firm's units: how many run, stand still and are under repair.")
