"""Where a unit has to go: what is thought to be at fault, and where it will dig."""

from dataclasses import dataclass
from typing import Any

from tocsin.base.geometry import distance_m
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import root_of
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.lifelines.face import assets_by_code
from tocsin.warning.face import newest_diagnoses

HERE_M = 5.0  # nearer than that the suspected place is where it rings


@dataclass(frozen=True)
class Spot:
    """A place in degrees (WGS84)."""

    lon: float
    lat: float


def symptom_of(case: Case) -> Spot | None:
    """Where it rings, or where a person saw it."""
    told = root_of(case).lead or case
    return Spot(told.lon, told.lat) if told.lon is not None and told.lat is not None else None


def diagnosis_of(case: Case) -> Any:
    """What the machine thinks now of the alarm that speaks for the case; None where it has not thought of it."""
    lead = root_of(case).lead_id
    return newest_diagnoses([lead]).get(lead) if lead else None


def suspected_place(case: Case) -> Spot | None:
    """Where the likeliest cause lies; None where nothing is thought, or it lies where it rings."""
    diagnosis = diagnosis_of(case)
    first = diagnosis.result["hypotheses"][0] if diagnosis is not None else None
    if first is None or first["lon"] is None or first["lat"] is None:
        return None
    spot, symptom = Spot(first["lon"], first["lat"]), symptom_of(case)
    if symptom is not None and distance_m(spot.lon, spot.lat, symptom.lon, symptom.lat) < HERE_M:
        return None
    return spot


def digging_place(order: Order) -> Spot | None:
    """Where its unit will dig, as far as is known: at what it found, else at what is suspected, else where it rings."""
    return _found(order) or suspected_place(order.case) or symptom_of(order.case)


def _found(order: Order) -> Spot | None:
    found = OrderEntry.objects.filter(order=order, act=OrderAct.FIND_CAUSE.value).order_by("-version").first()
    if found is None:
        return None
    asset = assets_by_code(order.region_code, [found.data["asset_code"]]) if found.data.get("asset_code") else {}
    for one in asset.values():
        return Spot(one.lon, one.lat)
    return Spot(found.data["lon"], found.data["lat"]) if found.data.get("lon") is not None else None
