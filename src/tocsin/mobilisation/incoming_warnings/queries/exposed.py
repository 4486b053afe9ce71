"""Who and what lies in the area of a warning, as every capability tells of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import shapely
from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.atlas.exposure.rules import FindInArea, InArea
from tocsin.jurisdiction.face import bodies_with_duty

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning


@dataclass
class Exposed:
    """By holder what lies in the area; bodies without one are left out. `volunteers`: how many there are."""

    desks: "dict[UUID, Organisation]" = field(default_factory=dict)
    owners: dict[UUID, dict[str, int]] = field(default_factory=dict)
    firms: dict[UUID, InArea] = field(default_factory=dict)
    volunteers: int = 0


def exposed_to(warning: "IncomingWarning", at: datetime) -> Exposed:
    """Desks of the governments of its counties, bodies with sensors or networks in it, firms, volunteers."""
    found = Exposed()
    for county in warning.counties:
        for desk in bodies_with_duty(kind="government", region_code=county, at=at)[:1]:
            found.desks[desk.pk] = desk
    for row in things_in_area(warning):
        if row.holding == "firm" and row.object_id is not None:
            found.firms[row.object_id] = row
        elif row.holding == "volunteers":
            found.volunteers += row.count
        elif row.organisation_id is not None:
            owned = found.owners.setdefault(row.organisation_id, {})
            owned[row.holding] = owned.get(row.holding, 0) + row.count
    return found


def things_in_area(warning: "IncomingWarning") -> Iterable[InArea]:
    """Everything that the capabilities of the catalogue's `IN_AREA` have there; nothing where the area is empty."""
    if not warning.shape:
        return
    shape = shapely.geometry.shape(warning.shape)
    shapely.prepare(shape)
    for name in settings.IN_AREA:
        find: FindInArea = import_string(name.replace(":", "."))
        yield from find(shape, warning.counties)
