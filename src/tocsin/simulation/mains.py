"""Mains under pressure and cables: gas, water, heat, power, telecom, and the ducts that join chambers of different owners."""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tocsin.simulation.plan import Plan
from tocsin.simulation.streets import Street
from tocsin.simulation.wells import Row, Segment, dig_wells, nearest, wells_of

ALL = ("trunk", "major", "minor")


@dataclass(frozen=True)
class Utility:
    """One utility's wells, its lines and the works that feed it."""

    row: Row
    owner: str
    call: str  # how its wells are named
    kind: str  # kind of its wells
    depth_m: tuple[float, float]  # of the wells
    works: str = ""  # kind of the point that feeds it
    works_at: tuple[tuple[float, float], ...] = ()  # shares of the district's width and height
    pressure_kpa: int | None = None
    buried: float = 0.35  # share of the valves without a chamber


GAS = Utility(
    Row(4.0, 165.0, ALL, 0.8),
    "gas_company",
    "gas",
    "valve",
    (1.2, 1.8),
    "gas_regulator",
    ((0.15, 0.55), (0.5, 0.9), (0.85, 0.3)),
    250,
)
WATER = Utility(
    Row(-4.0, 170.0, ALL), "water_company", "water", "valve", (1.4, 2.0), "pump_station", ((0.3, 0.35), (0.8, 0.75)), 400
)
HEAT = Utility(
    Row(7.0, 118.0, ALL, 0.45),
    "heating_company",
    "heat",
    "chamber",
    (2.2, 3.2),
    "heat_station",
    ((0.12, 0.2), (0.45, 0.7), (0.9, 0.6)),
)
POWER = Utility(
    Row(-7.0, 128.0, ALL, 0.25), "power_company", "power", "chamber", (1.6, 2.4), "substation", ((0.25, 0.75), (0.7, 0.2))
)
TELECOM = Utility(Row(9.0, 112.0, ALL, 0.3), "telecom", "telecom", "manhole", (1.6, 2.2))


def lay_gas(plan: Plan, gas: Utility = GAS) -> None:
    """Medium-pressure gas (0.25 MPa) in loops, steel and grey iron where old, PE where new."""
    segments, works = _dig(plan, gas)
    for segment in [*segments, *works]:
        installed = plan.year(1988)
        material = "cast_iron" if installed < 1995 else "steel" if installed < 2006 else "PE"
        size = {"trunk": 315, "major": 200, "minor": 110}[segment.street.rank]
        _pipe(plan, "gas_main", segment, gas, 1.0, size, material, installed, gas.pressure_kpa)


def lay_water(plan: Plan, water: Utility = WATER) -> None:
    """Drinking water in loops at 0.4 MPa."""
    segments, works = _dig(plan, water)
    for segment in [*segments, *works]:
        installed = plan.year(1982)
        material = "cast_iron" if installed < 1998 else "ductile_iron" if installed < 2015 else "PE"
        size = {"trunk": 600, "major": 300, "minor": 150}[segment.street.rank]
        _pipe(plan, "water_main", segment, water, 1.4, size, material, installed, water.pressure_kpa)


def lay_heat(plan: Plan, heat: Utility = HEAT) -> dict[str, tuple[str, float]]:
    """Heating mains as trees from the heat stations, supply and return in one trench.

    Returns for each chamber the station that feeds it and the metres of pipe between them.
    """
    segments, works = _dig(plan, heat)
    feeders, fed = _feed(segments, works)
    for segment in feeders:
        installed = plan.year(1996)
        size = {"trunk": 500, "major": 350, "minor": 200}[segment.street.rank]
        for kind, pressure in (("heat_main_supply", 1000), ("heat_main_return", 500)):
            _pipe(plan, kind, segment, heat, 1.6, size, "preinsulated_steel", installed, pressure)
    return fed


def lay_power(plan: Plan, power: Utility = POWER) -> None:
    """10 kV cables in trenches between chambers."""
    segments, works = _dig(plan, power)
    for segment in [*segments, *works]:
        _pipe(plan, "power_cable", segment, power, 1.0, 150, "XLPE_10kV", plan.year(2000), None)


def lay_telecom(plan: Plan, telecom: Utility = TELECOM) -> None:
    """Telecom ducts between their manholes."""
    segments, _ = _dig(plan, telecom)
    for segment in segments:
        _pipe(plan, "telecom_duct", segment, telecom, 0.9, 100, "PVC", plan.year(2000), None)


