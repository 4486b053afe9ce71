"""The street plans: each a function of the district's half width and its draws."""

import math

import numpy as np
from scipy.spatial import Voronoi

from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.plans.streets import Names, Streets


def radial(extent_m: float, draws: Draws) -> Streets:
    """Spokes from a square, and rings around it, not all of them closed."""
    names, streets = Names(draws), Streets()
    spokes, rings = draws.whole(6, 9), draws.whole(3, 4)
    turn = draws.between(0, math.tau)
    middle = streets.corner(0.0, 0.0)
    titles = [names.new() for _ in range(spokes)]
    before = [middle] * spokes
    for ring in range(1, rings + 1):
        radius = extent_m * (ring / rings) ** draws.between(0.85, 1.1)
        title, here = names.new(), []
        for spoke in range(spokes):
            angle = turn + math.tau * (spoke + draws.between(-0.14, 0.14)) / spokes
            away = radius * draws.between(0.9, 1.1)
            here.append(streets.corner(away * math.cos(angle), away * math.sin(angle) * 0.9))
            streets.join(before[spoke], here[spoke], titles[spoke])
        for spoke in range(spokes):
            if ring == 1 or draws.chance(0.8):
                streets.join(here[spoke], here[(spoke + 1) % spokes], title)
        before = here
    return streets.joined()


def cells(extent_m: float, draws: Draws) -> Streets:
    """Streets on the borders of cells around scattered points (Voronoi), as old fields and courts leave them."""
    names, streets = Names(draws), Streets()
    count = draws.whole(20, 30)
    points = np.column_stack([draws.units(count), draws.units(count)]) * 2 * extent_m - extent_m
    for _ in range(2):
        points = _relaxed(points, extent_m)
    diagram = Voronoi(np.vstack([points, *_mirrored(points, extent_m)]))
    number: dict[int, int] = {}
    for first, second in diagram.ridge_vertices:
        ends = [diagram.vertices[corner] for corner in (first, second)]
        if first < 0 or second < 0 or any(np.abs(end).max() > extent_m * 1.01 for end in ends):
            continue
        for corner, end in zip((first, second), ends, strict=True):
            if corner not in number:
                number[corner] = _near_or_new(streets, float(end[0]), float(end[1]), 30.0)
        lane = draws.chance(0.35)
        streets.join(number[first], number[second], names.new(lane), lane)
    return streets.joined()


def growth(extent_m: float, draws: Draws) -> Streets:
    """A crooked old road from which lanes grew, branched and sometimes met."""
    names, streets = Names(draws), Streets()
    heading, title = draws.between(0, math.tau), names.new()
    tip = streets.corner(-extent_m * math.cos(heading), -extent_m * math.sin(heading))
    open_ends = [(tip, heading, title)]
    for _ in range(int(2 * extent_m / 75)):
        heading += draws.between(-0.35, 0.35)
        x, y = streets.corners[tip]
        step = draws.between(60, 95)
        following = streets.corner(x + step * math.cos(heading), y + step * math.sin(heading))
        streets.join(tip, following, title)
        tip = following
        open_ends.append((tip, heading, title))
    for _ in range(400):
        if len(streets.corners) > 58:
            break
        start, base, title = draws.pick(open_ends)
        onward = draws.chance(0.45)
        angle = base + (draws.between(-0.5, 0.5) if onward else draws.pick((-1.0, 1.0)) * draws.between(1.0, 1.9))
        x, y = streets.corners[start]
        step = draws.between(45, 105)
        x, y = x + step * math.cos(angle), y + step * math.sin(angle)
        if max(abs(x), abs(y)) > extent_m * 1.05:
            continue
        near = _nearest(streets, x, y)
        title = title if onward else names.new(True)
        if near[1] > 48:
            end = streets.corner(x, y)
            streets.join(start, end, title, True)
            open_ends.append((end, angle, title))
        elif draws.chance(0.3):
            streets.join(start, near[0], title, True)
    return streets.joined()


