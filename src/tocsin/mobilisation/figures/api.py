"""Figures for programs: what was published, the desk's own, and publishing. Without a token the published ones are read at
`/hazard/figures/data.json`.
"""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.mobilisation.figures.queries import editions as queries
from tocsin.mobilisation.figures.queries.exact import exact_figures, newest_period
from tocsin.mobilisation.figures.services.publishing import ask_for_edition
from tocsin.mobilisation.figures.shown.figures import (
    HazardFiguresPeriodOut,
    HazardFiguresRowOut,
    describe_period,
    describe_row,
)
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class HazardFiguresIn(Schema):
    period: str = Field(max_length=7, description="2026-10, 2026-Q4 or 2026")
    reason: str = Field(max_length=500, description="read by everybody")


@router.get("/hazard-figures", response=list[HazardFiguresPeriodOut])
def hazard_figures_periods(request: HttpRequest) -> list[HazardFiguresPeriodOut]:
    """Periods that were published, the newest first."""
    return [describe_period(one) for one in queries.editions()]


@router.get("/hazard-figures/rows", response=list[HazardFiguresRowOut])
def hazard_figures(request: HttpRequest, period: str = "") -> list[HazardFiguresRowOut]:
    """The rows of one period (the newest where none is named), in its newest edition; none where it was not published."""
    published = queries.editions()
    edition = next((one for one in published if period in ("", one.period)), None)
    return [] if edition is None else [describe_row(one) for one in queries.figures_of(edition).values()]


@router.get("/hazard-figures/exact", response=list[HazardFiguresRowOut])
def exact_hazard_figures(request: HttpRequest, period: str = "") -> list[HazardFiguresRowOut]:
    """Of one's own area every figure as it stands now, with nothing hidden; of the last month where no period is named."""
    now = current_time()
    told = exact_figures(request.user, period or str(newest_period(now)), now=now)
    return [describe_row(one) for one in told.values()]


@router.post("/hazard-figures", response=HazardFiguresPeriodOut)
def publish_hazard_figures(request: HttpRequest, given: HazardFiguresIn) -> HazardFiguresPeriodOut:
    """Publishes a period before its day, or corrects what was published, with a reason; it is there within a minute."""
    made = ask_for_edition(actor=actor_of(request), period=given.period, reason=given.reason, now=current_time())
    return describe_period(made)
