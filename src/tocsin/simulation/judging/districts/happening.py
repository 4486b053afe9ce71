"""What an event hands back: its truth, what it adds to places, and what it does to instruments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.instruments import Alteration
from tocsin.simulation.judging.districts.physics.air import Cells, cells_around, transport
from tocsin.simulation.judging.districts.world import Added, World


@dataclass(frozen=True)
class Truth:
    """What is wrong and where. `place` or `line`: number of the asset at fault; equivalents likewise."""

    cause: str
    x_m: float
    y_m: float
    owner: str
    begin_h: float
    notes: str
    place: int | None = None
    line: int | None = None
    like_places: tuple[int, ...] = ()
    like_lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Happening:
    """One event. `altered`: what it does to the instruments of channels, by their number."""

    truth: Truth
    added: Added = field(default_factory=dict)
    altered: Mapping[int, tuple[Alteration, ...]] = field(default_factory=dict)


class Clock:
    """Hours of the axis from an onset on."""

    def __init__(self, world: World, begin_h: float) -> None:
        self.begin_h = begin_h
        self.first = min(world.climate.axis.steps - 2, max(0, round(begin_h / STEP_H)))
        self.steps = world.climate.axis.steps
        self.hours: Floats = np.arange(self.steps - self.first, dtype=np.float64) * STEP_H

    def whole(self, series: Floats) -> Floats:
        """A series from the onset on, over the whole axis with zeros before."""
        return np.concatenate([np.zeros(self.first), series])

    def rest(self, series: Floats) -> Floats:
        """The part of a series from the onset on."""
        return series[self.first :]


def through_air(
    world: World, clock: Clock, start: int, sources: dict[int, Floats], hops: int, *,
    heat: bool = False, keep_per_h: float = 0.0, shut: tuple[int, ...] = (),
) -> dict[int, Floats]:  # fmt: skip
    """Shares in wells around a start, over the whole axis, for sources (m3/h from the onset on) by well; others are passed over.

    `heat`, `shut`: as of `cells_around`; `keep_per_h`: as of `transport`.
    """
    cells = cells_around(world.district, start, hops, heat, shut)
    fed = {cells.wells[well]: flow for well, flow in sources.items() if well in cells.wells}
    share = transport(cells, fed, _changes(world, clock, cells), keep_per_h)
    return {well: clock.whole(share[:, cell]) for well, cell in cells.wells.items()}


def _changes(world: World, clock: Clock, cells: Cells) -> Floats:
    changes = np.zeros((clock.steps - clock.first, len(cells.volume_m3)))
    for well, cell in cells.wells.items():
        changes[:, cell] = clock.rest(world.changes(well))
    return changes


def watched(world: World, *quantities: str) -> set[int]:
    """Places where one of these quantities is measured."""
    return {channel.place for channel in world.channels if channel.quantity in quantities}
