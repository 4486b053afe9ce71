"""Hidden dangers as people and programs read them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import ActEntryOut
from tocsin.jurisdiction.face import Person
from tocsin.supervision.inspections.models import Finding, FindingEntry, Penalty
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingGrade, FindingState, FindingVerdict, is_overdue


@dataclass(frozen=True)
class FindingOrigin:
    """What a hidden danger came from, in words, and its page."""

    words: str
    page: str


type FindOrigin = Callable[[Person, str], FindingOrigin | None]
"""From reader and number; None where it came from nothing that the reader sees."""
GRADE_NAMES = {
    FindingGrade.ORDINARY: pgettext_lazy("grade of a hidden danger", "ordinary hidden danger"),
    FindingGrade.MAJOR: pgettext_lazy("grade of a hidden danger", "major hidden danger"),
}
STATE_NAMES = {
    FindingState.OPEN: pgettext_lazy("state of a hidden danger", "to be rectified"),
    FindingState.ACCEPTED: pgettext_lazy("state of a hidden danger", "risk accepted for a time"),
    FindingState.RECTIFIED: pgettext_lazy("state of a hidden danger", "waiting for re-check"),
    FindingState.CLOSED: pgettext_lazy("state of a hidden danger", "closed"),
    FindingState.WITHDRAWN: pgettext_lazy("state of a hidden danger", "withdrawn"),
}
STATE_CLASSES = {FindingState.ACCEPTED: "warn", FindingState.RECTIFIED: "warn", FindingState.CLOSED: "good"}
ACT_NAMES = {
    FindingAct.REPORT_OWN: pgettext_lazy("act on a hidden danger", "reported by the firm itself"),
    FindingAct.SERVE: pgettext_lazy("act on a hidden danger", "served: the limit counts from here"),
    FindingAct.ASK_ACCEPTANCE: pgettext_lazy("act on a hidden danger", "acceptance of the risk asked for"),
    FindingAct.ACCEPT_RISK: pgettext_lazy("act on a hidden danger", "risk accepted for a time"),
    FindingAct.REFUSE_RISK: pgettext_lazy("act on a hidden danger", "acceptance of the risk refused"),
    FindingAct.COME_BACK: pgettext_lazy("act on a hidden danger", "accepted time over: open again"),
    FindingAct.CLOSE_OWN: pgettext_lazy("act on a hidden danger", "closed by the firm itself"),
    FindingAct.FIX: pgettext_lazy("act on a hidden danger", "five fixings"),
    FindingAct.RECTIFY: pgettext_lazy("act on a hidden danger", "rectified"),
    FindingAct.ASK_EXTENSION: pgettext_lazy("act on a hidden danger", "extension asked for"),
    FindingAct.GRANT_EXTENSION: pgettext_lazy("act on a hidden danger", "extension granted"),
    FindingAct.REFUSE_EXTENSION: pgettext_lazy("act on a hidden danger", "extension refused"),
    FindingAct.PASS: pgettext_lazy("act on a hidden danger", "re-check passed"),
    FindingAct.FAIL: pgettext_lazy("act on a hidden danger", "re-check not passed"),
    FindingAct.WITHDRAW: pgettext_lazy("act on a hidden danger", "withdrawn"),
    FindingAct.NOTE: pgettext_lazy("act on a hidden danger", "note"),
    FindingAct.PHOTO: pgettext_lazy("act on a hidden danger", "photo"),
    FindingAct.PENALTY: pgettext_lazy("act on a hidden danger", "penalty"),
    FindingAct.DOCUMENT: pgettext_lazy("act on a hidden danger", "document received"),
}
FIXING_NAMES = {
    "person": pgettext_lazy("five fixings", "Responsible person"),
    "money": pgettext_lazy("five fixings", "Money"),
    "measure": pgettext_lazy("five fixings", "Measures"),
    "limit": pgettext_lazy("five fixings", "Time limit"),
    "plan": pgettext_lazy("five fixings", "Emergency plan"),
}
SERVED_NAMES = {
    "signed": pgettext_lazy("how it was served", "signed on the spot"),
    "refused": pgettext_lazy("how it was served", "left there before a witness"),
    "notice": pgettext_lazy("how it was served", "by notice"),
    "hand": pgettext_lazy("how it was served", "by hand"),
    "acted": pgettext_lazy("how it was served", "the firm acted upon it"),
}
CONFLICTS = {
    FindingVerdict.ALREADY: pgettext_lazy("conflict", "that step was taken before: kept, without effect"),
    FindingVerdict.ENDED: pgettext_lazy("conflict", "the finding is closed: kept, without effect"),
    FindingVerdict.TOO_EARLY: pgettext_lazy("conflict", "nobody has rectified it yet: kept, without effect"),
    FindingVerdict.OUTDATED: pgettext_lazy("conflict", "somebody took it further meanwhile: kept, without effect"),
}


class HiddenDangerOut(Schema):
    """A hidden danger."""

    id: UUID
    number: str
    object_id: UUID
    object_name: str
    object_code: str
    region_code: str
    inspection_id: UUID | None
    grade: str = Field(description="ordinary or major")
    grade_name: str
    item: str
    text: str
    state: str = Field(description="open, accepted, rectified, closed or withdrawn")
    state_name: str
    found_at: datetime
    due_on: date = Field(description="the last day of the limit")
    days: int = Field(description="the limit in days, from service on")
    unserved: bool = Field(description="nobody at the firm was told yet: no day counts")
    served_at: datetime | None
    own: bool = Field(description="found by the firm itself")
    accept_asked: date | None = Field(description="until when the firm asks that the risk be accepted")
    accepted_until: date | None
    overdue: bool
    overdue_days: int
    extended: int
    asked_until: date | None
    fixings: list[dict[str, str]]
    rectified_at: datetime | None
    closed_at: datetime | None
    version: int

    @property
    def state_class(self) -> str:
        """How a page marks the state."""
        return "bad" if self.overdue else STATE_CLASSES.get(FindingState(self.state), "")


class PenaltyRecordOut(Schema):
    id: UUID
    kind: str
    severe: bool
    amount_yuan: Decimal | None
    document_number: str
    decided_on: date
    entered_at: datetime


class WaitingRecheckOut(HiddenDangerOut):
    entries: list[ActEntryOut]


def describe_finding(finding: Finding, today: date) -> HiddenDangerOut:
    """One finding without another query: its object is loaded."""
    state, grade = FindingState(finding.state), FindingGrade(finding.grade)
    late = is_overdue(state, finding.due_on, today, unserved=finding.unserved or finding.own)
    return HiddenDangerOut(
        id=finding.pk,
        number=finding.number,
        object_id=finding.object_id,
        object_name=finding.object.name,
        object_code=finding.object.code,
        region_code=finding.region_code,
        inspection_id=finding.inspection_id,
        grade=finding.grade,
        grade_name=str(GRADE_NAMES[grade]),
        item=finding.item,
        text=finding.text,
        state=finding.state,
        state_name=str(STATE_NAMES[state]),
        found_at=finding.found_at,
        due_on=finding.due_on,
        days=finding.days,
        unserved=finding.unserved,
        served_at=finding.served_at,
        own=finding.own,
        accept_asked=finding.accept_asked,
        accepted_until=finding.accepted_until,
        overdue=late,
        overdue_days=(today - finding.due_on).days if late else 0,
        extended=finding.extended,
        asked_until=finding.asked_until,
        fixings=[{"name": str(FIXING_NAMES[key]), "text": text} for key, text in finding.fixings.items()],
        rectified_at=finding.rectified_at,
        closed_at=finding.closed_at,
        version=finding.version,
    )


def describe_recheck(finding: Finding, today: date) -> WaitingRecheckOut:
    """A finding that waits for its re-check, with what was done; its entries are loaded."""
    entries = [describe_finding_entry(one) for one in finding.entries.all()]
    return WaitingRecheckOut(**dict(describe_finding(finding, today)), entries=entries)


def describe_finding_entry(entry: FindingEntry) -> ActEntryOut:
    """One step, with its conflict in words; its actor is loaded."""
    conflict = CONFLICTS.get(FindingVerdict(entry.verdict), "") if entry.verdict else ""
    name = str(ACT_NAMES[FindingAct(entry.act)])
    if how := entry.data.get("served"):
        name = f"{name} ({SERVED_NAMES[how]})"
    return ActEntryOut.of(entry, name=name, conflict=conflict)


def describe_penalty(penalty: Penalty) -> PenaltyRecordOut:
    """One penalty."""
    return PenaltyRecordOut(
        id=penalty.pk,
        kind=penalty.kind,
        severe=penalty.severe,
        amount_yuan=penalty.amount_yuan,
        document_number=penalty.document_number,
        decided_on=penalty.decided_on,
        entered_at=penalty.entered_at,
    )


@dataclass(frozen=True)
class Moment:
    """One line of a finding's time."""

    at: datetime
    kind: str
    title: str
    text: str = ""
    who: str = ""
    conflict: str = ""


def time_line(finding: Finding, parts: dict[str, list[Any]]) -> list[Moment]:
    """One line of time of everything that belongs to a finding: `entries`, `documents`, `penalties`, `episodes`, described."""
    found_line = Moment(finding.found_at, "found", finding.text, who=str(finding.found_by or ""))
    acts = [
        Moment(one.at, one.act, one.act_name, text=one.text, who=one.actor, conflict=one.conflict) for one in parts["entries"]
    ]
    papers = [Moment(one.at, "document", f"{one.kind_name} {one.number}", text=one.direction_name) for one in parts["documents"]]
    episodes = [Moment(one["start_at"], "episode", one["kind_name"]) for one in parts["episodes"]]
    return sorted([found_line, *acts, *papers, *episodes], key=attrgetter("at"))


def origins_of(user: Person, number: str) -> list[FindingOrigin]:
    """What a hidden danger came from, as the subjects of the catalogue know."""
    finders: list[FindOrigin] = [import_string(one.replace(":", ".")) for one in settings.FINDING_ORIGINS]
    return [found for find in finders if (found := find(user, number)) is not None]
