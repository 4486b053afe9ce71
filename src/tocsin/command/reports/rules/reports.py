"""Reporting upward: which reports a declared incident asks for, by when, and what a change of casualties asks for.

Order 493 (生产安全事故报告和调查处理条例, 2007): grades Art. 3, content Art. 12, change of casualties Art. 13. A sensor's
alarm asks for none: only a person's declaration does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.command.casebook.rules.digests import digest_of

DEFAULT_EVENT: Final = "lifeline"
"""What an event is until an officer says otherwise."""


class ReportKind(StrEnum):
    """首报, 续报, 终报."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    FINAL = "final"


class ReportCause(StrEnum):
    """Why a report is asked for."""

    DECLARED = "declared"
    UNDECLARED = "undeclared"  # the desk takes the matter for an event that has to be told, before anything is declared
    PHONED = "phoned"  # the first report was made by word of mouth: the whole one follows in writing
    RAISED = "raised"  # the grade was raised: more must be told, or others
    CASUALTIES = "casualties"
    BY_HAND = "by_hand"
    CLOSED = "closed"


class ReportState(StrEnum):
    """How far a report has come."""

    DRAFT = "draft"
    SIGNED = "signed"
    SENT = "sent"
    RECEIVED = "received"
    DROPPED = "dropped"  # the declaration was ended before it was signed


class ReportAct(StrEnum):
    """What is done with a report."""

    EDIT = "edit"
    PHONE = "phone"  # a first report by word of mouth, before anybody has signed
    SIGN = "sign"
    RETURN = "return"  # the leader gives it back to be written anew; also what was signed and not yet sent
    SEND = "send"
    RECEIPT = "receipt"
    DROP = "drop"


_FOLLOWS: Final[dict[tuple[ReportState, ReportAct], ReportState]] = {
    (ReportState.DRAFT, ReportAct.EDIT): ReportState.DRAFT,
    (ReportState.DRAFT, ReportAct.PHONE): ReportState.RECEIVED,
    (ReportState.DRAFT, ReportAct.SIGN): ReportState.SIGNED,
    (ReportState.DRAFT, ReportAct.RETURN): ReportState.DRAFT,
    (ReportState.DRAFT, ReportAct.DROP): ReportState.DROPPED,
    (ReportState.SIGNED, ReportAct.RETURN): ReportState.DRAFT,
    (ReportState.SIGNED, ReportAct.SEND): ReportState.SENT,
    (ReportState.SENT, ReportAct.RECEIPT): ReportState.RECEIVED,
}
OPEN_STATES: Final = (ReportState.DRAFT, ReportState.SIGNED)


def state_after(state: ReportState, act: ReportAct) -> ReportState | None:
    """The state after an act; None where it can't be done: what was sent is never changed, a new version is.

    >>> state_after(ReportState.SENT, ReportAct.EDIT) is None
    True
    """
    return _FOLLOWS.get((state, act))


@dataclass(frozen=True)
class Casualties:
    """Figures of people and loss; None where nobody has counted, which is not nought. `injured` are serious injuries, acute
    poisoning counted in.
    """

    dead: int | None = None
    missing: int | None = None
    injured: int | None = None
    slightly_injured: int | None = None
    loss_yuan: float | None = None

    @property
    def people(self) -> tuple[int, int, int, int]:
        """What a report of a change is about: numbers of people, not of money; who was not counted counts as nobody."""
        return (self.dead or 0, self.missing or 0, self.injured or 0, self.slightly_injured or 0)


@dataclass(frozen=True)
class Content:
    """What a report says (order 493 Art. 12): unit; time, place, scene; brief course; casualties and loss; measures; other."""

    event: str
    unit: str
    occurred_at: datetime
    place: str
    scene: str
    course: str
    casualties: Casualties
    measures: str
    other: str = ""
    contact: str = ""

    def values(self) -> dict[str, object]:
        """As plain JSON, for the row, the digest and the export."""
        return {**asdict(self), "occurred_at": self.occurred_at.isoformat()}

    def digest(self) -> str:
        """What a page shows under a signature's button and gives back as `seen`."""
        return digest_of(self.values())


def missing_parts(content: Content) -> tuple[str, ...]:
    """Parts that Art. 12 asks for and that are empty; a report is signed only with all of them."""
    named = {name: getattr(content, name) for name in ("unit", "place", "scene", "course", "measures")}
    return tuple(name for name, text in named.items() if not text.strip())


@dataclass(frozen=True, kw_only=True)
class Phoned:
    """What a first report by word of mouth says: six things, and what is not known is not said."""

    event: str
    occurred_at: datetime
    place: str
    scene: str  # what has happened
    casualties: Casualties
    measures: str = ""


@dataclass(frozen=True)
class GradeLimits:
    """From these numbers on, any one of them, an event has a grade; "at least" includes the number (Art. 3)."""

    dead: int
    injured: int
    loss_yuan: float


def grade_of(casualties: Casualties, grades: Mapping[str, GradeLimits]) -> str:
    """The grade that the figures alone make, of `grades` from the highest to the lowest; the lowest below all limits.

    The missing are counted with the dead only when they are found dead: reports name them apart.
    """
    for grade, limits in grades.items():
        dead, _missing, injured, _slightly = casualties.people
        loss = bool(limits.loss_yuan) and (casualties.loss_yuan or 0.0) >= limits.loss_yuan
        if dead >= limits.dead or injured >= limits.injured or loss:
            return grade
    return list(grades)[-1]


@dataclass(frozen=True)
class ReportDuty:
    """One legal duty to report: who (levels of the reporting area) tells whom (a body of a level), when, within how long."""

    key: str
    on: str  # incident, warning
    levels: tuple[str, ...]  # county, city, province
    grades: tuple[str, ...]
    events: tuple[str, ...]  # empty: of every kind
    to: str  # code of the body
    to_level: str
    form: str  # telephone, written
    within: timedelta
    source_zh: str
    source_en: str
    confidence: str


def duties_asked(duties: Iterable[ReportDuty], *, declared: str, grade: str, level: str, event: str) -> tuple[ReportDuty, ...]:
    """The duties of an area of that level once a matter of that grade is declared; shortest time first."""
    asked = [
        one
        for one in duties
        if one.on == declared and grade in one.grades and level in one.levels and (not one.events or event in one.events)
    ]
    return tuple(sorted(asked, key=lambda one: (one.within, one.key)))


class ChangeVerdict(StrEnum):
    """Whether changed casualties ask for a follow-up report, and why not."""

    FOLLOW_UP = "follow_up"
    UNCHANGED = "unchanged"
    TOO_LATE = "too_late"  # after 30 days (traffic and fire: 7) the figures no longer count for the grade
    NOTHING_REPORTED = "nothing_reported"  # the first report will carry them


def judge_change(
    casualties: Casualties | None, known: Casualties, *, occurred_on: date, today: date, within_days: int
) -> ChangeVerdict:
    """Compares what the last signed report said with what is known now (Art. 13). Days are local, the day of the event is 0."""
    if casualties is None:
        return ChangeVerdict.NOTHING_REPORTED
    if casualties.people == known.people:
        return ChangeVerdict.UNCHANGED
    return ChangeVerdict.FOLLOW_UP if (today - occurred_on).days <= within_days else ChangeVerdict.TOO_LATE
