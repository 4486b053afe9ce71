"""Checks for the phone of who makes them, and what was found there."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import NotAllowed
from tocsin.fieldwork.api import MOST_AT_ONCE, DeviceActIn, DeviceActsIn, DeviceActTakenOut, take, take_photo
from tocsin.fieldwork.queries import Kept
from tocsin.hazchem.installations.queries.places import units_of_firms
from tocsin.hazchem.installations.shown.places import MOST_UNITS, describe_phone_units
from tocsin.hazchem.prevention.queries.checks import checks_on_phone
from tocsin.hazchem.prevention.rules.field import CHECK_TASK, CheckFieldAct
from tocsin.hazchem.prevention.shown.phone import CheckPhoneOut, conflict_of, describe_phone_check
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.objects.rules import rights

router = Router()


class CheckFieldDataIn(Schema, extra="forbid"):
    """What a result carries. Degrees WGS84."""

    text: str = Field("", max_length=1000, description="what is not in order, or a remark")
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    grade: FindingGrade = Field(FindingGrade.ORDINARY, description="of the hidden danger")
    code: str = Field("", max_length=300, description="what was scanned at the place: of a unit's label or the firm's sign")


class RiskCheckEntryIn(DeviceActIn):
    """A result as the device made it. The same id twice is one."""

    check_task_id: UUID
    act: CheckFieldAct
    data: CheckFieldDataIn | None = None


class RiskCheckEntriesIn(DeviceActsIn, extra="forbid"):
    entries: list[RiskCheckEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class RiskCheckTakenOut(DeviceActTakenOut):
    """What became of one result."""

    verdict: str = Field(description="counts, or behind: somebody had checked on that day, and it does nothing")


@router.get("/check-phone", response=CheckPhoneOut)
def check_phone(request: HttpRequest) -> CheckPhoneOut:
    """The checks that you answer for, due first, with what was found there last."""
    if not may_anywhere(request.user, rights.OWN):
        raise NotAllowed(_("Your roles do not open this page."))
    now, user = current_time(), actor_of(request)
    checks = checks_on_phone(user, now)
    return CheckPhoneOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        checks=[describe_phone_check(one, results, now) for one, results in checks],
        units=describe_phone_units(units_of_firms(user, {one.object_id for one, _results in checks})[:MOST_UNITS]),
    )


@router.post("/check-entries", response=list[RiskCheckTakenOut])
def enter_at_checks(request: HttpRequest, given: RiskCheckEntriesIn) -> list[RiskCheckTakenOut]:
    """What was found on site, in the order in which it is sent. Each is taken or refused by itself and counts for the local day
    on which it was found; a second delivery changes nothing.
    """
    return [_take(request, one) for one in given.entries]


@router.post("/check-tasks/{uuid:check_task_id}/photos", response=RiskCheckTakenOut)
def enter_at_check_with_photo(
    request: HttpRequest,
    check_task_id: UUID,
    file: File[UploadedFile],
    id: Form[UUID],
    at: Form[AwareDatetime],
    act: Form[CheckFieldAct],
    text: Form[str] = "",
    grade: Form[FindingGrade] = FindingGrade.ORDINARY,
    code: Form[str] = "",
    device: Form[str] = "",
    sequence: Form[int] = 0,
    base_version: Form[int | None] = None,
) -> RiskCheckTakenOut:
    """The same with a photo: of what is not in order it goes with the hidden danger."""
    kept = take_photo(
        request,
        CHECK_TASK,
        check_task_id,
        file,
        identity=id,
        at=at,
        data={"text": text[:1000], "grade": grade.value, "code": code[:300]},
        device=device,
        sequence=sequence,
        base_version=base_version,
        what=act.value,
    )
    return _taken(kept)


def _take(request: HttpRequest, given: RiskCheckEntryIn) -> RiskCheckTakenOut:
    taken = take(request, CHECK_TASK, given.check_task_id, given, given.data)
    if taken.entry is None:
        return RiskCheckTakenOut(id=given.id, taken=False, verdict="", version=None, reason=taken.reason)
    return _taken(taken.entry)


def _taken(kept: Kept) -> RiskCheckTakenOut:
    return RiskCheckTakenOut(id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, reason=conflict_of(kept.verdict))
