"""Upkeep of gear for programs."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.supplies.upkeep.queries.due import due_by, visible_upkeep
from tocsin.supplies.upkeep.shown.gear import UpkeepOut, describe_upkeep

router = Router()


class UpkeepListOut(Schema):
    items: list[UpkeepOut]
    total: int


@router.get("/upkeep", response=UpkeepListOut)
def upkeep(request: HttpRequest, slice_: Query[Slice], everything: bool = False) -> Part[UpkeepOut]:
    """Gear of your areas or body that is due now or soon, or `everything`; what is due first before all."""
    day = timezone.localdate(current_time())
    rows = visible_upkeep(request.user)
    part = slice_.part(rows if everything else rows.filter(due_by(day)))
    return {"items": [describe_upkeep(one, day) for one in part["items"]], "total": part["total"]}
