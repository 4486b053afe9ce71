"""Networks laid along the streets of a plan: each with its own share of streets, spacing, depth and age."""

import heapq
import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.geometry import LocalPlane
from tocsin.simulation.judging.districts.district import OWNERS, District, Line, Place
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.families import HELD_SEEDS, Family, draw_figures
from tocsin.simulation.judging.districts.plans.drawn import PLANS
from tocsin.simulation.judging.districts.plans.streets import Piece, Streets

NEWEST = 2024


@dataclass(frozen=True)
class Trade:
    """How one network is laid. `aside_m`: from the middle of the street. `spacing`: over that of wells. `loops`: share of pieces
    kept beyond a tree. `covers`: share of the streets. `point`, `line`: kinds of its assets.
    """

    net: str
    aside_m: float
    spacing: float
    covers: tuple[float, float]
    loops: float
    depth_m: tuple[float, float]
    point: str
    line: str
    station: str


TRADES = (
    Trade("sewer", 2.2, 1.0, (0.85, 1.0), 0.0, (1.4, 3.2), "manhole", "sewer", ""),
    Trade("storm", -3.1, 1.15, (0.5, 0.9), 0.0, (1.2, 2.6), "manhole", "storm_drain", ""),
    Trade("water", 4.6, 2.4, (0.7, 1.0), 0.7, (0.9, 1.8), "valve", "water_main", "pump_station"),
    Trade("gas", -5.4, 2.1, (0.6, 0.95), 0.5, (0.7, 1.5), "valve", "gas_main", "gas_regulator"),
    Trade("heat", 6.6, 1.9, (0.4, 0.75), 0.0, (1.1, 2.4), "chamber", "heat_main_supply", "heat_station"),
    Trade("power", -7.2, 1.6, (0.5, 0.85), 0.1, (0.7, 1.4), "chamber", "power_cable", "substation"),
    Trade("telecom", 8.3, 1.5, (0.5, 0.85), 0.2, (0.6, 1.1), "manhole", "telecom_duct", ""),
)
_MATERIALS = {
    "sewer": ("concrete", "clay", "HDPE", "brick"),
    "storm": ("concrete", "brick", "HDPE"),
    "water": ("grey_cast_iron", "ductile_iron", "PE", "steel"),
    "gas": ("steel", "PE", "grey_cast_iron"),
    "heat": ("preinsulated_steel", "steel_in_trench"),
    "power": ("XLPE_10kV", "PILC_10kV"),
    "telecom": ("PVC", "cement", "PE"),
}
_SIZES = {"water": (100, 150, 200, 300, 400), "gas": (63, 90, 110, 160, 200, 315), "heat": (150, 200, 250, 350, 450)}
_USES = {
    "residential": 9.0, "restaurant": 2.2, "market": 0.8, "office": 1.6, "school": 0.7, "hospital": 0.4, "workshop": 1.4,
    "dry_cleaner": 0.7, "plating_shop": 0.5, "car_repair": 0.9, "printing_shop": 0.5, "laboratory": 0.3, "warehouse": 0.6,
}  # fmt: skip
DISCHARGING = ("dry_cleaner", "plating_shop", "car_repair", "printing_shop", "laboratory", "workshop")


def draw_district(seed: int, family: Family) -> District:
    """The district of a seed; seeds from `HELD_SEEDS` on draw from the held ranges."""
    draws = Draws(seed, 1)
    held = seed >= HELD_SEEDS
    figures = draw_figures(family, draws, held)
    lon, lat = draws.between(104.0, 124.5), draws.between(31.0, 45.5)
    district = District(seed, family, figures, LocalPlane(round(lon, 3), round(lat, 3)))
    streets = PLANS[draws.pick(family.plans)](figures.extent_m, draws)
    ground = _Ground(draws)
    for trade in TRADES:
        _lay(district, streets, ground, trade, Draws(seed, 2, TRADES.index(trade)))
    _build(district, streets, ground, Draws(seed, 3))
    _join(district, Draws(seed, 4))
    return district