def join_chambers(plan: Plan, share: float, reach_m: float, unmapped: float = 0.0) -> None:
    """Short ducts between wells of different owners, for a `share` of the pairs that are near: how things travel unexpectedly.

    As many pairs as the share `unmapped` are joined by a duct that no map shows.
    """
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    wells = [name for name in plan.place if plan.properties(name)["kind"] in ("manhole", "chamber", "valve")]
    for name in wells:
        x, y = plan.place[name]
        near = [other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in cells[int(x // 25) + i, int(y // 25) + j]]
        for other in near:
            ends = plan.properties(name), plan.properties(other)
            apart = ends[0]["owner"] != ends[1]["owner"] and not (ends[0].get("buried") or ends[1].get("buried"))
            if not apart or plan.length_m(name, other) > reach_m:
                continue
            draw = plan.chance()
            if share <= draw < share + unmapped:
                plan.hidden_duct(other, name)
            if draw < share:
                plan.line(
                    "telecom_duct",
                    other,
                    name,
                    None,
                    owner="telecom",
                    depth_m=0.8,
                    diameter_mm=100,
                    material="PVC",
                    installed=plan.year(2000),
                )
        cells[int(x // 25), int(y // 25)].append(name)


def _dig(plan: Plan, utility: Utility) -> tuple[list[Segment], list[Segment]]:
    def well(x: float, y: float, street: Street) -> str:
        low, high = utility.depth_m
        given: dict[str, Any] = {"depth_m": round(low + (high - low) * plan.chance(), 2)}
        if utility.kind == "manhole":
            given["utility"] = utility.call
        if utility.kind == "valve":
            given["buried"] = plan.chance() < utility.buried
        owner = "road_bureau" if utility.call == "telecom" and plan.chance() < 0.08 else utility.owner
        return plan.point(utility.kind, x, y, call=utility.call, street=street, owner=owner, installed=plan.year(1995), **given)

    segments = dig_wells(plan, utility.row, well)
    return segments, _build_works(plan, utility, segments)


def _build_works(plan: Plan, utility: Utility, segments: list[Segment]) -> list[Segment]:
    """The stations of a utility and the lines that join each to its nearest well."""
    x, y = plan.streets.x_m, plan.streets.y_m
    joined = []
    street_of = {well: segment.street for segment in segments for well in (segment.start, segment.end)}
    for number, (east, north) in enumerate(utility.works_at):
        place_x = float(x.min() + east * (x.max() - x.min()))
        place_y = float(y.min() + north * (y.max() - y.min()))
        well = nearest(plan, place_x, place_y, wells_of(segments))
        wx, wy = plan.place[well]
        chinese, english = _WORKS_NAMES[utility.works]
        station = plan.point(
            utility.works,
            wx + 38.0,
            wy + 26.0,
            call="",
            street=street_of[well],
            owner=utility.owner,
            depth_m=2.0,
            installed=plan.year(1995),
            name=f"{plan.streets.site.name_zh} {number + 1} {chinese}",
            name_en=f"{plan.streets.site.name} {english} {number + 1}",
        )
        joined.append(Segment(station, well, street_of[well], plan.length_m(station, well)))
    return joined


_WORKS_NAMES = {
    "gas_regulator": ("号燃气调压站", "gas regulator"),
    "pump_station": ("号供水泵站", "pump station"),
    "heat_station": ("号热力站", "heat station"),
    "substation": ("号变电站", "substation"),
}


def _feed(segments: list[Segment], works: list[Segment]) -> tuple[list[Segment], dict[str, tuple[str, float]]]:
    """Shortest ways from the stations: the segments used, pointing away from the station, and who feeds each well."""
    neighbours: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        neighbours[segment.start].append(segment)
        neighbours[segment.end].append(segment)
    fed: dict[str, tuple[str, float]] = {}
    used: list[Segment] = []
    queue = [(way.length_m, way.end, way.start, index, way) for index, way in enumerate(works)]
    heapq.heapify(queue)
    turn = len(queue)
    while queue:
        run, well, station, _, way = heapq.heappop(queue)
        if well in fed:
            continue
        fed[well] = station, run
        used.append(way)
        for segment in neighbours[well]:
            other = segment.end if segment.start == well else segment.start
            if other not in fed:
                turn += 1
                onward = Segment(well, other, segment.street, segment.length_m)
                heapq.heappush(queue, (run + segment.length_m, other, station, turn, onward))
    return used, fed


def _pipe(
    plan: Plan, kind: str, way: Segment, utility: Utility, depth_m: float, size_mm: int, material: str, year: int, kpa: int | None
) -> None:
    given: dict[str, Any] = {} if kpa is None else {"nominal_pressure_kpa": kpa}
    plan.line(
        kind,
        way.start,
        way.end,
        way.street,
        owner=utility.owner,
        depth_m=depth_m,
        diameter_mm=size_mm,
        material=material,
        installed=year,
        **given,
    )
