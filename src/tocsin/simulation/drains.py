"""Sewers and storm drains: trees of pipes that fall towards their outlets."""

import heapq
from collections import defaultdict

from tocsin.simulation.plan import Plan
from tocsin.simulation.streets import Street
from tocsin.simulation.wells import Row, Segment, dig_wells, wells_of

SEWER = Row(aside_m=-1.5, spacing_m=88.0, ranks=("trunk", "major", "minor"))
STORM = Row(aside_m=2.5, spacing_m=112.0, ranks=("trunk", "major", "minor"), minor_share=0.35)

_FALL = 0.003  # of a small drain, m per m
_COVER_M = 1.6  # from the ground to the invert at the top end
_UPHILL = 60.0  # how much longer a metre of rising ground seems: drains go round hills
_SIZES_MM = ((12, 300), (40, 400), (90, 500), (180, 600), (400, 800), (10_000, 1200))  # wells above, diameter


def lay_drains(plan: Plan, kind: str, row: Row, outlets: int) -> None:
    """Wells and pipes of `sewer` or `storm_drain`, falling along shortest ways to `outlets` low wells."""

    def well(x: float, y: float, street: Street) -> str:
        installed = 1994 + int(plan.chance() * 29)
        return plan.point("manhole", x, y, call=kind, street=street, owner="drainage_bureau", utility=kind, installed=installed)

    segments = dig_wells(plan, row, well)
    wells = wells_of(segments)
    ends = _outlets(plan, wells, outlets)
    below, order = _ways_down(plan, segments, ends)
    above: dict[str, int] = defaultdict(int)
    invert = {name: plan.ground_m(name) - _COVER_M - plan.chance() for name in wells}
    for name in reversed(order):  # from the farthest well towards the outlets
        if name in below:
            down = below[name].end
            above[down] += above[name] + 1
            invert[down] = min(invert[down], invert[name] - _FALL * below[name].length_m)
    for name in order:
        depth = round(plan.ground_m(name) - invert[name], 2)
        plan.properties(name)["depth_m"] = depth
        if name in below:
            _lay_pipe(plan, kind, below[name], depth, above[name])


def _outlets(plan: Plan, wells: list[str], count: int) -> list[str]:
    """The lowest wells that are at least 600 m from each other."""
    chosen: list[str] = []
    for name in sorted(wells, key=lambda well: plan.ground_m(well)):
        if len(chosen) < count and all(plan.length_m(name, other) > 600.0 for other in chosen):
            chosen.append(name)
    return chosen


def _ways_down(plan: Plan, segments: list[Segment], ends: list[str]) -> tuple[dict[str, Segment], list[str]]:
    """The pipe that leaves each well towards its outlet, and all wells in order of distance from the outlets."""
    neighbours: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        neighbours[segment.start].append(segment)
        neighbours[segment.end].append(segment)
    below: dict[str, Segment] = {}
    order: list[str] = []
    done: set[str] = set()
    queue: list[tuple[float, str, Segment | None]] = [(0.0, end, None) for end in ends]
    heapq.heapify(queue)
    while queue:
        cost, name, way = heapq.heappop(queue)
        if name in done:
            continue
        done.add(name)
        order.append(name)
        if way is not None:
            below[name] = way
        for segment in neighbours[name]:
            other = segment.end if segment.start == name else segment.start
            if other not in done:
                rise = max(0.0, plan.ground_m(name) - plan.ground_m(other))
                down = Segment(other, name, segment.street, segment.length_m)
                heapq.heappush(queue, (cost + segment.length_m + _UPHILL * rise, other, down))
    return below, order


def _lay_pipe(plan: Plan, kind: str, way: Segment, depth_m: float, above: int) -> None:
    size = next(diameter for wells, diameter in _SIZES_MM if above < wells)
    size = size if kind == "sewer" else min(1500, size + 300)
    old = plan.properties(way.start)["installed"]
    material = "clay" if old < 2000 and size <= 400 else "HDPE" if size <= 600 else "concrete"
    plan.line(
        kind,
        way.start,
        way.end,
        way.street,
        owner="drainage_bureau",
        depth_m=depth_m,
        diameter_mm=size,
        material=material,
        installed=old,
    )
