"""Supervision at a glance for programs."""

from dataclasses import asdict
from datetime import date, datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.summary.queries import summary_of

router = Router()


class SummaryOut(Schema):
    """What a leader asks first."""

    at: datetime
    objects: int
    major_hazards: int = Field(description="objects with a major hazard installation")
    colours_of: date | None = Field(description="the last day that was scored")
    colours: dict[str, int]
    decisions: dict[str, int] = Field(description="firms by the decision of their last verdict on work")
    ordered_stops: int
    working_against_orders: int
    episodes_waiting: int
    episodes_overdue: int
    episodes_confirmed: int
    findings_open: int
    findings_major: int
    findings_overdue: int
    tasks_overdue: int


@router.get("/summary", response=SummaryOut)
@costly
def summary(request: HttpRequest) -> SummaryOut:
    """Figures of the areas whose register you may see."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed("this needs the permission %(permission)s", permission="supervision.see")
    found = summary_of(request.user, now=current_time())
    board = found.board
    figures = {name: value for name, value in asdict(found).items() if name not in ("board", "moves")}
    return SummaryOut(**figures, colours_of=board.day if board else None, colours=board.all if board else {})
