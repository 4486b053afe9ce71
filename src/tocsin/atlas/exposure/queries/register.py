"""The register as columns: read once after each change, then asked without the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import batched
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.atlas.exposure.models import ExposedBody, PopulationTile, RegisterState
from tocsin.atlas.exposure.policy import EXPOSURE, ExposurePolicy
from tocsin.atlas.exposure.rules import Origin, people_inside
from tocsin.base.geometry import distance_m
from tocsin.engine.exposure.counting import Bodies, Tiles
from tocsin.engine.exposure.grid import TILE, tiles_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ORIGINS = tuple(Origin)
_FIELDS = (
    *("id", "code", "region_code", "kind", "lon", "lat", "shape", "figures", "people_day", "people_night", "people_day_off"),
    *("within__active", "figures_on"),
)
SAME_M = 300.0  # a body farther from the premises with its code is another region's
_CHUNK = 5000
_PART = 256  # tiles of 12 kB
_MOST_PARTS = 20  # registers of some regions, beside the whole


@dataclass(frozen=True, eq=False)
class Register:
    """All bodies in use as columns; `code` is that of whoever keeps it, `kind` is the position in `kinds`, `origin` that in
    ORIGINS, `day` the figures' date as ordinal.
    """

    bodies: Bodies
    ids: list[UUID]
    codes: list[str]
    region: NDArray[np.str_]
    kinds: tuple[str, ...]
    kind: NDArray[np.int32]
    origin: NDArray[np.int32]
    day: NDArray[np.int32]

    @cached_property
    def by_code(self) -> "dict[str, list[int]]":
        """Positions of the bodies with a code; several regions may use the same."""
        found: dict[str, list[int]] = {}
        for at, code in enumerate(self.codes):
            found.setdefault(code, []).append(at)
        return found

    @cached_property
    def _parts(self) -> "dict[tuple[str, ...], Register]":
        """What was asked for by regions: readers of the same regions share it as long as nothing changes."""
        return {}

    def within(self, prefixes: tuple[str, ...]) -> "Register":
        """Those of the regions whose code begins so."""
        found = self._parts.get(prefixes)
        if found is None:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            found = self._parts[prefixes] = self._of_regions(prefixes)
        return found

    def _of_regions(self, prefixes: tuple[str, ...]) -> "Register":
        kept = np.zeros(len(self.ids), np.bool_)
        for prefix in prefixes:
            kept |= np.char.startswith(self.region, prefix)
        if kept.all():
            return self
        at = np.flatnonzero(kept)
        new = {old: place for place, old in enumerate(at.tolist())}
        old_bodies = self.bodies
        bodies = Bodies(
            lon=old_bodies.lon[at],
            lat=old_bodies.lat[at],
            people=old_bodies.people[at],
            covers=old_bodies.covers[at],
            shapes={new[old]: shape for old, shape in old_bodies.shapes.items() if old in new},
        )
        ids, codes = [self.ids[old] for old in at.tolist()], [self.codes[old] for old in at.tolist()]
        return Register(bodies, ids, codes, self.region[at], self.kinds, self.kind[at], self.origin[at], self.day[at])


_by_code: "list[PeopleByCode]" = []
_kept: list[tuple[UUID | None, tuple[str, ...], Register]] = []  # as last read by this process, and under which mark and policy


def register() -> Register:
    """The register as it is now: read anew where a body has changed or the policy has."""
    mark = RegisterState.objects.values_list("mark", flat=True).first()
    policy = EXPOSURE.in_force()
    if not _kept or _kept[0][0] != mark or _kept[0][1] != policy.versions:
        rows = ExposedBody.objects.filter(active=True).order_by("pk").values_list(*_FIELDS).iterator(chunk_size=_CHUNK)
        _kept[:] = [(mark, policy.versions, _columns(rows if mark is not None else iter(()), policy.value))]
    return _kept[0][2]


def _columns(rows: Iterable[tuple[Any, ...]], policy: ExposurePolicy) -> Register:
    kinds = policy.by_code
    names = (*kinds, "")
    place = {name: at for at, name in enumerate(names)}
    inside = {code: {one.code: one.inside for one in kind.attributes} for code, kind in kinds.items()}
    ids: list[UUID] = []
    codes: list[str] = []
    columns: tuple[list[Any], ...] = ([], [], [], [], [], [], [], [])
    shapes: dict[int, BaseGeometry] = {}
    for one, own_code, region, code, lon, lat, shape, figures, day, night, day_off, within, on in rows:
        kind = kinds.get(code)
        usual = kind.usual if kind else (0, 0, 0)
        people, origin = people_inside((day, night, day_off), figures, inside.get(code, {}), usual, part=bool(within))
        covers = kind is not None and kind.covers
        if shape is not None and not covers:
            shapes[len(ids)] = shapely.geometry.shape(shape)
        ids.append(one)
        codes.append(own_code)
        told = (region, place.get(code, len(names) - 1), lon, lat, people, covers, ORIGINS.index(origin), _ordinal(on))
        for column, value in zip(columns, told, strict=True):
            column.append(value)
    region, kind_at, lon, lat, people_of, covers_of, origins, days = columns
    bodies = Bodies(
        lon=np.array(lon, np.float64),
        lat=np.array(lat, np.float64),
        people=np.array(people_of, np.float64).reshape(-1, 3),
        covers=np.array(covers_of, np.bool_),
        shapes=shapes,
    )
    return Register(
        bodies=bodies,
        ids=ids,
        codes=codes,
        region=np.array(region, np.str_) if region else np.zeros(0, "<U6"),
        kinds=names,
        kind=np.array(kind_at, np.int32),
        origin=np.array(origins, np.int32),
        day=np.array(days, np.int32),
    )


def _ordinal(day: date) -> int:
    return day.toordinal()


class TilesMeeting:
    """Tiles of the grids in force that an area's bounds touch, in regions whose code begins so; read some at a time.

    `days`: of which days the figures are of the tiles read so far.
    """

    def __init__(self, shape: "BaseGeometry", prefixes: tuple[str, ...] = ("",)) -> None:
        self._shape, self._prefixes = shape, prefixes
        self.days: set[date] = set()

    def __iter__(self) -> Iterator[Tiles]:
        west, south, east, north = tiles_of(self._shape)
        found = PopulationTile.objects.filter(grid__in_force=True, x__range=(west, east), y__range=(south, north))
        rows = found.values_list("grid__region_code", "grid__figures_on", "x", "y", "people").iterator(chunk_size=_PART)
        mine = (row for row in rows if row[0].startswith(self._prefixes))
        for part in batched(mine, _PART):
            self.days |= {row[1] for row in part}
            people = np.frombuffer(b"".join(bytes(row[4]) for row in part), "<f4").reshape(-1, 3, TILE, TILE)
            yield Tiles(np.array([row[2] for row in part], np.int64), np.array([row[3] for row in part], np.int64), people)


@dataclass(frozen=True, eq=False)
class PeopleByCode:
    """People of registered bodies as other parts look them up: by the code that they share with a network's premises."""

    known: Register

    def of(self, code: str, lon: float, lat: float) -> tuple[float, float] | None:
        """By day and by night in the body of that code within 300 m of the place; None where there is none."""
        for at in self.known.by_code.get(code, ()):
            if distance_m(float(self.known.bodies.lon[at]), float(self.known.bodies.lat[at]), lon, lat) <= SAME_M:
                day, night, _day_off = self.known.bodies.people[at].tolist()
                return day, night
        return None


def people_by_code() -> PeopleByCode:
    """The register as it is now; the same object as long as nothing has changed."""
    known = register()
    if not _by_code or _by_code[0].known is not known:
        _by_code[:] = [PeopleByCode(known)]
    return _by_code[0]
