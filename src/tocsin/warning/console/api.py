"""Open alarms by place for programs."""

from django.http import HttpRequest
from ninja import Router

from tocsin.screens.budgets.requests import charged
from tocsin.warning.console.queries import PlaceKind, places_of_alarms
from tocsin.warning.console.shown import PlaceOut, describe_place

router = Router()


@router.get("/places-of-alarms", response=list[PlaceOut])
@charged
def places(request: HttpRequest, kind: PlaceKind | None = None) -> list[PlaceOut]:
    """Pipes, streets, districts and cities with open alarms that you may see, the most urgent first; of one kind or of all."""
    return [describe_place(one) for one in places_of_alarms(request.user, PlaceKind if kind is None else (kind,))]
