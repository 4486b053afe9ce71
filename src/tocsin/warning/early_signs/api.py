"""For programs: early signs of the watch, listed, explained and seen."""

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.warning.early_signs import queries
from tocsin.warning.early_signs.services import signs as services
from tocsin.warning.early_signs.shown import BudgetOut, EarlySignOut, ExplainedSignOut, search_early_signs, tell_budgets

if TYPE_CHECKING:
    from tocsin.warning.early_signs.models import EarlySign

router = Router()


class EarlySignsOut(Schema):
    items: list[EarlySignOut]
    total: int


class SignFilter(Slice):
    state: Literal["standing", "became_alarm", "all"] = "standing"


@router.get("/early-signs", response=EarlySignsOut)
def early_signs(request: HttpRequest, wanted: Query[SignFilter]) -> "Part[EarlySign]":
    """Early signs of the regions whose diagnoses you may see, newest first."""
    found = search_early_signs(request.user, wanted.state)
    return wanted.part(found)


@router.get("/early-signs/{early_sign_id}", response=ExplainedSignOut)
def early_sign(request: HttpRequest, early_sign_id: UUID) -> "EarlySign":
    """One early sign with its evidence."""
    return queries.visible_early_signs(request.user).get(pk=early_sign_id)


@router.post("/early-signs/{early_sign_id}/seen", response=ExplainedSignOut)
def seen(request: HttpRequest, early_sign_id: UUID) -> "EarlySign":
    """You have looked at it; the first who did is kept."""
    services.see_early_sign(actor=actor_of(request), early_sign_id=early_sign_id)
    return early_sign(request, early_sign_id)


class JudgementIn(Schema):
    judgement: Literal["right", "wrong"]


@router.post("/early-signs/{early_sign_id}/judgement", response=ExplainedSignOut)
def judge(request: HttpRequest, early_sign_id: UUID, given: JudgementIn) -> "EarlySign":
    """You know whether it was right; the newest judgement holds and counts against the budget of the region."""
    services.judge_early_sign(actor=actor_of(request), early_sign_id=early_sign_id, judgement=given.judgement)
    return early_sign(request, early_sign_id)


@router.get("/early-sign-budgets", response=list[BudgetOut])
def budgets(request: HttpRequest) -> list[BudgetOut]:
    """What wrong signs have made each of your regions ask."""
    return tell_budgets(request.user, current_time())
