"""Who lies in an area, asked of 100,000 bodies and 1,000,000 cells: from the database as a page asks, beside counting row by
row.
"""

import math
import os
import tempfile
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tocsin.base.errors import TocsinError
from tocsin.base.geometry import distance_m
from tocsin.engine.exposure.areas import circle
from tocsin.engine.exposure.grid import TILE, cells_at

if TYPE_CHECKING:
    from rich.console import Console

BODIES, QUICK_BODIES = 100_000, 2_000
TILES, QUICK_TILES = 32, 4  # along one side: 32 × 32 tiles of 1,024 cells are 1,048,576 cells
WEST, SOUTH = 119.8, 35.6
RADII_M: Final = (300.0, 1000.0, 3000.0, 15_000.0)
ASKED = 20
NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
SEED = 14


def run(console: "Console", quick: bool) -> None:
    """Prints milliseconds by radius; TocsinError where bodies are missed that a plain loop finds."""
    count, side = (QUICK_BODIES, QUICK_TILES) if quick else (BODIES, TILES)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["TOCSIN_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        import django

        django.setup()

        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        places = _fill(count, side)
        _measure(console, places, side)


def _fill(count: int, side: int) -> "list[tuple[float, float]]":
    """Bodies and a grid in an empty database; places of the bodies."""
    from django.db import transaction

    from tocsin.atlas.exposure.models import ExposedBody, PopulationGrid, PopulationTile
    from tocsin.atlas.exposure.services.bodies import mark_changed
    from tocsin.base.ids import new_id
    from tocsin.bus.bulk import insert_all
    from tocsin.jurisdiction.people.services.system import system_actor

    draw = np.random.default_rng(SEED)
    span = side * TILE / 1200
    places = list(zip((WEST + draw.random(count) * span).tolist(), (SOUTH + draw.random(count) * span).tolist(), strict=True))
    kinds = ("residential", "residential", "residential", "school", "hospital", "firm", "market")
    by = system_actor()
    shared: dict[str, Any] = {"region_code": "370213", "changed_at": NOW, "changed_by": by, "figures_on": date(2026, 1, 1)}
    with transaction.atomic():
        insert_all(
            ExposedBody(code=f"B{at}", kind=kinds[at % len(kinds)], name="x", lon=lon, lat=lat, **shared)
            for at, (lon, lat) in enumerate(places)
        )
        grid = PopulationGrid.objects.create(
            **{"region_code": "370213", "name": "x", "figures_on": date(2026, 1, 1), "at": NOW, "by": by},
            **{"cells": (side * TILE) ** 2, "people_day": 0, "people_night": 0, "people_day_off": 0, "in_force": True},
        )
        column, row = cells_at(np.array([WEST]), np.array([SOUTH]))
        tiles = [(int(column[0]) // TILE + x, int(row[0]) // TILE + y) for y in range(side) for x in range(side)]
        people = [draw.random((3, TILE, TILE), np.float32) * 60 for _tile in tiles]
        rows = [
            PopulationTile(id=new_id(), grid=grid, x=x, y=y, people=one.astype("<f4").tobytes())
            for (x, y), one in zip(tiles, people, strict=True)
        ]
        PopulationTile.objects.bulk_create(rows, batch_size=200)
        mark_changed()
    return places


def _measure(console: "Console", places: "list[tuple[float, float]]", side: int) -> None:
    from tocsin.atlas.exposure.queries.area import exposed_in
    from tocsin.atlas.exposure.queries.register import register

    began = time.perf_counter()
    register()
    console.print(
        f"{len(places):,} bodies read into columns in [bold]{time.perf_counter() - began:.2f} s[/bold], after each change"
    )
    middle = (WEST + side * TILE / 2400, SOUTH + side * TILE / 2400)
    for radius in RADII_M:
        took = []
        for number in range(ASKED):
            angle = number * math.tau / ASKED
            spot = middle[0] + 0.01 * math.cos(angle), middle[1] + 0.01 * math.sin(angle)
            began = time.perf_counter()
            found = exposed_in(circle(*spot, radius), at=NOW, place=spot)
            took.append(time.perf_counter() - began)
        inside = sum(distance_m(*spot, *place) <= radius for place in places)
        told = sum(one.count for one in found.kinds)
        if abs(told - inside) > 2 + inside * 0.01:  # a circle of 64 corners is short of 0.2 % of its area
            raise TocsinError(f"{told} bodies within {radius:g} m, {inside} by counting them one by one")
        took.sort()
        console.print(
            f"{radius:,.0f} m around: {told:,} bodies, {found.cells:,} cells, {found.count:,} people: "
            f"[bold]{1000 * took[len(took) // 2]:.1f} ms[/bold] in the middle, {1000 * took[-1]:.1f} ms at most"
        )
