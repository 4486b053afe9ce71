"""What a code that was scanned on site says of the place: a label of a unit, or the sign of a firm."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import pgettext

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.queries.labels import unit_of_label
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.supervision.face import object_of_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class ScannedPlace:
    """Where a genuine code stands; `unit_id` None for the sign of the firm as a whole."""

    firm_id: UUID
    unit_id: UUID | None
    name: str


def scanned_place(code: str, at: datetime) -> ScannedPlace | None:
    """What was scanned at that time; None for what is no code of ours, or holds no more."""
    unit = unit_of_label(code)
    if unit is not None:
        return ScannedPlace(unit.object_id, unit.pk, unit.name)
    firm = object_of_code(code.rsplit("/q/", 1)[-1].strip("/"), now=at) if "/q/" in code else None
    return ScannedPlace(firm.pk, None, firm.name) if firm is not None else None


def stands_at(permit: "WorkPermit", place: ScannedPlace | None) -> bool:
    """Whether it is the place of a permit: its unit's label, or its firm's sign; where the permit names no unit, any unit's."""
    if place is None or place.firm_id != permit.object_id:
        return False
    return None in (place.unit_id, permit.unit_id) or place.unit_id == permit.unit_id


def name_of_place(permit: "WorkPermit", place: ScannedPlace | None) -> str:
    """What was scanned, as those on site may be told: another firm's places are not named."""
    if place is None:
        return pgettext("scanned", "no code of a sign or label that holds")
    return place.name if place.firm_id == permit.object_id else pgettext("scanned", "a place of another firm")


def units_of_permits(user: "User", permits: "Iterable[WorkPermit]") -> QuerySet[PlantUnit]:
    """The units of the firms of these permits, so that a phone names what it scanned without a network."""
    return visible_units(user).filter(object__in={one.object_id for one in permits}).order_by("name", "pk")