class _Ground:
    """Height of the ground: a slope and two broad hills, in metres."""

    def __init__(self, draws: Draws) -> None:
        self._base, self._angle = draws.between(4, 180), draws.between(0, math.tau)
        self._slope = draws.spread(0.002, 0.014)
        self._hills = [
            (draws.between(-500, 500), draws.between(-500, 500), draws.between(-3, 4), draws.between(150, 350)) for _ in range(2)
        ]

    def at(self, x: float, y: float) -> float:
        height = self._base + self._slope * (x * math.cos(self._angle) + y * math.sin(self._angle))
        for hx, hy, top, wide in self._hills:
            height += top * math.exp(-((x - hx) ** 2 + (y - hy) ** 2) / (2 * wide * wide))
        return height


def _lay(district: District, streets: Streets, ground: _Ground, trade: Trade, draws: Draws) -> None:
    """Lays one network from its station, or to its outfall, over a part of the streets."""
    heights = [ground.at(*corner) for corner in streets.corners]
    root = (
        min(range(len(heights)), key=heights.__getitem__) if trade.net in ("sewer", "storm") else draws.whole(0, len(heights) - 1)
    )
    parents, lengths = _tree(streets, root)
    tree = {(corner, parent) for corner, (parent, _) in parents.items()}
    pieces = [(corner, parent, piece) for corner, (parent, piece) in parents.items()]
    wanted = draws.between(*trade.covers) * len(pieces)
    pieces = _pruned(pieces, wanted, draws)
    served = {corner for corner, _, _ in pieces} | {root}
    rest = [p for p in streets.pieces if (p.start, p.end) not in tree and (p.end, p.start) not in tree]
    rest = [p for p in rest if p.start in served and p.end in served and draws.chance(trade.loops)]
    year = district.figures.oldest
    span = max(4.0, (NEWEST - year) * draws.between(0.3, 0.9))
    layer = _Layer(district, streets, ground, trade, draws, year, span)
    for corner, parent, piece in sorted(pieces, key=lambda item: lengths[item[0]]):
        layer.along(corner, parent, piece, lengths)
    for piece in rest:
        layer.along(piece.end, piece.start, piece, lengths)
    if trade.station:
        layer.station(root)
    layer.finish(root, lengths)


def _tree(streets: Streets, root: int) -> tuple[dict[int, tuple[int, Piece]], dict[int, float]]:
    """Shortest ways to a corner (Dijkstra): the next corner and piece of each, and lengths in metres."""
    at: dict[int, list[Piece]] = {}
    for piece in streets.pieces:
        at.setdefault(piece.start, []).append(piece)
        at.setdefault(piece.end, []).append(piece)
    lengths, parents = {root: 0.0}, {}
    queue = [(0.0, root)]
    while queue:
        length, here = heapq.heappop(queue)
        if length > lengths[here]:
            continue
        for piece in at.get(here, []):
            other = piece.end if piece.start == here else piece.start
            further = length + streets.length_m(piece)
            if further < lengths.get(other, math.inf):
                lengths[other], parents[other] = further, (here, piece)
                heapq.heappush(queue, (further, other))
    return parents, lengths


def _pruned(pieces: list[tuple[int, int, Piece]], wanted: float, draws: Draws) -> list[tuple[int, int, Piece]]:
    """The tree with loose ends taken away until about the wanted number of pieces is left."""
    while len(pieces) > max(6.0, wanted):
        inner = {parent for _, parent, _ in pieces}
        ends = [item for item in pieces if item[0] not in inner]
        pieces.remove(draws.pick(ends))
    return pieces


