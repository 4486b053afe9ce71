"""How equipment of a plant stands, and what is wrong at a loading arm. Values in, values out."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PlantCondition(StrEnum):
    """How a piece of equipment stands, the gravest first."""

    ALARM = "alarm"  # an open alarm at a sensor of it, or LL or HH reached
    LIMIT = "limit"  # L or H reached
    OUT_OF_SERVICE = "out_of_service"
    BYPASSED = "bypassed"  # an interlock bypassed or failed
    OFFLINE = "offline"  # a sensor of it says nothing, or nothing new
    PERMIT = "permit"  # work under a permit in its unit
    GOOD = "good"
    UNWATCHED = "unwatched"  # no sensor measures anything of it


@dataclass(frozen=True, kw_only=True)
class ConditionFacts:
    """What is known of equipment. `standings`: limits that fresh values have reached; `sensors`: how many measure it, `silent`:
    of these without a fresh value.
    """

    alarmed: bool = False
    standings: Collection[str] = ()
    out_of_service: bool = False
    interlocks_off: int = 0
    sensors: int = 0
    silent: int = 0
    permits: int = 0


def condition_of(facts: ConditionFacts) -> PlantCondition:
    """The gravest condition that holds. What is out of service is not called offline or bypassed; it alarms all the same.

    >>> condition_of(ConditionFacts(sensors=2, silent=1, permits=1))
    <PlantCondition.OFFLINE: 'offline'>
    """
    if facts.alarmed or {"high_high", "low_low"} & set(facts.standings):
        return PlantCondition.ALARM
    if {"high", "low"} & set(facts.standings):
        return PlantCondition.LIMIT
    if facts.out_of_service:
        return PlantCondition.OUT_OF_SERVICE
    if facts.interlocks_off:
        return PlantCondition.BYPASSED
    if facts.silent:
        return PlantCondition.OFFLINE
    if facts.permits:
        return PlantCondition.PERMIT
    return PlantCondition.GOOD if facts.sensors else PlantCondition.UNWATCHED


def gravest(conditions: Collection[PlantCondition]) -> PlantCondition:
    """The gravest of several; unwatched where there is none.

    >>> gravest([PlantCondition.GOOD, PlantCondition.BYPASSED])
    <PlantCondition.BYPASSED: 'bypassed'>
    """
    order = list(PlantCondition)
    return min(conditions, key=order.index, default=PlantCondition.UNWATCHED)


class ArmFinding(StrEnum):
    """What is wrong at a loading arm."""

    NOT_EARTHED = "not_earthed"
    UNATTENDED = "unattended"
    INTERLOCK_OFF = "interlock_off"
    EARTHING_UNKNOWN = "earthing_unknown"
    PERSON_UNKNOWN = "person_unknown"


_URGENT: Final = (ArmFinding.NOT_EARTHED, ArmFinding.UNATTENDED, ArmFinding.INTERLOCK_OFF)


def findings_of_arm(
    *, tanker: bool | None, earthed: bool | None, attended: bool | None, interlocks_off: int
) -> tuple[ArmFinding, ...]:
    """What is wrong while a tanker stands at the arm; None: nothing fresh tells it.

    Where nobody knows whether a tanker is there, it is taken for there; without one nothing is wrong.

    >>> findings_of_arm(tanker=True, earthed=False, attended=None, interlocks_off=0)
    (<ArmFinding.NOT_EARTHED: 'not_earthed'>, <ArmFinding.PERSON_UNKNOWN: 'person_unknown'>)
    """
    if tanker is False:
        return ()
    found = []
    if earthed is not True:
        found.append(ArmFinding.NOT_EARTHED if earthed is False else ArmFinding.EARTHING_UNKNOWN)
    if attended is not True:
        found.append(ArmFinding.UNATTENDED if attended is False else ArmFinding.PERSON_UNKNOWN)
    if interlocks_off:
        found.append(ArmFinding.INTERLOCK_OFF)
    return tuple(sorted(found, key=lambda one: one not in _URGENT))
