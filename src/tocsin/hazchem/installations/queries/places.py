"""What a code that was scanned on site says of the place: a label of a unit, or the sign of a firm."""

from collections.abc import Collection
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
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject


@dataclass(frozen=True)
class ScannedPlace:
    """Where a genuine code stands; `unit_id` None for the sign of the firm as a whole."""

    firm_id: UUID
    unit_id: UUID | None
    name: str


@dataclass(frozen=True)
class ExpectedPlace:
    """Where something is done: at a unit of a firm; `unit` None where any of its units will do."""

    firm: "SupervisedObject"
    unit: PlantUnit | None

    @property
    def name(self) -> str:
        """What the place is called."""
        return self.unit.name if self.unit is not None else self.firm.name


def scanned_place(code: str, at: datetime) -> ScannedPlace | None:
    """What was scanned at that time; None for what is no code of ours, or holds no more."""
    unit = unit_of_label(code)
    if unit is not None:
        return ScannedPlace(unit.object_id, unit.pk, unit.name)
    firm = object_of_code(code.rsplit("/q/", 1)[-1].strip("/"), now=at) if "/q/" in code else None
    return ScannedPlace(firm.pk, None, firm.name) if firm is not None else None


def stands_at(expected: ExpectedPlace, scanned: ScannedPlace | None) -> bool:
    """Whether it is that place: its unit's label, or its firm's sign; where no unit is named, any unit's."""
    if scanned is None or scanned.firm_id != expected.firm.pk:
        return False
    return None in (scanned.unit_id, expected.unit) or (expected.unit is not None and scanned.unit_id == expected.unit.pk)


def name_of_place(expected: ExpectedPlace, scanned: ScannedPlace | None) -> str:
    """What was scanned, as those on site may be told: another firm's places are not named."""
    if scanned is None:
        return pgettext("scanned", "no code of a sign or label that holds")
    return scanned.name if scanned.firm_id == expected.firm.pk else pgettext("scanned", "a place of another firm")


def units_of_firms(user: "User", firms: Collection[UUID]) -> QuerySet[PlantUnit]:
    """The units of these firms, so that a phone names what it scanned without a network."""
    return visible_units(user).filter(object__in=firms).order_by("name", "pk")
