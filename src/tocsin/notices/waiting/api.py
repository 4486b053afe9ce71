"""What waits for you, for programs."""

from django.http import HttpRequest
from ninja import Query, Router

from tocsin.notices.waiting import queries
from tocsin.notices.waiting.shown import WaitingKindOut, WaitingOut, describe_kinds, describe_waiting
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class WaitingFilter(Slice):
    kind: str = ""


@router.get("/waiting", response=list[WaitingOut])
def waiting(request: HttpRequest, wanted: Query[WaitingFilter]) -> list[WaitingOut]:
    """What waits for you to act, the longest overdue first."""
    now = current_time()
    return describe_waiting(wanted.cut(queries.waiting_for(actor_of(request), now=now, kind=wanted.kind)), now=now)


@router.get("/waiting/kinds", response=list[WaitingKindOut])
def kinds(request: HttpRequest) -> list[WaitingKindOut]:
    """How many of each kind wait for you."""
    return describe_kinds(queries.counts_for(actor_of(request), now=current_time()))
