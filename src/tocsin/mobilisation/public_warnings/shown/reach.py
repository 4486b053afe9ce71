"""How far a public warning has come, by town; and rounds of knocking on doors."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext
from ninja import Field, Schema

from tocsin.jurisdiction.face import Region
from tocsin.mobilisation.public_warnings.queries.reach import TownReach, reach_by_town
from tocsin.mobilisation.public_warnings.rules.towns import is_district, town_names

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning


class TownReachOut(Schema):
    """Of one town: subscribers told, letters sent and failed, read."""

    town_code: str
    town: str
    told: int
    sent: int
    delivered: int = Field(description="of those sent: a receipt said that it arrived")
    failed: int
    read: int
    percent: int = Field(description="read of those told; 0 where there is nobody to tell")


class WarningReachOut(Schema):
    """Of a warning: all towns concerned, the least read first."""

    told: int
    sent: int
    delivered: int = Field(description="of those sent: a receipt said that it arrived")
    failed: int
    read: int
    percent: int
    complete: bool = Field(description="everybody concerned has a row")
    towns: list[TownReachOut]


class DoorRoundOut(Schema):
    """A town that read too little, and what came of knocking on doors."""

    id: UUID
    warning_id: UUID
    region_code: str
    town_code: str
    town: str
    told: int
    read: int
    found_at: datetime
    done_at: datetime | None
    done_by: str
    doors: int | None
    people: int | None
    words: str


def describe_reach(warning: "PublicWarning") -> WarningReachOut:
    """As it stands now."""
    rows = reach_by_town(warning)
    told, read = sum(row.told for row in rows), sum(row.read for row in rows)
    return WarningReachOut(
        told=told,
        sent=sum(row.sent for row in rows),
        delivered=sum(row.delivered for row in rows),
        failed=sum(row.failed for row in rows),
        read=read,
        percent=_percent(read, told),
        complete=warning.queued_at is not None,
        towns=[_town(row) for row in rows],
    )


def describe_round(row: "DoorRound") -> DoorRoundOut:
    """One of them."""
    return DoorRoundOut(
        id=row.pk,
        warning_id=row.warning_id,
        region_code=row.region_code,
        town_code=row.town_code,
        town=town_name(row.town_code),
        told=row.told,
        read=row.read,
        found_at=row.found_at,
        done_at=row.done_at,
        done_by=str(row.done_by or ""),
        doors=row.doors,
        people=row.people,
        words=row.words,
    )


def town_name(code: str) -> str:
    """As the list of towns has it, a whole district by its own name; its code where it is not there."""
    if is_district(code):
        return gettext("%(district)s, whole district") % {"district": Region.objects.filter(code=code).first() or code}
    return town_names().get(code, code)


def _town(row: TownReach) -> TownReachOut:
    return TownReachOut(
        town_code=row.town_code,
        town=town_name(row.town_code),
        told=row.told,
        sent=row.sent,
        delivered=row.delivered,
        failed=row.failed,
        read=row.read,
        percent=_percent(row.read, row.told),
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