class _Layer:
    """Lays the pieces of one network."""

    def __init__(
        self, district: District, streets: Streets, ground: _Ground, trade: Trade, draws: Draws, year: float, span: float
    ) -> None:
        self._district, self._streets, self._ground, self._trade, self._draws = district, streets, ground, trade, draws
        self._year, self._span = year, span
        self._turn = draws.between(0, math.tau)
        self._at_corner: dict[int, int] = {}
        self._along: dict[int, float] = {}
        self._material = draws.pick(_MATERIALS[trade.net])
        self._pressure = {
            "water": draws.between(260, 460),
            "gas": draws.pick((100.0, 200.0, 300.0, 390.0)),
            "heat": draws.between(600, 1400),
        }
        self._own: list[int] = []

    def along(self, far: int, near: int, piece: Piece, lengths: dict[int, float]) -> None:
        """Points and lines from the far end of a piece to the near one."""
        start, end = self._corner(far, piece.street), self._corner(near, piece.street)
        (x, y), (u, v) = self._streets.corners[far], self._streets.corners[near]
        length = math.dist((x, y), (u, v))
        spacing = self._district.figures.well_m * self._trade.spacing * self._draws.between(0.85, 1.2)
        parts = max(1, round(length / spacing))
        nx, ny = -(v - y) / max(length, 1.0), (u - x) / max(length, 1.0)
        if far > near:
            nx, ny = -nx, -ny
        before = start
        for part in range(1, parts):
            share = (part + self._draws.between(-0.18, 0.18)) / parts
            aside = self._trade.aside_m + self._draws.between(-0.7, 0.7)
            here = self._place(x + share * (u - x) + aside * nx, y + share * (v - y) + aside * ny, piece.street)
            self._along[here] = lengths[far] + share * (lengths[near] - lengths[far])
            self._line(before, here)
            before = here
        self._line(before, end)

    def station(self, root: int) -> None:
        """The network's station beside the corner it begins at."""
        (x, y), trade = self._streets.corners[root], self._trade
        at = self._corner(root, "")
        number = self._place(x + 22 * math.cos(self._turn), y + 22 * math.sin(self._turn), "", trade.station)
        self._district.places[number].buried = False
        self._line(number, at)
        self._district.sources[trade.net] = number

    def finish(self, root: int, lengths: dict[int, float]) -> None:
        """Depths of drains by their slopes, and diameters by what flows through."""
        for corner, number in self._at_corner.items():
            self._along[number] = lengths[corner]
        net = self._trade.net
        own = self._district.of_net(net)
        if net not in ("sewer", "storm"):
            return
        outfall = self._at_corner[root]
        self._district.sources[net] = outfall
        low = self._district.places[outfall].ground_m - self._draws.between(2.8, 4.2)
        slope = self._draws.between(0.003, 0.007)
        for number in self._own:
            place = self._district.places[number]
            invert = low + slope * self._along.get(number, 0.0)
            place.depth_m = min(max(place.ground_m - invert, self._trade.depth_m[0]), 6.0)
        load = self._loads(own)
        for i in own:
            line = self._district.lines[i]
            line.depth_m = self._district.places[line.end].depth_m
            steps = ((6, 300), (14, 400), (30, 500), (60, 600)) if net == "sewer" else ((4, 400), (9, 500), (18, 700), (35, 900))
            line.diameter_mm = next((size for most, size in steps if load[i] <= most), 800 if net == "sewer" else 1200)

    def _loads(self, own: list[int]) -> dict[int, int]:
        """How many manholes drain through each line."""
        return {i: 1 + len(self._district.upstream(self._district.lines[i].start)) for i in own}

    def _corner(self, corner: int, street: str) -> int:
        if corner not in self._at_corner:
            x, y = self._streets.corners[corner]
            aside = abs(self._trade.aside_m) + 0.8
            angle = self._turn + corner
            self._at_corner[corner] = self._place(x + aside * math.cos(angle), y + aside * math.sin(angle), street)
        return self._at_corner[corner]

    def _place(self, x: float, y: float, street: str, kind: str = "") -> int:
        trade, draws = self._trade, self._draws
        buried = trade.point == "valve" and not kind and draws.chance(0.3)
        floor = draws.spread(*{"heat": (3.0, 9.0), "power": (2.0, 6.0), "telecom": (1.2, 3.5)}.get(trade.net, (0.8, 2.0)))
        depth = draws.between(*trade.depth_m) + (0.5 if trade.point != "manhole" else 0.3)
        place = Place(
            trade.net, kind or trade.point, x, y, self._ground.at(x, y), depth, self._aged(), street, OWNERS[trade.net], buried,
            floor_m2=floor, volume_m3=floor * depth,
        )  # fmt: skip
        number = self._district.add_place(place)
        self._own.append(number)
        return number

    def _line(self, start: int, end: int) -> None:
        if start == end:
            return
        trade, draws = self._trade, self._draws
        size = draws.pick(_SIZES[trade.net]) if trade.net in _SIZES else {"power": 120, "telecom": 110}.get(trade.net, 300)
        material = self._material if draws.chance(0.7) else draws.pick(_MATERIALS[trade.net])
        depth = draws.between(*trade.depth_m)
        line = Line(
            trade.net,
            trade.line,
            start,
            end,
            depth,
            size,
            material,
            self._aged(),
            OWNERS[trade.net],
            self._pressure.get(trade.net, 0.0),
        )
        self._district.add_line(line)
        if trade.net == "heat":
            back = Line(
                "heat_return",
                "heat_main_return",
                start,
                end,
                depth,
                size,
                material,
                line.year,
                line.owner,
                line.pressure_kpa * 0.45,
            )
            self._district.add_line(back)

    def _aged(self) -> int:
        return min(NEWEST, round(self._year + self._span * self._draws.unit()))


