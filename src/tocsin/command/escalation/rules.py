"""Who is called when a clock has run to a stage: by person, role, unit and leader, inside one's own level."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from tocsin.command.casebook.rules.clocks import AGAIN, STAGES, Again, Running, moment_of, repeats
from tocsin.command.routing.rules import Purpose

REPEATS_SHOWN: Final = 3  # in a dry run: they never end


class Party(StrEnum):
    """Who is waited for: the desk that runs the case, or the unit that leads it."""

    CENTRE = "centre"
    UNIT = "unit"


class Whom(StrEnum):
    """Whom a rung calls, seen from the party that is waited for."""

    ON_CALL = "on_call"  # the persons on call; nobody on call: the desk
    DESK = "desk"  # its desk that answers day and night; none: the next desk upward
    NEXT_ON_CALL = "next_on_call"  # who is on call after them, with each repeat the one after that; nobody: the desk
    SUPERIOR = "superior"  # the next desk upward of the same level, with each repeat one further, to the top of the level
    LEADER = "leader"  # the leader on shift of the centre


@dataclass(frozen=True)
class Rung:
    """At this stage (per cent of the limit) these are called, for this purpose."""

    stage: int
    call: tuple[Whom, ...]
    purpose: Purpose


@dataclass(frozen=True)
class Call:
    """One call that is due at a moment if nothing happens before."""

    at: datetime
    stage: int
    whom: Whom
    purpose: Purpose


def calls_at(stage: int, ladder: Iterable[Rung]) -> tuple[tuple[Whom, Purpose], ...]:
    """Whom this stage calls; every stage after the last one is a repeat."""
    rung_stage = min(stage, AGAIN)
    return tuple((whom, rung.purpose) for rung in ladder if rung.stage == rung_stage for whom in rung.call)


def calls_to_come(clock: Running, ladder: Iterable[Rung], again: Again) -> tuple[Call, ...]:
    """The calls of a clock that nobody meets from here on, in time, with the first repeats: the dry run (升级推演). Nothing is
    sent.
    """
    ladder = tuple(ladder)
    moments = [(stage, moment_of(clock, stage)) for stage in STAGES if stage > clock.stage]
    coming = ((stage, at) for stage, at in repeats(clock, again) if stage > clock.stage)
    moments += islice(coming, REPEATS_SHOWN)
    return tuple(Call(at, stage, whom, purpose) for stage, at in moments for whom, purpose in calls_at(stage, ladder))


class GoingUp(StrEnum):
    """Whether a case may be handed to the level above, and if not, why."""

    ALLOWED = "allowed"
    SWITCHED_OFF = "switched_off"
    UNVERIFIED = "unverified"
    NOT_ON_DUTY = "not_on_duty"
    NOBODY_ABOVE = "nobody_above"


def going_up(*, switched_on: bool, verified: bool, on_duty: bool, above: bool) -> GoingUp:
    """Beyond one's own level only where policy allows it, for a verified event, by the leader on duty.

    >>> going_up(switched_on=True, verified=False, on_duty=True, above=True)
    <GoingUp.UNVERIFIED: 'unverified'>
    """
    if not switched_on:
        return GoingUp.SWITCHED_OFF
    if not on_duty:
        return GoingUp.NOT_ON_DUTY
    if not verified:
        return GoingUp.UNVERIFIED
    return GoingUp.ALLOWED if above else GoingUp.NOBODY_ABOVE
