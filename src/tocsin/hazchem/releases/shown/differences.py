"""What another wind changes: how far each threshold reaches before and after, and who is in the area that is warned of."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.atlas.face import describe_area
from tocsin.hazchem.releases.queries.estimates import answer_of_row, zones_of
from tocsin.hazchem.releases.queries.surroundings import warned_zone
from tocsin.hazchem.releases.shown.estimates import threshold_name

if TYPE_CHECKING:
    from tocsin.hazchem.releases.models import ReleaseEstimate
    from tocsin.jurisdiction.face import Person


class ReleaseReachOut(Schema):
    """How far a threshold reaches, before and after; null where it reaches nowhere."""

    threshold_name: str
    before_m: int | None
    after_m: int | None


class ReleaseBodyOut(Schema):
    """A body that came into the area or left it."""

    id: UUID
    name: str
    telephone: str


class ReleaseDifferenceOut(Schema):
    """Against the estimate that it was made from. Bodies are empty for who may not see them."""

    earlier_id: UUID
    reaches: list[ReleaseReachOut]
    entered: list[ReleaseBodyOut] = Field(description="in the area now, and not before")
    left: list[ReleaseBodyOut] = Field(description="in the area before, and not now")


def describe_difference(row: "ReleaseEstimate", user: "Person", *, sees: bool, at: datetime) -> ReleaseDifferenceOut | None:
    """None for an estimate that was not made from another one."""
    earlier = row.earlier
    if earlier is None:
        return None
    before, after = ({one.threshold: one.farthest_m for one in zones_of(answer_of_row(each))} for each in (earlier, row))
    codes = dict.fromkeys((*after, *before))
    was, now = (_bodies(each, user, at) if sees else {} for each in (earlier, row))
    return ReleaseDifferenceOut(
        earlier_id=earlier.pk,
        reaches=[
            ReleaseReachOut(
                threshold_name=threshold_name(code), before_m=_whole(before.get(code)), after_m=_whole(after.get(code))
            )
            for code in codes
        ],
        entered=[body for key, body in now.items() if key not in was],
        left=[body for key, body in was.items() if key not in now],
    )


def _bodies(row: "ReleaseEstimate", user: "Person", at: datetime) -> dict[UUID, ReleaseBodyOut]:
    zone = warned_zone(answer_of_row(row))
    if zone is None:
        return {}
    told = describe_area(user, zone.shape, at=at, place=(row.lon, row.lat)).bodies
    return {one.id: ReleaseBodyOut(id=one.id, name=one.name, telephone=one.telephone) for one in told}


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)
