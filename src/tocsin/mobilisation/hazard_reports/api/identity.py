"""Openings of sealed identities for programs of the two officers."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile

from tocsin.mobilisation.hazard_reports.queries import identity as queries
from tocsin.mobilisation.hazard_reports.services import identity as services
from tocsin.mobilisation.hazard_reports.shown.identity import IdentityRequestOut, describe_request
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class IdentityAskIn(Schema):
    number: str = Field(max_length=30)
    reason: str = Field(max_length=500)
    photo: int = Field(0, ge=0, le=99, description="number of a photo whose original is wanted; 0: who reported")


class IdentityDecisionIn(Schema):
    agreed: bool


@router.get("/identity/requests", response=list[IdentityRequestOut])
def identity_requests(request: HttpRequest) -> list[IdentityRequestOut]:
    """Openings that were asked for, newest first."""
    return [describe_request(one) for one in queries.visible_requests(request.user)[:500]]


@router.post("/identity/requests", response=IdentityRequestOut)
def ask_for_identity(request: HttpRequest, given: IdentityAskIn) -> IdentityRequestOut:
    """One of the two officers asks, with a reason, for who reported or for the original of a photo."""
    made = services.ask_for_identity(
        actor=actor_of(request), number=given.number, reason=given.reason, photo=given.photo, now=current_time()
    )
    return _told(request, made.pk)


@router.post("/identity/requests/{identity_request_id}/decision", response=IdentityRequestOut)
def decide_identity(request: HttpRequest, identity_request_id: UUID, given: IdentityDecisionIn) -> IdentityRequestOut:
    """The other one agrees or not."""
    services.decide_request(actor=actor_of(request), request_id=identity_request_id, agreed=given.agreed, now=current_time())
    return _told(request, identity_request_id)


@router.post("/identity/requests/{identity_request_id}/sealed")
def take_identity(request: HttpRequest, identity_request_id: UUID) -> HttpResponse:
    """The sealed file for one's own lock."""
    data = services.take_out(actor=actor_of(request), request_id=identity_request_id, now=current_time())
    return HttpResponse(data, content_type="application/octet-stream", headers={"Cache-Control": "private, no-store"})


@router.post("/identity/requests/{identity_request_id}/inner", response=IdentityRequestOut)
def hand_on_identity(request: HttpRequest, identity_request_id: UUID, file: File[UploadedFile]) -> IdentityRequestOut:
    """B hands in what is still sealed to A."""
    services.hand_on(actor=actor_of(request), request_id=identity_request_id, data=file.read(), now=current_time())
    return _told(request, identity_request_id)


@router.post("/identity/requests/{identity_request_id}/end", response=IdentityRequestOut)
def end_identity(request: HttpRequest, identity_request_id: UUID) -> IdentityRequestOut:
    """It is over; what B had opened goes."""
    services.end_request(actor=actor_of(request), request_id=identity_request_id, now=current_time())
    return _told(request, identity_request_id)


def _told(request: HttpRequest, request_id: UUID) -> IdentityRequestOut:
    return describe_request(queries.visible_requests(request.user).get(pk=request_id))
