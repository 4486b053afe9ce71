"""How many people an area holds by the register of exposed bodies, as a proposal that a person edits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import msgspec
import shapely

from tocsin.atlas.face import exposed_in, region_shapes, town_names, town_shapes
from tocsin.base.decoding import convert
from tocsin.jurisdiction.face import Person, all_regions, may, region_prefixes
from tocsin.supplies.levels.rules.people import PeopleBasis, PeopleFrom

LONGEST_LABEL: Final = 300

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


@dataclass(frozen=True)
class PartOfRegion:
    """A town of a county, or a county of a city, with everybody in it; `basis`: None where nobody knows."""

    code: str
    name: str
    basis: PeopleBasis | None


def parts_of_region(user: Person, region_code: str, now: datetime) -> list[PartOfRegion]:
    """The counties of a city, or the towns of a county whose outlines a department delivers, with their people by the register
    and the population grid; none for a reader who may not know.
    """
    if not may(user, "exposure.see", region_code):
        return []
    names = _names_of_parts(region_code)
    return [
        PartOfRegion(code, names.get(code, code), people_in(user, _part(code, names.get(code, code), shape), now))
        for code, shape in sorted(_shapes_of_parts(region_code).items())
    ]


def people_of_parts(user: Person, region_code: str, codes: Collection[str], now: datetime) -> PeopleBasis | None:
    """Everybody in these parts of a region together, at the one time of day at which there are most of them; None where one of
    them is no part of it, or nobody knows.
    """
    shapes, names = _shapes_of_parts(region_code), _names_of_parts(region_code)
    if not codes or not set(codes) <= set(shapes) or not may(user, "exposure.see", region_code):
        return None
    chosen = sorted(set(codes))
    label = ", ".join(names.get(code, code) for code in chosen)
    area = _part(region_code, label[:LONGEST_LABEL], shapely.union_all([shapes[code] for code in chosen]))
    return people_in(user, area, now)


def _part(code: str, label: str, shape: "BaseGeometry") -> PeopleArea:
    return PeopleArea(f"part:{code}", PeopleFrom.PARTS, label, shape=shape)


def _shapes_of_parts(region_code: str) -> "dict[str, BaseGeometry]":
    if region_code.endswith("00"):
        city = region_code[:4]
        return {code: one for code, one in region_shapes().items() if code.startswith(city) and code != region_code}
    return dict(town_shapes(region_code))


def _names_of_parts(region_code: str) -> dict[str, str]:
    if region_code.endswith("00"):
        return {one.code: str(one) for one in all_regions().filter(code__startswith=region_code[:4])}
    return town_names(region_code)


def kept_basis(row: Any) -> PeopleBasis | None:
    """As it was kept; None where the number was typed."""
    return convert(row, PeopleBasis) if row else None


def basis_row(basis: PeopleBasis | None) -> dict[str, object] | None:
    """As it is kept."""
    return cast("dict[str, object]", msgspec.to_builtins(basis)) if basis else None
