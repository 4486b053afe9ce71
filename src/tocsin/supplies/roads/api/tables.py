"""Travel times for programs; tables of them come by `POST /records/imports` with `kind=travel-times`."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.roads.queries.travel import search_times
from tocsin.supplies.roads.services import tables as services
from tocsin.supplies.roads.shown.tables import TravelTimeOut, describe_time

router = Router()


class TravelTimesOut(Schema):
    items: list[TravelTimeOut]
    total: int


@router.get("/travel-times", response=TravelTimesOut)
def travel_times(request: HttpRequest, wanted: Query[Slice], search: str = "") -> TravelTimesOut:
    """Minutes from stores to places of need in your areas, by area and place."""
    found = search_times(request.user, search)
    return TravelTimesOut(items=[describe_time(one) for one in wanted.cut(found)], total=found.count())


@router.delete("/travel-times/{uuid:travel_time_id}", response={204: None})
def remove_travel_time(request: HttpRequest, travel_time_id: UUID) -> None:
    """A way that is not driven so any more."""
    services.remove_time(actor=actor_of(request), travel_time_id=travel_time_id)
