"""What is entered of a permit, and what of it can't be. Values in, InvalidInput out."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.permits.rules.kinds import BlindAction, Emission, PermitKind

MOST_TAGS: Final = 30
MOST_TAG: Final = 60
HARDEST_WIND: Final = 17  # Beaufort


@dataclass(frozen=True, kw_only=True)
class PermitSheet:
    """A permit as it is applied for. `lel_percent`: lower explosive limit of what can be there, None where nothing burns;
    `disturbs`: tags of points of the unit whose alarms the work is known to cause.
    """

    kind: PermitKind
    work: str
    place: str
    begins_at: datetime
    ends_at: datetime
    hazards: str = ""
    unit_id: UUID | None = None
    serves_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    explosive_area: bool = False
    live: bool = False
    bund: bool = False
    pipe_rack: bool = False
    open_air: bool = False
    necessary: bool = False
    fall_factor: bool = False
    enriched: bool = False
    wind: int | None = None
    height_m: float | None = None
    load_t: float | None = None
    lel_percent: float | None = None
    toxics: tuple[str, ...] = ()
    emits: tuple[Emission, ...] = ()
    isolations: tuple[str, ...] = ()
    blinds: tuple[str, ...] = ()
    disturbs: tuple[str, ...] = ()
    blind: str = ""
    blind_action: BlindAction | None = None
    analyst_id: UUID | None = None
    watcher_id: UUID | None = None
    approver_id: UUID | None = None


def check_permit(sheet: PermitSheet, toxics: Collection[str], now: datetime) -> None:
    """InvalidInput where a permit can't be so."""
    for name, text, most in (("work", sheet.work, 300), ("place", sheet.place, 200)):
        if not 0 < len(text.strip()) <= most:
            raise InvalidInput("%(name)s: 1 to %(most)s characters.", name=name, most=most)
    if len(sheet.hazards) > 2000:
        raise InvalidInput("%(name)s: 1 to %(most)s characters.", name="hazards", most=2000)
    if not sheet.begins_at < sheet.ends_at:
        raise InvalidInput("The work ends after it begins.")
    if sheet.ends_at <= now:
        raise InvalidInput("The end lies ahead: a permit is no record of what was done.")
    if (sheet.lon is None) != (sheet.lat is None):
        raise InvalidInput("A place has longitude and latitude.")
    if sheet.lon is not None and sheet.lat is not None and not (-180 <= sheet.lon <= 180 and -90 <= sheet.lat <= 90):
        raise InvalidInput("%(lon)s, %(lat)s is no place in degrees.", lon=sheet.lon, lat=sheet.lat)
    if sheet.lel_percent is not None and not (math.isfinite(sheet.lel_percent) and 0 < sheet.lel_percent <= 100):
        raise InvalidInput("The lower explosive limit is a share of the volume, above 0 and at most 100 %%.")
    if sheet.wind is not None and not 0 <= sheet.wind <= HARDEST_WIND:
        raise InvalidInput("Wind is told in grades from 0 to %(most)s.", most=HARDEST_WIND)
    for one in sheet.toxics:
        if one not in toxics:
            raise InvalidInput("There is no limit for %(name)s: choose one of %(known)s.", name=one[:60], known=", ".join(toxics))
    if sheet.kind is PermitKind.HOT_WORK and sheet.explosive_area and sheet.lel_percent is None:
        raise InvalidInput("Give the lower explosive limit of what can be there: such an area is tested before fire is lit.")
    for tags in (sheet.isolations, sheet.blinds, sheet.disturbs, (sheet.blind,)):
        if len(tags) > MOST_TAGS or any(len(tag) > MOST_TAG for tag in tags):
            raise InvalidInput("At most %(count)s tags of %(most)s characters.", count=MOST_TAGS, most=MOST_TAG)
    plate, action = bool(sheet.blind.strip()), sheet.blind_action is not None
    if (plate, action) != (sheet.kind is PermitKind.BLIND_PLATE,) * 2:
        raise InvalidInput("A permit for a blind plate names the plate and whether it is inserted or removed; no other does.")
