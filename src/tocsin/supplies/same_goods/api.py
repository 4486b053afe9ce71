"""Reports that may be the same goods, for programs."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.engine.same_goods import Sameness
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.same_goods.queries import visible_pairs
from tocsin.supplies.same_goods.services.deciding import decide
from tocsin.supplies.same_goods.shown import SameGoodsOut, describe_pairs

router = Router()


class SameGoodsPartOut(Schema):
    items: list[SameGoodsOut]
    total: int


class SameGoodsDecisionIn(Schema, extra="forbid"):
    same: bool
    reason: str = Field("", max_length=300, description="needed where it was decided otherwise until now")


@router.get("/same-goods", response=SameGoodsPartOut)
def same_goods(
    request: HttpRequest, slice_: Query[Slice], standing: Sameness | None = None, lot: UUID | None = None
) -> Part[SameGoodsOut]:
    """Pairs of reports that are, or may be, of the same goods; the likeliest first."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    found = slice_.part(visible_pairs(request.user, standing or "", lot))
    return {"items": describe_pairs(found["items"]), "total": found["total"]}


@router.post("/same-goods/{uuid:same_goods_id}/decision", response=SameGoodsOut)
def decide_same_goods(request: HttpRequest, same_goods_id: UUID, given: SameGoodsDecisionIn) -> SameGoodsOut:
    """Two reports are the same goods and count once, or are different goods; totals follow at once."""
    decide(actor=actor_of(request), same_goods_id=same_goods_id, same=given.same, reason=given.reason, now=current_time())
    (told,) = describe_pairs(visible_pairs(request.user).filter(pk=same_goods_id))
    return told
