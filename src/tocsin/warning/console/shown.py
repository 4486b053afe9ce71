"""Open alarms by place as people and programs read them."""

from uuid import UUID

from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.warning.console.queries import Place, PlaceKind

KIND_NAMES = {
    PlaceKind.CITY: pgettext_lazy("place of alarms", "Cities"),
    PlaceKind.DISTRICT: pgettext_lazy("place of alarms", "Districts"),
    PlaceKind.STREET: pgettext_lazy("place of alarms", "Streets"),
    PlaceKind.PIPE: pgettext_lazy("place of alarms", "Pipes"),
}


class PlaceOut(Schema):
    """A pipe, street, district or city with its open alarms."""

    kind: str = Field(description="pipe, street, district or city")
    key: str = Field(description="the pipe's id, the street, the code of the area")
    name: str
    region_code: str
    red: int
    orange: int
    yellow: int
    blue: int
    unacknowledged: int
    set_aside: int
    alarms: int
    alarm_ids: list[UUID]


def describe_place(place: Place) -> PlaceOut:
    """A place with its counts."""
    return PlaceOut(
        kind=place.kind.value,
        key=place.key,
        name=place.name,
        region_code=place.region_code,
        red=place.by_level[AlarmLevel.RED],
        orange=place.by_level[AlarmLevel.ORANGE],
        yellow=place.by_level[AlarmLevel.YELLOW],
        blue=place.by_level[AlarmLevel.BLUE],
        unacknowledged=place.unacknowledged,
        set_aside=place.set_aside,
        alarms=len(place.alarm_ids),
        alarm_ids=place.alarm_ids,
    )


def link_of(place: Place) -> str:
    """The filter of the list of alarms that shows those of the place."""
    match place.kind:
        case PlaceKind.PIPE:
            return f"pipe={place.key}"
        case PlaceKind.STREET:
            return f"region={place.region_code}&street={place.key}"
        case _:
            return f"region={place.key}"
