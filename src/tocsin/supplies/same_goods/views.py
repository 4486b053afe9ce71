"""The queue of reports that may be the same goods: both side by side, what speaks for and against, one decision."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.engine.same_goods import Sameness
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.same_goods import shown
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.same_goods.queries import visible_pairs
from tocsin.supplies.same_goods.services.deciding import decide

PAGE_SIZE = 10


@dataclass(frozen=True)
class Filters:
    """Which pairs: of a standing, or all of one lot."""

    state: str = ""
    lot: UUID | None = None


@never_cache
@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for a person, those of another standing, or all of a lot."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    state = chosen.state or ("" if chosen.lot else Sameness.UNSURE.value)
    rows = visible_pairs(user, state if state in set(Sameness) else "", chosen.lot)
    counted = visible_pairs(user).order_by().values_list("standing").annotate(Count("pk"))
    counts = {str(standing): number for standing, number in counted}
    context = {
        "state": state,
        "lot": chosen.lot,
        "states": [(one.value, name, counts.get(one.value, 0)) for one, name in shown.STANDING_NAMES.items()],
    }
    template = "supplies/same_goods/same_goods.html"
    return list_page(
        request,
        rows,
        template,
        part="",
        describe_page=lambda page: _described(request, page),
        context=context,
        per_page=PAGE_SIZE,
    )


def _described(request: HttpRequest, page: list[SameGoods]) -> list[tuple[shown.SameGoodsOut, bool]]:
    """Pairs, and whether the reader decides them."""
    told = shown.describe_pairs(page)
    return [(one, may(request.user, rights.LEAD, one.region_code)) for one in told]


def _same(actor: Actor, same_goods_id: UUID, *, reason: Line = "") -> str:
    decide(actor=actor, same_goods_id=same_goods_id, same=True, reason=reason, now=current_time())
    return _("They are the same goods and count once.")


def _apart(actor: Actor, same_goods_id: UUID, *, reason: Line = "") -> str:
    decide(actor=actor, same_goods_id=same_goods_id, same=False, reason=reason, now=current_time())
    return _("They are different goods; both count.")


ACTS: dict[str, Act] = {"same": _same, "apart": _apart}


@never_cache
@require_POST
def act(request: HttpRequest, same_goods_id: UUID, name: str) -> HttpResponse:
    """The two are the same goods, or are not."""
    perform_and_tell(request, ACTS, name, actor_of(request), same_goods_id)
    lot = request.GET.get("lot", "")
    return redirect(reverse("same_goods") + (f"?lot={UUID(lot)}" if lot else ""))
