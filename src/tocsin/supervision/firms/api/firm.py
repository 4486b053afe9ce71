"""What a firm's phone page needs to work without a network: its objects, their tasks and hidden dangers, and the way back."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import NotAllowed
from tocsin.fieldwork.api import take_photo
from tocsin.fieldwork.shown import ActEntryOut
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.firms.api.acts import ActsIn, ActTakenOut, Photographed, take_all, taken_out
from tocsin.supervision.firms.api.standing import FirmStandingOut, standing_of
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.findings import findings_of_firm
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.shown.findings import (
    FIXING_NAMES,
    GRADE_NAMES,
    HiddenDangerOut,
    describe_finding,
    describe_finding_entry,
)
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.queries import stops_of_firm
from tocsin.supervision.stops.shown.stops import FirmStopOut, describe_stop_of_firm
from tocsin.supervision.tasks.queries.tasks import done_of_firm, due_of_firm, own_objects, with_entries
from tocsin.supervision.tasks.shown.tasks import SupervisionTaskDetailOut, describe_whole_task
from tocsin.supervision.work.queries.board import entries_of, questions_of_firm
from tocsin.supervision.work.services.telling import show_questions
from tocsin.supervision.work.shown.episodes import FirmQuestionOut, describe_question

router = Router()


class FirmObjectOut(Schema):
    id: UUID
    code: str
    name: str


class FirmFindingOut(HiddenDangerOut):
    entries: list[ActEntryOut]
    order: str = Field(description="the address of the order to rectify as PDF; empty: none was issued")


class FirmPhoneOut(Schema):
    """Everything of one's own firm."""

    now: datetime
    person_id: str
    person: str
    unit: str
    objects: list[FirmObjectOut]
    standings: list[FirmStandingOut] = Field(description="how each object stands: colour, why, what lifts, orders")
    tasks: list[SupervisionTaskDetailOut]
    findings: list[FirmFindingOut]
    stops: list[FirmStopOut] = Field(description="orders to take first, then what holds, what ended lately")
    questions: list[FirmQuestionOut] = Field(description="of the authority, about the firm's work")
    fixings: dict[str, str] = Field(description="the five fixings of a major hidden danger, by field")
    grades: dict[str, str]
    most_days: dict[str, int] = Field(description="the longest limit of each grade")
    extension_days: int = Field(description="an extension ends at most so many days beyond the limit")
    accepted_days: int = Field(description="a risk is accepted for at most so many days from today")


@router.get("/firm", response=FirmPhoneOut)
def firm(request: HttpRequest) -> FirmPhoneOut:
    """Your firm's objects, what they have to do, and what was found there."""
    if not may_anywhere(request.user, rights.OWN):
        raise NotAllowed(_("Your roles are not those of a firm's own people."))
    now = current_time()
    user = actor_of(request)
    objects = list(own_objects(user))
    today, figures = timezone.localdate(now), inspection_policy().findings
    tasks = with_entries([*due_of_firm(objects, now=now), *done_of_firm(objects, now=now)])
    findings = list(findings_of_firm(objects, now=now))
    questions = questions_of_firm(user, objects, now=now)
    show_questions(user, questions, now=now)
    versions = ((one.pk, one.version) for one in tasks), ((one.pk, one.version) for one in findings)
    mark = [*versions[0], *versions[1], *((one.pk, one.state) for one in questions)]
    return FirmPhoneOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        unit=str(user.organisation or ""),
        objects=[FirmObjectOut(id=one.pk, code=one.code, name=one.name) for one in objects],
        standings=[standing_of(one, mark=mark, now=now) for one in objects],
        tasks=[describe_whole_task(one, one.entries.all()) for one in tasks],
        findings=[_finding(one, today) for one in findings],
        stops=[describe_stop_of_firm(one) for one in stops_of_firm(user, objects, today=today)],
        questions=[describe_question(one, entries_of(user, one)) for one in questions],
        fixings={key: str(name) for key, name in FIXING_NAMES.items()},
        grades={key.value: str(name) for key, name in GRADE_NAMES.items()},
        most_days={one.value: figures.most(one) for one in FindingGrade},
        extension_days=figures.extension_days,
        accepted_days=figures.accepted_days,
    )


def _finding(finding: Finding, today: date) -> FirmFindingOut:
    entries = [describe_finding_entry(one) for one in finding.entries.all()]
    visit = finding.inspection
    issued = visit is not None and visit.confirmed_at is not None
    order = reverse("paper", args=["rectification_order", visit.pk]) if visit is not None and issued else ""
    return FirmFindingOut(**dict(describe_finding(finding, today)), entries=entries, order=order)


@router.post("/entries", response=list[ActTakenOut])
def entries(request: HttpRequest, given: ActsIn) -> list[ActTakenOut]:
    """What people did with tasks, findings, inspections and questions, in the order in which it is sent.

    Each is taken or refused by itself; a second delivery changes nothing.
    """
    return take_all(request, given)


@router.post("/entries/photos", response=ActTakenOut)
def photo(
    request: HttpRequest,
    subject: Query[Photographed],
    subject_id: Query[UUID],
    file: File[UploadedFile],
    id: Form[UUID],
    at: Form[AwareDatetime],
    text: Form[str] = "",
    item: Form[str] = "",
    device: Form[str] = "",
    sequence: Form[int] = 0,
    base_version: Form[int | None] = None,
) -> ActTakenOut:
    """A photo as proof, never asked for by rule: an act of its own upon a task, a finding or an inspection."""
    kept = take_photo(
        request,
        subject,
        subject_id,
        file,
        identity=id,
        at=at,
        data={"text": text[:2000], "item": item[:120]},
        device=device,
        sequence=sequence,
        base_version=base_version,
    )
    return taken_out(kept)
