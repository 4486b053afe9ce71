"""`reports.toml`: the legal duties to report upward, grades of events, and what a change asks for."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, DeclarationKind
from tocsin.command.reports.rules.reports import Casualties, GradeLimits, ReportDuty, grade_of
from tocsin.notices.channels.rules.verdicts import BackOff

FILE = Path(__file__).with_name("policy.toml")


Event = Literal["work_accident", "traffic", "fire", "lifeline", "flood", "crowd", "environment", "other"]


class FollowUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What later reports are given."""

    change_within_min: float
    final_within_h: float
    written_after_phone_min: float
    receipt_within_min: float


class TransmissionTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long and how often a report is handed to a superior platform."""

    lease_s: float
    at_once: int
    attempts: int
    deadline_min: float
    back_off: BackOff


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least figures of a grade."""

    dead: int
    injured: int
    loss_yuan: float


class GradeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"limits": "from"}):
    """The grades of one kind of event, from the highest to the lowest, and where they stand."""

    source_zh: str
    source_en: str
    confidence: Literal["A", "B", "C"]
    limits: dict[str, Limits]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An addressee as it is called where no organisation of that code is entered."""

    name_zh: str
    name_en: str


class DutyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[duties]]`."""

    key: str
    on: Literal["incident", "warning"]
    levels: tuple[Literal["county", "city", "province"], ...]
    grades: tuple[str, ...]
    events: tuple[Event, ...]
    to: str
    to_level: Literal["own", "county", "city", "province"]
    form: Literal["telephone", "written"]
    within_min: float
    source_zh: str
    source_en: str
    confidence: Literal["A", "B", "C"]


class ReportPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    change_within_days: dict[Event, int]
    follow_up: FollowUp
    transmission: TransmissionTimes
    grades: dict[Event, GradeTable]
    bodies: dict[str, Body]
    duties: tuple[DutyRow, ...]

    @property
    def all_duties(self) -> tuple[ReportDuty, ...]:
        """As the rules take them."""
        return tuple(
            ReportDuty(
                key=one.key,
                on=one.on,
                levels=one.levels,
                grades=one.grades,
                events=one.events,
                to=one.to,
                to_level=one.to_level,
                form=one.form,
                within=timedelta(minutes=one.within_min),
                source_zh=one.source_zh,
                source_en=one.source_en,
                confidence=one.confidence,
            )
            for one in self.duties
        )

    def duty(self, key: str) -> ReportDuty:
        """The duty of that key; KeyError for one that the policy no longer has."""
        return {one.key: one for one in self.all_duties}[key]

    def grade_table(self, event: str) -> GradeTable | None:
        """The grades of that kind of event; None where the policy has none: then a person decides."""
        return {str(one): table for one, table in self.grades.items()}.get(event)

    def grade_by_figures(self, event: str, casualties: Casualties) -> str | None:
        """The grade that the figures alone make; None where no table says."""
        table = self.grade_table(event)
        if table is None:
            return None
        return grade_of(
            casualties, {name: GradeLimits(one.dead, one.injured, one.loss_yuan) for name, one in table.limits.items()}
        )


def _check(policy: ReportPolicy, source: str) -> None:
    unknown = [one.key for one in policy.duties if one.to not in policy.bodies]
    if unknown:
        raise ValueError(f"{source}: duties {', '.join(unknown)} name bodies that the file does not have")
    known = list(reversed(DECLARED_LEVELS[DeclarationKind.INCIDENT]))
    for event, table in policy.grades.items():
        if list(table.limits) != known:
            raise ValueError(f"{source}: grades of {event} must be {', '.join(known)}, in that order")


REPORTS = PolicyFile("command.reports", FILE, reader(ReportPolicy, _check), "信息报送", "Reports upward", regions=True)


def report_policy(region: str = "", at: datetime | None = None) -> ReportPolicy:
    """The policy in force in a region at a time (None: now); of a case that with which it began: when it was opened."""
    return REPORTS.current(region=region, at=at)
