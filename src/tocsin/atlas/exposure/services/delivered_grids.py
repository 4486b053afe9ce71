"""The population grid of a region as a data resource: what is delivered there and served is what counts people."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
import polars as pl
from django.db import transaction
from django.utils import timezone

from tocsin.atlas.exposure.models import PopulationGrid
from tocsin.atlas.exposure.queries.grids import grid_resource, grid_resources
from tocsin.atlas.exposure.services.grids import HEADINGS, MOST_IN_A_CELL, MOST_ROWS, SLOTS, GridCells, put_in_force
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.services.notices import tell_of_uncounted
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.atlas.resources.models import Delivery, Resource
    from tocsin.engine.exposure.grid import Floats

_PLACE: Final = ("_west", "_south", "_east", "_north")


def take_delivered_grids(*, now: datetime) -> int:
    """Puts the grid in force that each region's resource serves now; how many there were."""
    known = set(PopulationGrid.objects.filter(delivery__isnull=False).values_list("region_code", "delivery", "in_force"))
    waiting = [one for one in grid_resources() if (one.region_code, one.good_id, True) not in known]
    return sum(_take(one.pk, one.region_code, now) for one in waiting)


def _take(resource_id: UUID, region_code: str, now: datetime) -> int:
    resource = grid_resource(region_code)
    if resource is None or resource.good is None or resource.pk != resource_id:
        return 0
    cells, left_out = _cells(resource)
    if not len(cells.lon):
        return _refuse(resource, resource.good, left_out, now)
    grid = put_in_force(
        actor=resource.good.by,
        region_code=region_code,
        name=resource.good.file_name,
        source=resource.name_zh,
        figures_on=timezone.localdate(resource.good.landed_at or now),
        cells=cells,
        now=now,
        delivery=resource.good,
    )
    if left_out:
        told = {"resource": resource.slug, "rows": left_out}
        record_audit(resource.good.by, "population_grid.rows_left_out", "population_grid", grid.pk, region_code, told)
    return 1


@transaction.atomic
def _refuse(resource: "Resource", delivery: "Delivery", left_out: int, now: datetime) -> int:
    """A delivery of which no row counts anybody leaves the grid before it in force; it is written down, its owner told, once."""
    refused = "population_grid.delivery_refused"
    made, is_new = PopulationGrid.objects.get_or_create(
        region_code=resource.region_code,
        delivery=delivery,
        defaults={
            "name": delivery.file_name,
            "source": resource.name_zh,
            "figures_on": timezone.localdate(delivery.at),
            "at": delivery.at,
            "by": delivery.by,
            "cells": 0,
            "people_day": 0.0,
            "people_night": 0.0,
            "people_day_off": 0.0,
        },
    )
    if is_new:
        told = {"resource": resource.slug, "rows": left_out}
        record_audit(delivery.by, refused, "population_grid", made.pk, resource.region_code, told)
        tell_of_uncounted(resource, delivery, now)
    return 0


def _cells(resource: "Resource") -> tuple[GridCells, int]:
    """Middle and people of each row, by day, by night and on a day off; and how many rows count nobody that could be."""
    rows = rows_of(resource.pk).collect()
    named = {slot: _column(rows, slot) for slot in ("people", *SLOTS)}
    all_day = named["people"]
    day = pl.coalesce(named["people_day"], all_day, named["people_night"])
    people = {
        "day": day,
        "night": pl.coalesce(named["people_night"], all_day, day),
        "day_off": pl.coalesce(named["people_day_off"], all_day, day),
    }
    west, south, east, north = (pl.col(name) for name in _PLACE)
    told = rows.select(((west + east) / 2).alias("lon"), ((south + north) / 2).alias("lat"), **people)
    sound = told.drop_nulls().filter(pl.all_horizontal(pl.col(name).is_between(0, MOST_IN_A_CELL) for name in people))
    kept = sound.head(MOST_ROWS)
    counts: Floats = kept.select(list(people)).to_numpy().astype(np.float64)
    return GridCells(kept["lon"].to_numpy(), kept["lat"].to_numpy(), counts), rows.height - kept.height


def _column(rows: pl.DataFrame, slot: str) -> pl.Expr:
    name = next((one for one in (slot, *HEADINGS[slot]) if one in rows.columns), None)
    return pl.lit(None, dtype=pl.Float64) if name is None else pl.col(name).cast(pl.Float64, strict=False)
