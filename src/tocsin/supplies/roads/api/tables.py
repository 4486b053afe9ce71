"""Tables of travel times for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice
from tocsin.supplies.roads.queries.travel import times_of, visible_tables
from tocsin.supplies.roads.services import tables as services
from tocsin.supplies.roads.shown.tables import TravelTableOut, TravelTimeOut, describe_table, describe_time

router = Router()


class TravelTimesOut(Schema):
    items: list[TravelTimeOut]
    total: int


@router.get("/travel-tables", response=list[TravelTableOut])
def travel_tables(request: HttpRequest, wanted: Query[Slice]) -> list[TravelTableOut]:
    """Tables of travel times of your areas, newest first; the one in force of each area is asked by plans."""
    return [describe_table(one) for one in wanted.cut(visible_tables(request.user))]


@router.post("/travel-tables", response=TravelTableOut)
@costly
def take_travel_table(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> TravelTableOut:
    """Takes a table (.xlsx, .csv) for an area in place of the one before; with a wrong row nothing is taken, and every problem
    is told (`state` is `wrong`).
    """
    made = services.take_table(
        actor=actor_of(request),
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        now=current_time(),
    )
    return describe_table(made)


@router.get("/travel-tables/{uuid:travel_table_id}", response=TravelTableOut)
def travel_table(request: HttpRequest, travel_table_id: UUID) -> TravelTableOut:
    """One table with what was wrong with it."""
    return describe_table(visible_tables(request.user).get(pk=travel_table_id))


@router.get("/travel-tables/{uuid:travel_table_id}/times", response=TravelTimesOut)
def travel_times(request: HttpRequest, travel_table_id: UUID, wanted: Query[Slice]) -> TravelTimesOut:
    """The rows of a table."""
    found = wanted.part(times_of(visible_tables(request.user).get(pk=travel_table_id)))
    return TravelTimesOut(items=[describe_time(one) for one in found["items"]], total=found["total"])


@router.post("/travel-tables/{uuid:travel_table_id}/put-back", response=TravelTableOut)
def put_travel_table_back(request: HttpRequest, travel_table_id: UUID) -> TravelTableOut:
    """A table that held before holds again."""
    services.put_back(actor=actor_of(request), table_id=travel_table_id, now=current_time())
    return describe_table(visible_tables(request.user).get(pk=travel_table_id))
