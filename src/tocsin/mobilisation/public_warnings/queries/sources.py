"""What a public warning may be drafted from, as far as its author may see it."""

from math import ceil
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.base.levels import AlarmLevel
from tocsin.hazchem.face import visible_estimates, warned_area, words_in
from tocsin.jurisdiction.face import may
from tocsin.mobilisation.public_warnings.rules.places import Circle, Place, Plume
from tocsin.mobilisation.public_warnings.rules.sources import WarningSource
from tocsin.warning.face import AlarmWords, alarms_by_id, visible_early_signs

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

CHEMICAL: Final = "hazardous_chemical"  # the kind of warning that a release is
WIDEST_HALF_ANGLE: Final = 90.0
_LEVELS = {AlarmLevel.RED: "red", AlarmLevel.ORANGE: "orange", AlarmLevel.YELLOW: "yellow", AlarmLevel.BLUE: "blue"}


def source_of(user: "Person", kind: str, source_id: UUID | None) -> WarningSource | None:
    """The thing that a warning is drafted from; None where there is none, or the user may not see it."""
    name = settings.WARNING_SOURCES.get(kind)
    if name is None or source_id is None:
        return None
    found: WarningSource | None = import_string(name.replace(":", "."))(user, source_id)
    return found


def from_alarm(user: "Person", alarm_id: UUID) -> WarningSource | None:
    """An alarm."""
    alarm = next(iter(alarms_by_id([alarm_id])), None)
    if alarm is None or not may(user, "alarms.see", alarm.region_code):
        return None
    level = _LEVELS.get(AlarmLevel(alarm.level or alarm.peak_level), "")
    return WarningSource(AlarmWords.from_orm(alarm).title, alarm.region_code, level, alarm.lon, alarm.lat)


def from_release(user: "Person", estimate_id: UUID) -> WarningSource | None:
    """What a release from a plant would do: its area and what to do there; the level is the commander's to choose."""
    row = visible_estimates(user).filter(pk=estimate_id).first()
    if row is None:
        return None
    area = warned_area(row)
    place: Place | None = None
    if area is not None and area.towards_deg is not None and area.half_angle_deg is not None:
        length_m = float(ceil(area.reach_m))
        place = Plume(area.lat, area.lon, area.towards_deg, length_m, min(area.half_angle_deg, WIDEST_HALF_ANGLE))
    elif area is not None:
        place = Circle(area.lat, area.lon, float(ceil(area.reach_m)))
    measures = {language: words_in(row, language) for language in ("zh", "en")}
    return WarningSource(row.title[:60], row.region_code, "", row.lon, row.lat, kind=CHEMICAL, place=place, measures=measures)


def from_early_sign(user: "Person", early_sign_id: UUID) -> WarningSource | None:
    """An early sign: nothing has crossed a limit yet, so that its level is the lowest."""
    sign = visible_early_signs(user).filter(pk=early_sign_id).first()
    return None if sign is None else WarningSource(sign.asset_code or sign.cause, sign.region_code, "blue", sign.lon, sign.lat)
