"""Population grids: read from a table of cells or made from the bodies of a region, put in force whole."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.atlas.exposure.models import PopulationGrid, PopulationTile
from tocsin.atlas.exposure.queries.bodies import KEEP
from tocsin.atlas.exposure.queries.grids import grid_resource
from tocsin.atlas.exposure.queries.register import register
from tocsin.atlas.exposure.services.bodies import check_region
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.base.tables import rows_below_headings
from tocsin.bus.bulk import in_batches
from tocsin.engine.exposure.grid import TILE, Floats, cells_at
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.atlas.resources.models import Delivery
    from tocsin.jurisdiction.face import User

MOST_BYTES, MOST_ROWS, MOST_IN_A_CELL = 8_000_000, 200_000, 50_000
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "lon": ("经度",),
    "lat": ("纬度",),
    "people": ("人数", "人口", "常住人口"),
    "people_day": ("白天人数", "日间人数"),
    "people_night": ("夜间人数", "夜晚人数"),
    "people_day_off": ("节假日人数", "休息日人数"),
}
SLOTS: Final = ("people_day", "people_night", "people_day_off")
_SHOWN_ERRORS: Final = 10


class GridCells(NamedTuple):
    """The middle of each cell in degrees, and its people by day, by night and on a day off (float64[n, 3])."""

    lon: Floats
    lat: Floats
    people: Floats


def take_grid(
    *,
    actor: "User",
    region_code: str,
    file_name: str,
    content: bytes,
    source: str,
    figures_on: date | None,
    now: datetime,
) -> PopulationGrid:
    """Reads cells from a table (the middle of each, and its people), and puts them in force in place of the region's grid.

    Where only `people` is given, they count at every time of day. InvalidInput names the lines that are wrong; then nothing is
    taken.
    """
    require(actor, KEEP, region_code)
    check_region(region_code)
    _require_no_resource(region_code)
    cells = read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20)
    rows = rows_below_headings(cells, HEADINGS, ("lon", "lat"))
    lon, lat, people = _read(rows)
    return put_in_force(
        actor=actor,
        region_code=region_code,
        name=storable(file_name)[:200],
        source=storable(source.strip())[:200],
        figures_on=figures_on,
        cells=GridCells(lon, lat, people),
        now=now,
    )


def grid_from_bodies(*, actor: "User", region_code: str, now: datetime) -> PopulationGrid:
    """Sums the people of the region's bodies by cell, as a grid to hand on; where dwellings stand these count themselves."""
    require(actor, KEEP, region_code)
    check_region(region_code)
    _require_no_resource(region_code)
    known = register().within((region_code,))
    if not len(known.ids):
        raise InvalidInput(_("The region has no bodies to make a grid from."))
    oldest = date.fromordinal(int(known.day.min()))
    bodies = known.bodies
    cells = GridCells(bodies.lon, bodies.lat, bodies.people)
    return put_in_force(actor=actor, region_code=region_code, name="", source="", figures_on=oldest, cells=cells, now=now)


def _require_no_resource(region_code: str) -> None:
    """One truth: where the grid is a data resource, nothing else takes its place."""
    resource = grid_resource(region_code)
    if resource is not None:
        raise Conflict(
            _("The grid of this region is the data resource %(name)s (%(slug)s): deliver it there.")
            % {"name": resource.name_zh, "slug": resource.slug}
        )


