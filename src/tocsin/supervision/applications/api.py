"""Firms that register themselves, for programs of their department."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supervision.applications import queries, services
from tocsin.supervision.applications.shown import FirmApplicationOut, describe_application

router = Router()


class RefuseFirmIn(Schema, extra="forbid"):
    reason: str


@router.get("/firm-applications", response=list[FirmApplicationOut])
def firm_applications(request: HttpRequest, wanted: Query[Slice], waiting: bool = True) -> list[FirmApplicationOut]:
    """Firms that registered themselves in the areas whose register you keep: those that wait, or all."""
    found = queries.waiting_applications(request.user) if waiting else queries.visible_applications(request.user)
    return [describe_application(one) for one in wanted.cut(found)]


@router.post("/firm-applications/{uuid:firm_application_id}/approve", response=FirmApplicationOut)
def approve_firm_application(request: HttpRequest, firm_application_id: UUID) -> FirmApplicationOut:
    """Takes the firm in; only a person at a screen may, since an account is opened."""
    return describe_application(
        services.approve_application(actor=actor_of(request), application_id=firm_application_id, now=current_time())
    )


@router.post("/firm-applications/{uuid:firm_application_id}/refuse", response=FirmApplicationOut)
def refuse_firm_application(request: HttpRequest, firm_application_id: UUID, body: RefuseFirmIn) -> FirmApplicationOut:
    """Refuses the firm with a reason that it reads."""
    return describe_application(
        services.refuse_application(
            actor=actor_of(request), application_id=firm_application_id, reason=body.reason, now=current_time()
        )
    )
