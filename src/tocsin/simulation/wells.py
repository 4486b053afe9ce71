"""Rows of wells along the streets: what every buried utility has in common before its pipes are laid."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from tocsin.simulation.plan import Plan
from tocsin.simulation.streets import Street


@dataclass(frozen=True)
class Segment:
    """Two neighbouring wells of one utility on one street."""

    start: str
    end: str
    street: Street
    length_m: float


@dataclass(frozen=True)
class Row:
    """Where a utility runs: metres right of the street's middle, metres between wells, ranks of streets that have it."""

    aside_m: float
    spacing_m: float
    ranks: Collection[str]
    minor_share: float = 1.0  # of minor streets, where they are among the ranks
    streets: frozenset[str] | None = None  # names of the only streets that have it; None = as the ranks say


def dig_wells(plan: Plan, row: Row, make: Callable[[float, float, Street], str]) -> list[Segment]:
    """Makes the wells of one utility with `make(x_m, y_m, street)`; wells at junctions are shared by both streets."""
    shared: dict[int, str] = {}
    segments: list[Segment] = []
    for street in plan.streets.streets:
        if row.streets is not None and street.name not in row.streets:
            continue
        if street.rank not in row.ranks or (street.rank == "minor" and plan.chance() > row.minor_share):
            continue
        last = ""
        for here, there in zip(street.junctions, street.junctions[1:], strict=False):
            ways = _ways(plan, row, here, there)
            for step, (x, y) in enumerate(ways):
                junction = here if step == 0 else there if step == len(ways) - 1 else None
                if step == 0 and last:
                    continue  # the end of the stretch before
                well = shared.get(junction, "") if junction is not None else ""
                if not well:
                    well = make(x, y, street)
                if junction is not None:
                    shared[junction] = well
                if last:
                    segments.append(Segment(last, well, street, plan.length_m(last, well)))
                last = well
    return segments


def _ways(plan: Plan, row: Row, here: int, there: int) -> list[tuple[float, float]]:
    """Places of wells from one junction to the next, both included, beside the middle of the street.

    At a junction the place depends on the utility alone, so that the two streets that meet there share the well.
    """
    x, y = plan.streets.x_m, plan.streets.y_m
    start, end = (float(x[here]), float(y[here])), (float(x[there]), float(y[there]))
    length = math.dist(start, end)
    count = max(1, round(length / row.spacing_m))
    right = ((end[1] - start[1]) / length * row.aside_m, -(end[0] - start[0]) / length * row.aside_m)
    corner = (row.aside_m * 0.8, -row.aside_m * 0.6)
    places = []
    for step in range(count + 1):
        inner = 0 < step < count
        part = (step + (0.3 * (plan.chance() - 0.5) if inner else 0.0)) / count
        aside = right if inner else corner
        places.append(
            (
                start[0] + part * (end[0] - start[0]) + aside[0],
                start[1] + part * (end[1] - start[1]) + aside[1],
            )
        )
    return places


def nearest(plan: Plan, x_m: float, y_m: float, wells: Collection[str]) -> str:
    """The well nearest to a place."""
    return min(wells, key=lambda well: math.dist(plan.place[well], (x_m, y_m)))


def wells_of(segments: list[Segment]) -> list[str]:
    """Every well of the segments once, in the order dug."""
    return list(dict.fromkeys(well for segment in segments for well in (segment.start, segment.end)))
