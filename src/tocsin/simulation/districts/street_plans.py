"""Street plans of many kinds: a grid, a bent and skewed one, spokes and rings, a grown town, a strip along a road, a suburb."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from tocsin.simulation.districts.street_names import STREET_NAMES
from tocsin.simulation.draws import Draws
from tocsin.simulation.streets import Site, Street, Streets

Place = tuple[float, float]
Chain = list[int]
Drawn = tuple[list[Place], list[Chain]]

_STRAIGHT = math.cos(math.radians(45.0))  # two ways that meet nearly in line are one street


def _grid(draws: Draws) -> Drawn:
    """Columns and rows, straight or a little bent."""
    return _lattice(draws, stray_m=draws.between(2.0, 15.0), skew=draws.between(-0.1, 0.1))


def _skewed(draws: Draws) -> Drawn:
    """A grid whose streets meet at slanting corners, with uneven blocks and bends."""
    return _lattice(draws, stray_m=draws.between(10.0, 35.0), skew=draws.pick((-1.0, 1.0)) * draws.between(0.25, 0.8))


def _lattice(draws: Draws, stray_m: float, skew: float) -> Drawn:
    columns, rows = draws.whole(5, 9), draws.whole(4, 6)
    wide, high = draws.between(130.0, 310.0), draws.between(130.0, 300.0)
    bend, wave = draws.between(0.0, 70.0), draws.between(500.0, 1100.0)
    along = [column * wide * draws.between(0.85, 1.15) for column in range(columns)]
    up = [row * high * draws.between(0.85, 1.15) for row in range(rows)]
    places = [
        (
            u + skew * v + bend * math.sin(v / wave * 2.0) + stray_m * draws.normal(),
            v + bend * math.sin(u / wave * 2.0) + stray_m * draws.normal(),
        )
        for u in along
        for v in up
    ]
    chains = [[column * rows + row for row in range(rows)] for column in range(columns)]
    chains += [[column * rows + row for column in range(columns)] for row in range(rows)]
    return places, chains


def _radial(draws: Draws) -> Drawn:
    """Spokes from an old centre and rings around it."""
    spokes, rings = draws.whole(5, 8), draws.whole(3, 4)
    step = draws.between(150.0, 260.0)
    turn = draws.between(0.0, 2.0 * math.pi)
    places: list[Place] = [(0.0, 0.0)]
    for ring in range(1, rings + 1):
        for spoke in range(spokes):
            angle = turn + 2.0 * math.pi * (spoke + 0.12 * draws.normal()) / spokes
            radius = step * ring * draws.between(0.88, 1.12)
            places.append((radius * math.cos(angle), radius * math.sin(angle)))
    chains = [[0] + [1 + ring * spokes + spoke for ring in range(rings)] for spoke in range(spokes)]
    for ring in range(rings):
        first = 1 + ring * spokes
        chains.append([*range(first, first + spokes), first])
    return places, chains


def _grown(draws: Draws) -> Drawn:
    """A town that nobody planned: places at least a block apart, joined where nothing lies between (Gabriel graph)."""
    apart, wide, high = draws.between(140.0, 210.0), draws.between(1000.0, 1500.0), draws.between(750.0, 1000.0)
    places: list[Place] = []
    for _ in range(600):
        place = draws.between(0.0, wide), draws.between(0.0, high)
        if len(places) < 44 and all(math.dist(place, other) > apart for other in places):
            places.append(place)
    ways = []
    for one in range(len(places)):
        for two in range(one + 1, len(places)):
            middle = (places[one][0] + places[two][0]) / 2, (places[one][1] + places[two][1]) / 2
            radius = math.dist(places[one], places[two]) / 2
            if radius < 1.2 * apart and all(
                math.dist(middle, places[k]) >= radius for k in range(len(places)) if k not in (one, two)
            ):
                ways.append((one, two))
    return places, _in_line(places, ways)


def _strip(draws: Draws) -> Drawn:
    """One long road with a second beside it for a stretch, and side streets that may end blind."""
    count, step = draws.whole(9, 13), draws.between(170.0, 260.0)
    bend = draws.between(20.0, 140.0)
    places: list[Place] = [
        (k * step + 20.0 * draws.normal(), bend * math.sin(k / 3.0) + 10.0 * draws.normal()) for k in range(count)
    ]
    chains: list[Chain] = [list(range(count))]
    beside: Chain = []
    for k in range(count):
        for side in (1.0, -1.0):
            if not draws.chance(0.72):
                continue
            chain = [k]
            for block in range(1, 2 + draws.whole(0, 1)):
                x, y = places[k]
                places.append((x + 25.0 * draws.normal(), y + side * block * draws.between(130.0, 210.0)))
                chain.append(len(places) - 1)
            if side > 0.0:
                beside.append(chain[1])
            chains.append(chain)
    if len(beside) > 2:
        first = draws.whole(0, len(beside) - 3)
        chains.append(beside[first : first + draws.whole(3, 6)])
    return places, chains


def _suburb(draws: Draws) -> Drawn:
    """Few long winding roads with closes off them."""
    columns, rows = draws.whole(3, 4), draws.whole(3, 4)
    wide, high = draws.between(330.0, 520.0), draws.between(300.0, 480.0)
    places: list[Place] = [
        (u * wide + 60.0 * draws.normal(), v * high + 60.0 * draws.normal()) for u in range(columns) for v in range(rows)
    ]
    chains: list[Chain] = [[u * rows + v for v in range(rows)] for u in range(columns)]
    chains += [[u * rows + v for u in range(columns)] for v in range(rows)]
    for node in range(columns * rows):
        if draws.chance(0.45):
            angle = draws.between(0.0, 2.0 * math.pi)
            x, y = places[node]
            length = draws.between(110.0, 190.0)
            places.append((x + length * math.cos(angle), y + length * math.sin(angle)))
            chains.append([node, len(places) - 1])
    return places, chains


def _in_line(places: list[Place], ways: list[tuple[int, int]]) -> list[Chain]:
    """Ways joined into streets where they run on nearly straight."""
    left: dict[int, set[int]] = defaultdict(set)
    for one, two in ways:
        left[one].add(two)
        left[two].add(one)

    def heading(a: int, b: int) -> Place:
        length = math.dist(places[a], places[b])
        return (places[b][0] - places[a][0]) / length, (places[b][1] - places[a][1]) / length

    def onward(chain: Chain) -> None:
        while True:
            before, here = chain[-2], chain[-1]
            ahead = heading(before, here)
            turns = {
                other: ahead[0] * way[0] + ahead[1] * way[1] for other in sorted(left[here]) for way in [heading(here, other)]
            }
            best = max(turns, key=turns.__getitem__, default=None)
            if best is None or turns[best] < _STRAIGHT:
                return
            left[here].discard(best)
            left[best].discard(here)
            chain.append(best)

    chains: list[Chain] = []
    for one, two in ways:
        if two not in left[one]:
            continue
        left[one].discard(two)
        left[two].discard(one)
        chain = [one, two]
        onward(chain)
        chain.reverse()
        onward(chain)
        chains.append(chain)
    return chains


PLANS: dict[str, Callable[[Draws], Drawn]] = {
    "grid": _grid,
    "skewed": _skewed,
    "radial": _radial,
    "grown": _grown,
    "strip": _strip,
    "suburb": _suburb,
}


def draw_streets(kind: str, site: Site, draws: Draws) -> Streets:
    """The streets of a plan of `PLANS`, turned at random around the middle of the site."""
    places, chains = PLANS[kind](draws)
    turn = draws.between(0.0, math.pi)
    grid = np.array(places)
    grid = grid - (grid.min(axis=0) + grid.max(axis=0)) / 2
    x = grid[:, 0] * math.cos(turn) - grid[:, 1] * math.sin(turn)
    y = grid[:, 0] * math.sin(turn) + grid[:, 1] * math.cos(turn)
    names = iter(draws.shuffled(STREET_NAMES))
    longest = sorted(range(len(chains)), key=lambda k: -len(chains[k]))
    ranks = {k: "trunk" if place < 2 else "major" if place < len(chains) * 0.4 else "minor" for place, k in enumerate(longest)}
    streets = [Street(*_named(names, number), ranks[number], tuple(chain)) for number, chain in enumerate(chains)]
    return Streets(site, tuple(streets), x, y)


def _named(names: Iterator[tuple[str, str]], number: int) -> tuple[str, str]:
    name_zh, name = next(names, (f"{number} 号路", f"Road {number}"))
    return name, name_zh


def connected_share(streets: Streets, share: float, draws: Draws) -> frozenset[str]:
    """Names of streets that hang together and make up about `share` of all length."""
    length = {street.name: _length(streets, street) for street in streets.streets}
    at: dict[int, list[Street]] = defaultdict(list)
    for street in streets.streets:
        for junction in street.junctions:
            at[junction].append(street)
    wanted = share * sum(length.values())
    trunk = max(streets.streets, key=lambda street: length[street.name])
    chosen, got = {trunk.name}, length[trunk.name]
    edge = [street for junction in trunk.junctions for street in at[junction]]
    while edge and got < wanted:
        street = edge.pop(draws.whole(0, len(edge) - 1))
        if street.name in chosen:
            continue
        chosen.add(street.name)
        got += length[street.name]
        edge += [other for junction in street.junctions for other in at[junction] if other.name not in chosen]
    return frozenset(chosen)


def _length(streets: Streets, street: Street) -> float:
    x, y = streets.x_m[list(street.junctions)], streets.y_m[list(street.junctions)]
    return float(np.hypot(np.diff(x), np.diff(y)).sum())
