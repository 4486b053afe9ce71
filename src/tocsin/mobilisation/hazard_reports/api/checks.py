"""Checks of reports for phones: what is yours to check, and what was entered, also away from the network."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import NotAllowed
from tocsin.fieldwork.api import MOST_AT_ONCE, DeviceActIn, DeviceActsIn, DeviceActTakenOut, take, take_photo
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.hazard_reports.queries.reports import reports_to_check
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.checks import CheckAct
from tocsin.mobilisation.hazard_reports.shown.checks import CheckerPhoneOut, describe_check
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()
SUBJECT = "hazard_report"


class CheckDataIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000, description="what was seen, and by what")
    verdict: Literal["", "true", "partly_true", "not_true"] = ""
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class CheckEntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    hazard_report_id: UUID
    act: CheckAct
    data: CheckDataIn | None = None


class CheckEntriesIn(DeviceActsIn, extra="forbid"):
    entries: list[CheckEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class CheckTakenOut(DeviceActTakenOut):
    """What became of one act upon a check."""

    verdict: str = Field(description="kept, waits, agreed, or a conflict: differs, too_late, older")


@router.get("/checks/phone", response=CheckerPhoneOut)
def checker_phone(request: HttpRequest) -> CheckerPhoneOut:
    """The reports that you check, with what both of you have entered."""
    if not may_anywhere(request.user, rights.CHECK):
        raise NotAllowed(_("Your roles do not open this page."))
    user = actor_of(request)
    found = reports_to_check(user).prefetch_related("check_entries__actor", "photos__decisions", "photos__copy")
    reports = [describe_check(one, user) for one in found]
    return CheckerPhoneOut(now=current_time(), person_id=str(user.pk), person=str(user), reports=reports)


@router.post("/checks/entries", response=list[CheckTakenOut])
def check_entries(request: HttpRequest, given: CheckEntriesIn) -> list[CheckTakenOut]:
    """What checkers found and noted, in the order in which it is sent. Each is taken or refused by itself; a second delivery
    changes nothing.
    """
    return [_take(request, one) for one in given.entries]


@router.post("/checks/photos", response=CheckTakenOut)
def check_photo(
    request: HttpRequest,
    hazard_report_id: Query[UUID],
    file: File[UploadedFile],
    id: Form[UUID],
    at: Form[AwareDatetime],
    text: Form[str] = "",
    device: Form[str] = "",
    sequence: Form[int] = 0,
    base_version: Form[int | None] = None,
) -> CheckTakenOut:
    """A photo of the check, an act of its own."""
    kept = take_photo(
        request,
        SUBJECT,
        hazard_report_id,
        file,
        identity=id,
        at=at,
        data={"text": text[:2000]},
        device=device,
        sequence=sequence,
        base_version=base_version,
    )
    return CheckTakenOut(id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, reason="")


def _take(request: HttpRequest, given: CheckEntryIn) -> CheckTakenOut:
    taken = take(request, SUBJECT, given.hazard_report_id, given, given.data)
    if taken.entry is None:
        return CheckTakenOut(id=given.id, taken=False, verdict="", version=None, reason=taken.reason)
    return CheckTakenOut(id=given.id, taken=True, verdict=taken.entry.verdict, version=taken.entry.version, reason="")
