"""Teams and stores near a case, as far as they are known: distance and telephone. Who is ready and what is in stock is not."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from tocsin.base.geometry import distance_m
from tocsin.command.casebook.models import Case
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.lifelines.face import assets_of_use

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation

TEAM_USES: Final = ("fire_station", "rescue_station", "repair_depot")
STORE_USES: Final = ("emergency_store",)
HELP_USES: Final = ("hospital",)
MOST: Final = 5
_USES: Final = (*TEAM_USES, *STORE_USES, *HELP_USES)


@dataclass(frozen=True)
class Mean:
    """One team, store or hospital; `metres` straight from the case, None where either place is unknown."""

    use: str
    name: str
    telephone: str
    asset_id: UUID
    metres: int | None


@dataclass(frozen=True)
class Means:
    """The nearest first. `placeless`: rescue bodies whose stations are not on the map."""

    teams: tuple[Mean, ...]
    stores: tuple[Mean, ...]
    hospitals: tuple[Mean, ...]
    placeless: "tuple[Organisation, ...]"
    has_place: bool


def means_near(case: Case, *, at: datetime) -> Means:
    """What is known in the city of the case (the first four digits of its region)."""
    lon, lat = (case.lead.lon, case.lead.lat) if case.lead is not None else (case.lon, case.lat)
    found = []
    for asset in assets_of_use(governing_prefix(case.region_code)[:4], _USES):
        metres = None if lon is None or lat is None else round(distance_m(lon, lat, asset.lon, asset.lat))
        telephone = asset.owner.telephone if asset.owner else ""
        found.append((asset.owner_id, Mean(asset.use, str(asset), telephone, asset.pk, metres)))
    found.sort(key=lambda one: (one[1].metres is None, one[1].metres or 0, one[1].name))
    known = {owner for owner, mean in found if mean.use in TEAM_USES}
    rescue = bodies_with_duty(kind="rescue", region_code=case.region_code, at=at)

    def of(uses: tuple[str, ...]) -> tuple[Mean, ...]:
        return tuple(mean for _owner, mean in found if mean.use in uses)[:MOST]

    return Means(
        teams=of(TEAM_USES),
        stores=of(STORE_USES),
        hospitals=of(HELP_USES),
        placeless=tuple(one for one in rescue if one.pk not in known),
        has_place=lon is not None and lat is not None,
    )
