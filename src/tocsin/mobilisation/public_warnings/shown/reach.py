"""How far a public warning has come, by town; and rounds of knocking on doors."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext
from ninja import Field, Schema

from tocsin.jurisdiction.areas.rules.codes import TOWN_DIGITS
from tocsin.jurisdiction.face import names_of_towns, region_names
from tocsin.mobilisation.public_warnings.queries.reach import TownReach, reach_by_town

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
    names = town_words({row.town_code for row in rows})
    return WarningReachOut(
        told=told,
        sent=sum(row.sent for row in rows),
        delivered=sum(row.delivered for row in rows),
        failed=sum(row.failed for row in rows),
        read=read,
        percent=_percent(read, told),
        complete=warning.queued_at is not None,
        towns=[_town(row, names[row.town_code]) for row in rows],
    )


def describe_rounds(rows: "Iterable[DoorRound]") -> list[DoorRoundOut]:
    """Rounds with the names of their towns."""
    found = list(rows)
    names = town_words({row.town_code for row in found})
    return [_round(row, names) for row in found]


def _round(row: "DoorRound", names: Mapping[str, str]) -> DoorRoundOut:
    return DoorRoundOut(
        id=row.pk,
        warning_id=row.warning_id,
        region_code=row.region_code,
        town_code=row.town_code,
        town=names[row.town_code],
        told=row.told,
        read=row.read,
        found_at=row.found_at,
        done_at=row.done_at,
        done_by=str(row.done_by or ""),
        doors=row.doors,
        people=row.people,
        words=row.words,
    )


def town_words(codes: Collection[str]) -> dict[str, str]:
    """What people call each: a town by its name, a whole district by its own, what nobody knows by its code. Two queries."""
    districts = {code for code in codes if len(code) < TOWN_DIGITS}
    areas = region_names(districts) if districts else {}
    wholes = {code: gettext("%(district)s, whole district") % {"district": areas.get(code, code)} for code in districts}
    return {code: code for code in codes} | wholes | names_of_towns(codes)


def town_name(code: str) -> str:
    """Of one of them."""
    return town_words({code})[code]


def _town(row: TownReach, name: str) -> TownReachOut:
    return TownReachOut(
        town_code=row.town_code,
        town=name,
        told=row.told,
        sent=row.sent,
        delivered=row.delivered,
        failed=row.failed,
        read=row.read,
        percent=_percent(row.read, row.told),
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
