"""Keys for enrolment for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.onboarding.queries import enrolments_of, visible_keys
from tocsin.sensing.onboarding.services import enrolment as services
from tocsin.sensing.onboarding.services.enrolment import NewKey
from tocsin.sensing.onboarding.shown.keys import EnrolledOut, EnrolmentKeyOut, describe_enrolment, describe_key

router = Router()


class EnrolmentKeyIn(Schema, extra="forbid"):
    name: str = Field(max_length=120, description="what it is for")
    region_code: str = Field(pattern=r"^[0-9]{6}$", description="six digits of GB/T 2260")
    most: int = Field(ge=1, description="how many devices it lets in")
    days: int = Field(ge=1, description="for how long it holds")
    organisation_id: UUID | None = None
    code_prefix: str = Field("", max_length=63, description="with which the codes of its devices begin")
    device_code: str = Field("", max_length=64, description="the device whose channels its devices get; empty for none")
    model_id: UUID | None = Field(None, description="the model of its devices, instead of a device like them")
    lon: float | None = Field(None, description="of devices that name no place themselves")
    lat: float | None = None


class EnrolmentKeyRenewal(Schema, extra="forbid"):
    days: int = Field(ge=1, description="for how long it holds from now on; an end that is later already stays")
    more: int = Field(0, ge=0, description="how many devices more it lets in")


class EnrolmentKeyMade(Schema):
    key: EnrolmentKeyOut
    text: str = Field(description="what devices send as `key`; shown only here")


@router.get("/enrolment-keys", response=list[EnrolmentKeyOut])
def enrolment_keys(request: HttpRequest, wanted: Query[Slice]) -> list[EnrolmentKeyOut]:
    """Keys that were made, newest first."""
    now = current_time()
    return [describe_key(one, now) for one in wanted.cut(visible_keys(request.user))]


@router.post("/enrolment-keys", response={201: EnrolmentKeyMade})
def make_enrolment_key(request: HttpRequest, given: EnrolmentKeyIn) -> Status[EnrolmentKeyMade]:
    """Makes a key. Its text is in this answer and nowhere else."""
    new = NewKey(
        name=given.name,
        region_code=given.region_code,
        most=given.most,
        days=given.days,
        organisation_id=given.organisation_id,
        code_prefix=given.code_prefix,
        like_code=given.device_code,
        model_id=given.model_id,
        lon=given.lon,
        lat=given.lat,
    )
    made, text = services.make_key(actor=actor_of(request), new=new, now=current_time())
    return Status(201, EnrolmentKeyMade(key=describe_key(made, current_time()), text=text))


@router.get("/enrolment-keys/{uuid:enrolment_key_id}/devices", response=list[EnrolledOut])
def devices_of_enrolment_key(request: HttpRequest, enrolment_key_id: UUID, wanted: Query[Slice]) -> list[EnrolledOut]:
    """The devices that came in by a key, newest first."""
    key = visible_keys(request.user).get(pk=enrolment_key_id)
    return [describe_enrolment(one) for one in wanted.cut(enrolments_of(key))]


@router.post("/enrolment-keys/{uuid:enrolment_key_id}/renew", response=EnrolmentKeyOut)
def renew_enrolment_key(request: HttpRequest, enrolment_key_id: UUID, given: EnrolmentKeyRenewal) -> EnrolmentKeyOut:
    """The same key holds on, and lets more devices in; its text stays."""
    now = current_time()
    key = services.renew_key(actor=actor_of(request), key_id=enrolment_key_id, days=given.days, more=given.more, now=now)
    return describe_key(key, now)


@router.post("/enrolment-keys/{uuid:enrolment_key_id}/revoke", response=EnrolmentKeyOut)
def revoke_enrolment_key(request: HttpRequest, enrolment_key_id: UUID) -> EnrolmentKeyOut:
    """The key lets nobody in from now on; devices that came in by it stay."""
    key = services.revoke_key(actor=actor_of(request), key_id=enrolment_key_id, now=current_time())
    return describe_key(key, current_time())