def _read(rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[Floats, Floats, Floats]:
    """Places and people of all rows; InvalidInput tells the first wrong lines and how many there are."""
    values: list[tuple[float, ...]] = []
    wrong: list[str] = []
    for line, cells in rows:
        try:
            values.append(_cell(cells))
        except ValueError as why:
            wrong.append(_("line %(line)s: %(why)s") % {"line": line, "why": why})
    if wrong:
        more = _(" and %(count)s lines more") % {"count": len(wrong) - _SHOWN_ERRORS} if len(wrong) > _SHOWN_ERRORS else ""
        raise InvalidInput("; ".join(wrong[:_SHOWN_ERRORS]) + more)
    if not values:
        raise InvalidInput(_("The table has no rows."))
    if len(values) > MOST_ROWS:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": MOST_ROWS})
    table = np.array(values, np.float64)
    return table[:, 0], table[:, 1], table[:, 2:]


def _cell(cells: dict[str, str]) -> tuple[float, ...]:
    lon, lat = _number(cells, "lon"), _number(cells, "lat")
    if lon is None or lat is None or not (-180 <= lon <= 180 and -89.9 <= lat <= 89.9):
        raise ValueError(_("longitude and latitude are no place on the earth"))
    all_day = _number(cells, "people")
    people = [_number(cells, name) for name in SLOTS]
    day, night, day_off = (one if one is not None else all_day for one in people)
    night = night if night is not None else day
    day = day if day is not None else night
    day_off = day_off if day_off is not None else day
    if day is None or night is None or day_off is None:
        raise ValueError(_("nobody is counted: fill people, or people by day and by night"))
    if not all(0 <= one <= MOST_IN_A_CELL for one in (day, night, day_off)):
        raise ValueError(_("people of a cell lie between 0 and %(most)s") % {"most": MOST_IN_A_CELL})
    return lon, lat, day, night, day_off


def _number(cells: dict[str, str], name: str) -> float | None:
    text = cells.get(name, "").strip().replace(",", "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(_("%(column)s can't be read: %(text)s") % {"column": name, "text": text[:40]})
    return value


def put_in_force(
    *,
    actor: "User",
    region_code: str,
    name: str,
    source: str,
    figures_on: date | None,
    cells: GridCells,
    now: datetime,
    delivery: "Delivery | None" = None,
) -> PopulationGrid:
    """Writes the tiles some at a time, then puts the grid in the place of the other in one step; that one's tiles go."""
    today = timezone.localdate(now)
    if figures_on is not None and not date(1949, 1, 1) <= figures_on <= today:
        raise InvalidInput(_("The figures can't be of that day."))
    tiles, filled = _tiles(cells.lon, cells.lat, cells.people)
    total = cells.people.sum(axis=0)
    grid = PopulationGrid.objects.create(
        region_code=region_code,
        name=name,
        source=source,
        figures_on=figures_on or today,
        at=now,
        by=actor,
        cells=filled,
        delivery=delivery,
        people_day=float(total[0]),
        people_night=float(total[1]),
        people_day_off=float(total[2]),
    )
    in_batches(tiles, lambda some: PopulationTile.objects.bulk_create([PopulationTile(grid=grid, **one) for one in some]))
    with transaction.atomic():
        PopulationGrid.objects.filter(region_code=region_code, in_force=True).update(in_force=False)
        grid.in_force = True
        grid.save(update_fields=["in_force"])
        told = {"name": name, "cells": filled, "people_night": round(grid.people_night)}
        record_audit(actor, "population_grid.put_in_force", "population_grid", grid.pk, region_code, told)
    old = list(
        PopulationTile.objects.filter(grid__region_code=region_code, grid__in_force=False, grid__at__lte=now).values_list(
            "pk", flat=True
        )
    )
    in_batches(old, lambda some: PopulationTile.objects.filter(pk__in=some).delete())
    return grid


def _tiles(lon: Floats, lat: Floats, people: Floats) -> tuple[list[dict[str, object]], int]:
    """Tiles as rows, and how many cells hold anybody; places of one cell add up."""
    column, row = cells_at(lon, lat)
    key, place = np.unique(np.stack((row // TILE, column // TILE)), axis=1, return_inverse=True)
    place = place.ravel()
    sums = np.zeros((key.shape[1], 3, TILE, TILE))
    for slot in range(3):
        np.add.at(sums[:, slot], (place, row % TILE, column % TILE), people[:, slot])
    rows: list[dict[str, object]] = [
        {"id": new_id(), "x": int(x), "y": int(y), "people": sums[at].astype("<f4").tobytes()}
        for at, (y, x) in enumerate(key.T.tolist())
    ]
    return rows, int((sums > 0).any(axis=1).sum())
