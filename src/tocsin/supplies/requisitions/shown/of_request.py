"""What is requisitioned for a request of supplies, for the request's own page."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from tocsin.supplies.requests.queries.subjects import RequisitionOfRequest
from tocsin.supplies.requisitions.queries.requisitions import goods_of, visible_requisitions
from tocsin.supplies.requisitions.rules.states import RequisitionState
from tocsin.supplies.requisitions.shown import names

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def requisitions_of_request(user: "Person", request_id: UUID) -> list[RequisitionOfRequest]:
    """Those of them that the reader sees, the newest first."""
    rows = visible_requisitions(user).filter(request=request_id).prefetch_related("lines")
    return [
        RequisitionOfRequest(
            number=one.number,
            page=reverse("requisition", args=[one.pk]),
            owner=str(one.owner) if one.owner else one.owner_name,
            goods=goods_of(one),
            state=str(names.STATE_NAMES[RequisitionState(one.state)]),
            css=names.STATE_CLASSES.get(RequisitionState(one.state), ""),
        )
        for one in rows
    ]
