"""Commitments as people and programs read them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.base.decoding import convert
from tocsin.hazchem.commitments.queries.commitments import commitment_of
from tocsin.hazchem.commitments.rules import Difference, Stated
from tocsin.hazchem.commitments.shown.words import (
    STATE_CLASSES,
    STATE_NAMES,
    answer_words,
    difference_words,
    unit_words,
    work_words,
)
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from tocsin.hazchem.commitments.models import SafetyCommitment
    from tocsin.hazchem.commitments.queries.commitments import DayRow
    from tocsin.supervision.face import SupervisedObject


class SafetyCommitmentOut(Schema):
    """What a firm stated of one day, and where it differed from what was seen."""

    id: UUID
    object_id: UUID
    firm: str
    day: date
    revision: int = Field(description="0 as first given; amendments count up")
    current: bool
    late: bool
    stated: dict[str, Any]
    seen: dict[str, Any] = Field(description="when it was signed")
    units_told: str
    works_told: str
    answers_told: str
    differences: list[str] = Field(description="in words")
    explanation: str
    reason: str = Field(description="of an amendment")
    principal: str
    signed_at: datetime
    signed_by: str


class CommitmentOfDayOut(Schema):
    """A firm on a day: given, late, missing, elsewhere, due, not_asked."""

    object_id: UUID
    firm: str
    region_code: str
    region: str
    day: date
    state: str
    state_name: str
    principal: str
    signed_at: datetime | None
    units: str
    works: str
    differences: int
    differences_told: str
    firm_told_at: datetime | None
    supervisor_told_at: datetime | None

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return STATE_CLASSES.get(self.state, "")


def describe_commitment(one: "SafetyCommitment") -> SafetyCommitmentOut:
    """One commitment; its firm and signer are loaded."""
    stated = convert(one.stated, Stated)
    return SafetyCommitmentOut(
        id=one.pk,
        object_id=one.object_id,
        firm=one.object.name,
        day=one.day,
        revision=one.revision,
        current=one.current,
        late=one.late,
        stated=one.stated,
        seen=one.seen,
        units_told=unit_words(stated),
        works_told=work_words(stated),
        answers_told=answer_words(stated),
        differences=[difference_words(difference) for difference in convert(one.differences, list[Difference])],
        explanation=one.explanation,
        reason=one.reason,
        principal=one.principal,
        signed_at=one.signed_at,
        signed_by=str(one.signed_by),
    )


def describe_day(row: "DayRow") -> CommitmentOfDayOut:
    """A firm on a day."""
    given = describe_commitment(row.given) if row.given is not None else None
    return CommitmentOfDayOut(
        object_id=row.firm.pk,
        firm=row.firm.name,
        region_code=row.firm.region_code,
        region=region_name(row.firm.region_code),
        day=row.day,
        state=row.state,
        state_name=str(STATE_NAMES[row.state]),
        principal=given.principal if given else "",
        signed_at=given.signed_at if given else None,
        units=given.units_told if given else "",
        works=given.works_told if given else "",
        differences=len(given.differences) if given else 0,
        differences_told=" ".join([*given.differences, given.explanation]) if given else "",
        firm_told_at=row.firm_told_at,
        supervisor_told_at=row.supervisor_told_at,
    )


def public_line(firm: "SupervisedObject", day: date) -> str:
    """What everybody may know on the page behind the firm's code: today's commitment; nothing where none is given."""
    given = commitment_of(firm.pk, day)
    if given is None:
        return ""
    stated = convert(given.stated, Stated)
    words = {
        "day": given.day.isoformat(),
        "time": f"{timezone.localtime(given.signed_at):%H:%M}",
        "principal": given.principal,
        "units": unit_words(stated),
        "works": work_words(stated),
        "answers": answer_words(stated),
    }
    told = _("Safety commitment of %(day)s, %(time)s, %(principal)s: %(units)s. Work today: %(works)s. %(answers)s.") % words
    return told + (" " + _("What is seen differs in %(count)s points.") % {"count": len(given.differences)}) * bool(
        given.differences
    )
