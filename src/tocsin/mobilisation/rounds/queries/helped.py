"""Doors behind which somebody needs help, for the duty desk, which has them as cases."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import towns_within
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.rounds.models import Door


@dataclass(frozen=True)
class DoorHelp:
    """What the duty desk needs of it: where, at which level, what was said at the door."""

    id: UUID
    warning_id: UUID
    region_code: str
    level: AlarmLevel
    place: str
    lon: float | None
    lat: float | None
    text: str
    found_at: datetime


def helps_without_case(most: int) -> list[DoorHelp]:
    """Those for which a case is wanted and none was opened yet, the oldest first."""
    waiting = Door.objects.filter(case_wanted_at__isnull=False, case_number="", help_at__isnull=False)
    rows = waiting.select_related("round__warning").defer("round__warning__cap").order_by("case_wanted_at", "id")
    found = list(rows[:most])
    names = towns_within({one.round.town_code for one in found if one.round.town_code})
    return [_help(one, names.get(one.round.town_code, one.round.town_code)) for one in found]


def _help(door: Door, town: str) -> DoorHelp:
    warning = door.round.warning
    return DoorHelp(
        id=door.pk,
        warning_id=warning.pk,
        region_code=door.region_code,
        level=AlarmLevel[warning_policy(door.region_code).doors.help_level.upper()],
        place=f"{town} {door.place}",
        lon=door.lon,
        lat=door.lat,
        text=door.words,
        found_at=door.help_at or door.case_wanted_at or warning.created_at,
    )
