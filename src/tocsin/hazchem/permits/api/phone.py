"""What those on site enter: for their phone page, and for programs."""

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
from tocsin.hazchem.permits.queries.phone import permits_of
from tocsin.hazchem.permits.rules.field import WORK_PERMIT, PermitFieldAct
from tocsin.hazchem.permits.shown.entries import conflict_of
from tocsin.hazchem.permits.shown.phone import PermitPhoneOut, describe_phone_permit
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.rules import rights

router = Router()


class PermitFieldDataIn(Schema, extra="forbid"):
    """What an act carries: shares in percent of the volume, toxics in mg/m³, degrees WGS84."""

    text: str = Field("", max_length=2000, description="of a stop: why")
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    done: list[str] = Field([], max_length=50, description="codes of measures that were seen")
    without: list[str] = Field([], max_length=50, description="codes of measures that this work does not need")
    flammable_percent: float | None = Field(None, ge=0, le=100)
    oxygen_percent: float | None = Field(None, ge=0, le=100)
    toxics: dict[str, float] = Field({}, max_length=30)
    place: str = Field("", max_length=200, description="where the gas was tested")
    code: str = Field("", max_length=300, description="what was scanned at the place: the code of the firm's sign")


class PermitEntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    work_permit_id: UUID
    act: PermitFieldAct
    data: PermitFieldDataIn | None = None


class PermitEntriesIn(DeviceActsIn, extra="forbid"):
    entries: list[PermitEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class PermitEntryTakenOut(DeviceActTakenOut):
    """What became of one act upon a work permit."""

    verdict: str = Field(description="counts, or behind: it came after the permit had gone on, and does nothing")


@router.get("/permit-phone", response=PermitPhoneOut)
def permit_phone(request: HttpRequest) -> PermitPhoneOut:
    """The permits in which you are named that are not over, or ended within a day, with what you do there."""
    if not may_anywhere(request.user, rights.OWN):
        raise NotAllowed(_("Your roles do not open this page."))
    now, user = current_time(), actor_of(request)
    permits = list(permits_of(user, now))
    return PermitPhoneOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        permits=[describe_phone_permit(one, user, now) for one in permits],
        units=describe_phone_units(units_of_firms(user, {one.object_id for one in permits})[:MOST_UNITS]),
    )


@router.post("/work-permit-entries", response=list[PermitEntryTakenOut])
def enter_at_work_permits(request: HttpRequest, given: PermitEntriesIn) -> list[PermitEntryTakenOut]:
    """What was done on site, in the order in which it is sent. Each is taken or refused by itself and judged by its own time; a
    second delivery changes nothing.
    """
    return [_take(request, one) for one in given.entries]


@router.post("/work-permits/{uuid:work_permit_id}/photos", response=PermitEntryTakenOut)
def photograph_work_permit(
    request: HttpRequest,
    work_permit_id: UUID,
    file: File[UploadedFile],
    id: Form[UUID],
    at: Form[AwareDatetime],
    text: Form[str] = "",
    device: Form[str] = "",
    sequence: Form[int] = 0,
    base_version: Form[int | None] = None,
) -> PermitEntryTakenOut:
    """A photo of a gas test, of a measure, of the place."""
    kept = take_photo(
        request,
        WORK_PERMIT,
        work_permit_id,
        file,
        identity=id,
        at=at,
        data={"text": text[:2000]},
        device=device,
        sequence=sequence,
        base_version=base_version,
    )
    return _taken(kept)


def _take(request: HttpRequest, given: PermitEntryIn) -> PermitEntryTakenOut:
    taken = take(request, WORK_PERMIT, given.work_permit_id, given, given.data)
    if taken.entry is None:
        return PermitEntryTakenOut(id=given.id, taken=False, verdict="", version=None, reason=taken.reason)
    return _taken(taken.entry)


def _taken(kept: Kept) -> PermitEntryTakenOut:
    return PermitEntryTakenOut(
        id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, reason=conflict_of(kept.verdict)
    )
