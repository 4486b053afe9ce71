"""Figures for programs: what was published, the desk's own, and publishing. Without a token the published ones are read at
`/hazard/figures/data.json`.
"""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.mobilisation.figures.models import FigureEdition
from tocsin.mobilisation.figures.queries import editions as queries
from tocsin.mobilisation.figures.queries.exact import exact_figures
from tocsin.mobilisation.figures.services.publishing import ask_for_edition
from tocsin.mobilisation.figures.shown.figures import (
    HazardFiguresOut,
    HazardFiguresPeriodOut,
    HazardFiguresRowOut,
    describe_edition,
    describe_period,
    describe_row,
)
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class HazardFiguresIn(Schema):
    reason: str = Field(max_length=500, description="read by everybody")


@router.get("/hazard-figures", response=list[HazardFiguresPeriodOut])
def hazard_figures_periods(request: HttpRequest) -> list[HazardFiguresPeriodOut]:
    """Periods that were published, the newest first."""
    return [describe_period(one) for one in queries.editions()]


@router.get("/hazard-figures/{period}", response=HazardFiguresOut)
def hazard_figures(request: HttpRequest, period: str) -> HazardFiguresOut:
    """The rows of one period, in its newest edition."""
    edition = queries.edition_of(period)
    if edition is None:
        raise FigureEdition.DoesNotExist
    return describe_edition(edition, queries.figures_of(edition).values())


@router.get("/hazard-figures/{period}/exact", response=list[HazardFiguresRowOut])
def exact_hazard_figures(request: HttpRequest, period: str) -> list[HazardFiguresRowOut]:
    """Of one's own area every figure as it stands now, with nothing hidden."""
    return [describe_row(one) for one in exact_figures(request.user, period, now=current_time()).values()]


@router.post("/hazard-figures/{period}", response=HazardFiguresPeriodOut)
def publish_hazard_figures(request: HttpRequest, period: str, given: HazardFiguresIn) -> HazardFiguresPeriodOut:
    """Publishes a period before its day, or corrects what was published, with a reason; it is there within a minute."""
    made = ask_for_edition(actor=actor_of(request), period=period, reason=given.reason, now=current_time())
    return describe_period(made)