def ribbon(extent_m: float, draws: Draws) -> Streets:
    """Two long roads along a winding river, joined here and there, with dead ends towards the bank."""
    names, streets = Names(draws), Streets()
    length, count = extent_m * 3.0, draws.whole(14, 19)
    phase, waves, swing = draws.between(0, math.tau), draws.between(0.8, 2.2), draws.between(40, 110)
    gap, bank, upper, lower = draws.between(110, 170), draws.pick((-1.0, 1.0)), names.new(), names.new()
    before: tuple[int, int] | None = None
    for place in range(count + 1):
        x = length * (place / count - 0.5) + draws.between(-10, 10)
        y = swing * math.sin(phase + math.tau * waves * place / count)
        here = (streets.corner(x, y), streets.corner(x + draws.between(-15, 15), y + bank * gap * draws.between(0.85, 1.15)))
        if before is not None:
            streets.join(before[0], here[0], lower)
            streets.join(before[1], here[1], upper)
        if place % draws.whole(2, 3) == 0:
            streets.join(*here, names.new(True), True)
        if draws.chance(0.45):
            end = streets.corner(x + draws.between(-20, 20), y - bank * draws.between(55, 120))
            streets.join(here[0], end, names.new(True), True)
        before = here
    return streets.joined()


def superblocks(extent_m: float, draws: Draws) -> Streets:
    """Wide roads far apart, and inside each block lanes that lead to one or two of them."""
    names, streets = Names(draws), Streets()
    rows, columns = (2, 3) if draws.chance(0.5) else (3, 2)
    wide = 2 * extent_m / max(rows, columns)
    corners = [
        [
            streets.corner(wide * (c - columns / 2) + draws.between(-18, 18), wide * (r - rows / 2) + draws.between(-18, 18))
            for c in range(columns + 1)
        ]
        for r in range(rows + 1)
    ]
    middles: dict[tuple[int, int], int] = {}

    def halved(start: int, end: int, title: str) -> None:
        (x, y), (u, v) = streets.corners[start], streets.corners[end]
        share = draws.between(0.4, 0.6)
        middle = streets.corner(x + share * (u - x), y + share * (v - y))
        middles[start, end] = middle
        streets.join(start, middle, title)
        streets.join(middle, end, title)

    for r in range(rows + 1):
        title = names.new()
        for c in range(columns):
            halved(corners[r][c], corners[r][c + 1], title)
    for c in range(columns + 1):
        title = names.new()
        for r in range(rows):
            halved(corners[r][c], corners[r + 1][c], title)
    for r in range(rows):
        for c in range(columns):
            sides = [
                middles[corners[r][c], corners[r][c + 1]],
                middles[corners[r + 1][c], corners[r + 1][c + 1]],
                middles[corners[r][c], corners[r + 1][c]],
                middles[corners[r][c + 1], corners[r + 1][c + 1]],
            ]
            _lanes(streets, names, draws, sides, wide)
    return streets.joined()


def _lanes(streets: Streets, names: Names, draws: Draws, sides: list[int], wide: float) -> None:
    """Lanes in one block: from two or three gates to a middle, with a dead end."""
    gates = draws.order(sides)[: draws.whole(2, 3)]
    x = sum(streets.corners[side][0] for side in sides) / 4 + draws.between(-0.1, 0.1) * wide
    y = sum(streets.corners[side][1] for side in sides) / 4 + draws.between(-0.1, 0.1) * wide
    middle = streets.corner(x, y)
    for gate in gates:
        streets.join(gate, middle, names.new(True), True)
    angle = draws.between(0, math.tau)
    streets.join(
        middle, streets.corner(x + 0.25 * wide * math.cos(angle), y + 0.25 * wide * math.sin(angle)), names.new(True), True
    )


def _mirrored(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]], extent_m: float
) -> list[np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """The points beyond each side, so that every cell is closed."""
    far = 2 * extent_m
    x, y = points[:, 0], points[:, 1]
    return [np.column_stack(pair) for pair in ((far - x, y), (-far - x, y), (x, far - y), (x, -far - y))]


def _relaxed(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]], extent_m: float
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Each point moved half the way to the middle of its cell (Lloyd)."""
    diagram = Voronoi(np.vstack([points, *_mirrored(points, extent_m)]))
    middles = [diagram.vertices[diagram.regions[diagram.point_region[i]]].mean(axis=0) for i in range(len(points))]
    return np.asarray(0.5 * points + 0.5 * np.array(middles))


def _nearest(streets: Streets, x_m: float, y_m: float) -> tuple[int, float]:
    away = [math.dist((x_m, y_m), corner) for corner in streets.corners]
    best = int(np.argmin(away))
    return best, away[best]


def _near_or_new(streets: Streets, x_m: float, y_m: float, within_m: float) -> int:
    if streets.corners:
        best, away = _nearest(streets, x_m, y_m)
        if away <= within_m:
            return best
    return streets.corner(x_m, y_m)


PLANS = {"radial": radial, "cells": cells, "growth": growth, "ribbon": ribbon, "superblocks": superblocks}
