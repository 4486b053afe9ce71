"""Population grids for programs."""

from datetime import date

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.atlas.exposure.queries.bodies import visible_grids
from tocsin.atlas.exposure.services import grids
from tocsin.atlas.exposure.shown.bodies import PopulationGridOut, describe_grid
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class GridFromBodiesIn(Schema, extra="forbid"):
    region_code: str


@router.get("/population-grids", response=list[PopulationGridOut])
def population_grids(request: HttpRequest, wanted: Query[Slice]) -> list[PopulationGridOut]:
    """Grids of your regions, newest first; one of each region is in force."""
    return [describe_grid(one, current_time()) for one in wanted.cut(visible_grids(request.user))]


@router.post("/population-grids", response=PopulationGridOut)
@costly
def take_grid(
    request: HttpRequest,
    region_code: Form[str],
    file: File[UploadedFile],
    source: Form[str] = "",
    figures_on: Form[date | None] = None,
) -> PopulationGridOut:
    """Puts a grid in force: a table with longitude, latitude and people of each cell (.xlsx, .csv)."""
    made = grids.take_grid(
        actor=actor_of(request),
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        source=source,
        figures_on=figures_on,
        now=current_time(),
    )
    return describe_grid(made, current_time())


@router.post("/population-grids/from-bodies", response=PopulationGridOut)
@costly
def grid_from_bodies(request: HttpRequest, given: GridFromBodiesIn) -> PopulationGridOut:
    """Makes a region's grid from its bodies."""
    made = grids.grid_from_bodies(actor=actor_of(request), region_code=given.region_code[:12], now=current_time())
    return describe_grid(made, current_time())
