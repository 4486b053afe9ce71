"""What a firm's phone page needs to work without a network: its objects, their tasks and hidden dangers, and the way back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
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
from tocsin.supervision.inspections.api.inspections import HiddenDangerOut
from tocsin.supervision.inspections.queries.findings import findings_of_firm
from tocsin.supervision.inspections.shown.findings import FIXING_NAMES, describe_finding, describe_finding_entry
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.api import SupervisionTaskDetailOut
from tocsin.supervision.tasks.queries.tasks import own_objects, tasks_of_firm
from tocsin.supervision.tasks.shown.tasks import describe_whole_task
from tocsin.supervision.work.queries.board import entries_of, questions_of_firm
from tocsin.supervision.work.shown.work import describe_question

router = Router()


class FirmObjectOut(Schema):
    id: UUID
    code: str
    name: str


class FirmFindingOut(HiddenDangerOut):
    entries: list[ActEntryOut]


class FirmQuestionEntryOut(Schema):
    id: UUID
    act: str
    act_name: str
    text: str
    at: datetime
    actor: str
    data: dict[str, str]
    conflict: str = Field(description="empty where the line counts")


class FirmQuestionOut(Schema):
    """Something in the firm's work that the authority asks about."""

    id: UUID
    object_name: str
    name: str
    start_at: datetime
    end_at: datetime | None
    why: list[str]
    waits: bool = Field(description="for an answer of the firm")
    state_name: str
    due_at: datetime | None
    entries: list[FirmQuestionEntryOut]


class FirmPhoneOut(Schema):
    """Everything of one's own firm."""

    now: datetime
    person_id: str
    person: str
    unit: str
    objects: list[FirmObjectOut]
    tasks: list[SupervisionTaskDetailOut]
    findings: list[FirmFindingOut]
    questions: list[FirmQuestionOut] = Field(description="of the authority, about the firm's work")
    fixings: dict[str, str] = Field(description="the five fixings of a major hidden danger, by field")


@router.get("/firm", response=FirmPhoneOut)
def firm(request: HttpRequest) -> dict[str, Any]:
    """Your firm's objects, what they have to do, and what was found there."""
    if not may_anywhere(request.user, rights.OWN):
        raise NotAllowed(_("Your roles are not those of a firm's own people."))
    now = current_time()
    user = actor_of(request)
    objects = list(own_objects(user))
    return {
        "now": now,
        "person_id": str(user.pk),
        "person": str(user),
        "unit": str(user.organisation or ""),
        "objects": [{"id": one.pk, "code": one.code, "name": one.name} for one in objects],
        "tasks": [describe_whole_task(one, one.entries.all()) for one in tasks_of_firm(objects, now=now)],
        "findings": [
            {
                **describe_finding(one, timezone.localdate(now)),
                "entries": [describe_finding_entry(each) for each in one.entries.all()],
            }
            for one in findings_of_firm(objects, now=now)
        ],
        "questions": [describe_question(one, entries_of(user, one)) for one in questions_of_firm(user, objects, now=now)],
        "fixings": {key: str(name) for key, name in FIXING_NAMES.items()},
    }


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
