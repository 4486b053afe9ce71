"""Files of bodies and population grids for programs."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.atlas.exposure.queries.bodies import visible_grids, visible_tables
from tocsin.atlas.exposure.services import grids, tables
from tocsin.atlas.exposure.shown.bodies import (
    BodyImportOut,
    BodyRowOut,
    PopulationGridOut,
    describe_grid,
    describe_import,
    describe_row,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice

router = Router()


class TakeBodiesIn(Schema, extra="forbid"):
    leave_wrong: bool = False


class GridFromBodiesIn(Schema, extra="forbid"):
    region_code: str


class BodyRowsOut(Schema):
    items: list[BodyRowOut]
    total: int


@router.get("/body-imports", response=list[BodyImportOut])
def body_imports(request: HttpRequest, wanted: Query[Slice]) -> list[BodyImportOut]:
    """Files that were given, newest first."""
    return [describe_import(one) for one in wanted.cut(visible_tables(request.user))]


@router.post("/body-imports", response=BodyImportOut)
@costly
def preview_bodies(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> BodyImportOut:
    """Looks at a table (.xlsx, .csv) or a GeoJSON file: a verdict on every row, nothing is written."""
    made = tables.preview_bodies(
        actor=actor_of(request),
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        now=current_time(),
    )
    return describe_import(made)


@router.get("/body-imports/{uuid:body_table_id}/rows", response=BodyRowsOut)
def rows_of_body_import(request: HttpRequest, body_table_id: UUID, wanted: Query[Slice]) -> BodyRowsOut:
    """The rows of a file in its order, judged as the register is now."""
    rows = tables.judged_rows(visible_tables(request.user).get(pk=body_table_id), current_time())
    headings = tables.headings()
    items = [describe_row(one.line, one.verdict, one.cells, one.problems, headings) for one in wanted.cut(rows)]
    return BodyRowsOut(items=items, total=len(rows))


@router.post("/body-imports/{uuid:body_table_id}/take", response=BodyImportOut)
@costly
def take_bodies(request: HttpRequest, body_table_id: UUID, given: TakeBodiesIn) -> BodyImportOut:
    """Writes the right rows."""
    tables.take_bodies(actor=actor_of(request), table_id=body_table_id, leave_wrong=given.leave_wrong, now=current_time())
    return describe_import(visible_tables(request.user).get(pk=body_table_id))


@router.post("/body-imports/{uuid:body_table_id}/drop", response=BodyImportOut)
def drop_bodies(request: HttpRequest, body_table_id: UUID) -> BodyImportOut:
    """The file is not wanted."""
    tables.drop_bodies(actor=actor_of(request), table_id=body_table_id, now=current_time())
    return describe_import(visible_tables(request.user).get(pk=body_table_id))


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