def _build(district: District, streets: Streets, ground: _Ground, draws: Draws) -> None:
    """Buildings beside the streets, each draining to a sewer manhole near it."""
    sewers = [i for i, place in enumerate(district.places) if place.net == "sewer"]
    spacing = draws.between(38, 75)
    for piece in streets.pieces:
        (x, y), (u, v) = streets.corners[piece.start], streets.corners[piece.end]
        length = streets.length_m(piece)
        for part in range(int(length / spacing)):
            share = (part + draws.between(0.2, 0.8)) * spacing / length
            side = draws.pick((-1.0, 1.0)) * draws.between(12, 22)
            bx, by = x + share * (u - x) - side * (v - y) / length, y + share * (v - y) + side * (u - x) / length
            year = min(NEWEST, round(district.figures.oldest + draws.between(0, NEWEST - district.figures.oldest)))
            place = Place(
                "building",
                "building",
                bx,
                by,
                ground.at(bx, by),
                0.0,
                year,
                piece.street,
                "property_owner",
                use=draws.weighted(_USES),
            )
            number = district.add_place(place)
            manhole = min(sewers, key=lambda i: district.apart_m(number, i))
            if district.apart_m(number, manhole) < 70:
                district.drains_to[number] = manhole


def _join(district: District, draws: Draws) -> None:
    """Ducts between wells of different owners close to each other; some are on no map."""
    wells = [i for i, place in enumerate(district.places) if place.is_well]
    x, y = np.array([district.places[i].x_m for i in wells]), np.array([district.places[i].y_m for i in wells])
    for at, first in enumerate(wells):
        a = district.places[first]
        beside = np.flatnonzero((np.abs(x[at + 1 :] - a.x_m) <= 16) & (np.abs(y[at + 1 :] - a.y_m) <= 16)) + at + 1
        for second in (wells[i] for i in beside.tolist()):
            b = district.places[second]
            if a.net == b.net:
                continue
            likely = 1.0 if "telecom" in (a.net, b.net) else 0.45 if {a.net, b.net} & {"power", "heat"} else 0.12
            if {a.net, b.net} == {"sewer", "storm"} or not draws.chance(district.figures.ducts * likely * 0.55):
                continue
            owner = "telecom" if draws.chance(0.85) else "road_bureau"
            year = round(draws.between(district.figures.oldest, NEWEST))
            line = Line(
                "duct", "telecom_duct", first, second, draws.between(0.5, 1.0), draws.pick((50, 80, 100, 110)), "PVC", year, owner
            )
            line.mapped = not draws.chance(district.figures.unmapped)
            district.add_line(line)
    for first, place in enumerate(district.places):
        if place.net == "building" and draws.chance(0.12):
            near = [i for i in wells if district.places[i].net == "telecom" and district.apart_m(first, i) < 45]
            if near:
                district.add_line(Line("duct", "telecom_duct", near[0], first, 0.6, 50, "PVC", place.year, "telecom"))
