"""Open alarms rolled up to what they belong to: pipes, streets, districts, cities."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models.functions import Coalesce

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import all_regions
from tocsin.lifelines.face import pipes_at
from tocsin.warning.alarms.queries.alarms import open_alarms_seen
from tocsin.warning.alarms.rules.states import SET_ASIDE, UNACKNOWLEDGED, AlarmState

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


class PlaceKind(StrEnum):
    """What alarms are rolled up to."""

    PIPE = "pipe"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


@dataclass
class Place:
    """A pipe, street, district or city with its open alarms. `by_level` counts those that are not set aside."""

    kind: PlaceKind
    key: str  # the pipe's id, the street, the code of the area
    name: str
    region_code: str
    by_level: dict[AlarmLevel, int] = field(default_factory=lambda: dict.fromkeys(AlarmLevel, 0))
    unacknowledged: int = 0
    set_aside: int = 0
    alarm_ids: list[UUID] = field(default_factory=list)

    @property
    def highest(self) -> AlarmLevel:
        """The highest level of what is not set aside."""
        return max((level for level, count in self.by_level.items() if count), default=AlarmLevel.NONE)

    def add(self, alarm_id: UUID, level: int, state: AlarmState) -> None:
        """Counts one alarm."""
        self.alarm_ids.append(alarm_id)
        if state in SET_ASIDE:
            self.set_aside += 1
            return
        self.by_level[AlarmLevel(level)] += 1
        self.unacknowledged += state in UNACKNOWLEDGED


def places_of_alarms(user: "Person", kinds: Iterable[PlaceKind] = PlaceKind) -> list[Place]:
    """Every place with an open alarm that the user may see, the most urgent first; one alarm counts in all that it belongs to.

    A pipe has the alarms at it and at what it ends at: one manhole counts for each of its pipes.
    """
    wanted = set(kinds)
    asset_id, code = Coalesce("sensor__asset_id", "asset_id"), Coalesce("sensor__asset__code", "asset__code")
    street = Coalesce("sensor__asset__street", "asset__street")
    columns = ("pk", "region_code", "shown_level", "state")
    rows = list(
        open_alarms_seen(user)
        .annotate(at_id=asset_id, at_code=code, at_street=street)
        .values_list(*columns, "at_code", "at_street")
    )
    names = {region.pk: str(region) for region in all_regions()} if rows else {}
    pipes = _pipes(rows) if PlaceKind.PIPE in wanted else {}
    found: dict[tuple[PlaceKind, str], Place] = {}
    for pk, region, level, state, at_code, at_street in rows:
        city = f"{region[:4]}00"
        belongs = [(PlaceKind.CITY, city, names.get(city, city)), (PlaceKind.DISTRICT, region, names.get(region, region))]
        if at_street:
            belongs.append((PlaceKind.STREET, at_street, at_street))
        belongs += [(PlaceKind.PIPE, str(pipe_id), name) for pipe_id, name in pipes.get((region, at_code or ""), ())]
        for kind, key, name in belongs:
            if kind in wanted:
                place = found.setdefault(
                    (kind, f"{region} {key}" if kind is PlaceKind.STREET else key), Place(kind, key, name, region)
                )
                place.add(pk, level, AlarmState(state))
    order = list(PlaceKind)
    return sorted(found.values(), key=lambda one: (order.index(one.kind), -one.highest, -len(one.alarm_ids), one.name))


def _pipes(rows: Iterable[tuple[UUID, str, int, str, str | None, str | None]]) -> dict[tuple[str, str], list[tuple[UUID, str]]]:
    codes: dict[str, set[str]] = {}
    for _pk, region, _level, _state, code, _street in rows:
        if code:
            codes.setdefault(region, set()).add(code)
    return {(region, code): pipes for region, asked in codes.items() for code, pipes in pipes_at(region, asked).items()}
