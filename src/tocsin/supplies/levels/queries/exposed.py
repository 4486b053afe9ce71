"""How many people an area holds by the register of exposed bodies, as a proposal that a person edits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from tocsin.atlas.face import exposed_in, region_shapes
from tocsin.base.decoding import convert
from tocsin.jurisdiction.face import Person, may, region_prefixes
from tocsin.supplies.levels.rules.people import PeopleBasis, PeopleFrom

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class PeopleArea:
    """An area of which people are asked, by the name under which a form sends it. `count`: where its owner knows the people."""

    key: str
    source: PeopleFrom
    label: str = ""
    metres: float = 0
    shape: "BaseGeometry | None" = None
    count: int | None = None


def people_in(user: Person, area: PeopleArea, now: datetime, days: int = 1) -> PeopleBasis | None:
    """The people there at the fullest time of so many days, as far as the reader may know; None where nobody knows."""
    if area.count is not None:
        return PeopleBasis(area.source, area.count, now, area.label, area.metres)
    prefixes = region_prefixes(user, "exposure.see")
    if area.shape is None or area.shape.is_empty or not prefixes:
        return None
    found = exposed_in(area.shape, at=now, until=now + timedelta(days=days), prefixes=prefixes)
    if not found.known:
        return None
    return PeopleBasis(
        source=area.source,
        count=found.count,
        at=now,
        label=area.label,
        metres=area.metres,
        slot=cast("Literal['day', 'night', 'day_off']", found.slot.name.lower()),
        from_bodies=round(found.from_bodies[found.slot]),
        from_grid=round(found.from_grid[found.slot]),
        oldest=found.oldest,
        newest=found.newest,
    )


def people_of_region(user: Person, region_code: str, now: datetime) -> PeopleBasis | None:
    """Everybody in a city or county; None where its border or its people are not known, or not to this reader."""
    shape = region_shapes().get(region_code)
    if shape is None or not may(user, "exposure.see", region_code):
        return None
    return people_in(user, PeopleArea("region", PeopleFrom.REGION, region_code, shape=shape), now)


def kept_basis(row: Any) -> PeopleBasis | None:
    """As it was kept; None where the number was typed."""
    return convert(row, PeopleBasis) if row else None


def basis_row(basis: PeopleBasis | None) -> dict[str, object] | None:
    """As it is kept."""
    return cast("dict[str, object]", msgspec.to_builtins(basis)) if basis else None
