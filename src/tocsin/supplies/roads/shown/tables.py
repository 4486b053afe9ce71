"""Travel times as people and programs read them."""

from uuid import UUID

from ninja import Schema

from tocsin.supplies.roads.models import TravelTime


class TravelTimeOut(Schema):
    """Minutes from a store to a place, as an area knows them."""

    id: UUID
    region_code: str
    store_id: UUID
    store: str
    place: str
    lon: float
    lat: float
    minutes: float
    km: float | None


def describe_time(one: TravelTime) -> TravelTimeOut:
    """One time; its store is loaded."""
    return TravelTimeOut(
        id=one.pk,
        region_code=one.region_code,
        store_id=one.store_id,
        store=one.store.name,
        place=one.place,
        lon=one.lon,
        lat=one.lat,
        minutes=one.minutes,
        km=one.km,
    )
