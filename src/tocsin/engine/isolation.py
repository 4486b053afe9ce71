"""Which valves to close around a fault in a net under pressure, and who is then without service.

A point that can be closed separates all lines that end in it. Two answers are exact on nets of any size: the fewest valves
(Menger's theorem: a smallest vertex cut is as large as the number of ways that share no valve, found by augmenting ways after
Ford and Fulkerson; of several smallest cuts the one nearest the fault is taken, which cuts off no more than any other) and the
least loss of service (every valve at the border of the fault's own segment that a source still feeds).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.kernel import kernel
from tocsin.engine.network import Network

Members = NDArray[np.int32]
Mask = NDArray[np.bool_]
_Graph = tuple[NDArray[np.int64], Members, NDArray[np.int64]]


@dataclass(frozen=True)
class Utility:
    """How a utility's net is read: `lines` are kinds of pipes, `sources` kinds of points that feed them, `closing` kinds of
    points that can be closed. What it serves (`customers`: kinds of points) is taken to hang on the nearest of the lines within
    `service_m` metres.
    """

    name: str
    lines: tuple[str, ...]
    sources: tuple[str, ...]
    closing: tuple[str, ...]
    service_m: float
    customers: tuple[str, ...] = ("building",)


@dataclass(frozen=True, eq=False)
class Mains:
    """The net of one utility as a graph of lines and points.

    `member` int32[k]: positions in the network, ascending. The neighbours of member `i` are `neighbour[start[i]:start[i + 1]]`
    (int32); `twin` (int64) tells where the same pair stands the other way round. `closable`, `feeds`, `is_line` bool[k].
    `customer` int32[c]: positions of what is served; `serving` int32[c]: the member that serves each.
    """

    member: Members
    start: NDArray[np.int64]
    neighbour: Members
    twin: NDArray[np.int64]
    closable: Mask
    feeds: Mask
    is_line: Mask
    customer: Members
    serving: Members

    @classmethod
    def build(cls, network: Network, utility: Utility) -> Self:
        """The utility's lines, the points at their ends, and the premises along them."""
        lines = network.where(*utility.lines)
        ends = np.concatenate((network.from_node[lines], network.to_node[lines]))
        given = ends >= 0
        line, point = np.tile(lines, 2)[given], ends[given]
        member = np.unique(np.concatenate((lines, point))).astype(np.int32)
        a, b = np.searchsorted(member, line), np.searchsorted(member, point)
        source, target = np.concatenate((a, b)), np.concatenate((b, a))
        order = np.lexsort((target, source))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        customer, serving = _customers(network, lines, utility)
        kinds = np.array([network.kind[position] for position in member.tolist()], np.str_)
        return cls(
            member=member,
            start=np.searchsorted(source[order], np.arange(len(member) + 1)).astype(np.int64),
            neighbour=target[order].astype(np.int32),
            twin=np.roll(place, len(a))[order],
            closable=np.isin(kinds, utility.closing),
            feeds=np.isin(kinds, utility.sources),
            is_line=np.isin(kinds, utility.lines),
            customer=customer,
            serving=np.searchsorted(member, serving).astype(np.int32),
        )

    def unfed_without(self, asset: int) -> Members:
        """Positions of customers that no source feeds once that asset is out of work."""
        out = self.member == asset
        lost = _fed(self.graph, self.feeds, np.zeros(len(out), np.bool_)) & ~_fed(self.graph, self.feeds, out)
        return self.customer[lost[self.serving]]

    @property
    def graph(self) -> "_Graph":
        """The columns that the kernels walk."""
        return self.start, self.neighbour, self.twin

    def __contains__(self, asset: int) -> bool:
        place = int(np.searchsorted(self.member, asset))
        return place < len(self.member) and int(self.member[place]) == asset


@dataclass(frozen=True, eq=False)
class Isolation:
    """`valves`: positions of the points to close, nearest to the fault first. `cut_off` int32: lines that no source feeds any
    more, the fault's own among them. `customers` int32: premises that lose service.
    """

    valves: tuple[int, ...]
    cut_off: Members
    customers: Members


def isolate(network: Network, mains: Mains, fault: int, stuck: Collection[int] = ()) -> tuple[Isolation, ...]:
    """What to close so that nothing flows to the line or point at position `fault`: the fewest valves first; then, where fewer
    customers lose service by it, the valves around the fault's own segment.

    `stuck`: positions of valves that can't be moved. Empty where no source feeds the fault, or one does with no valve between.
    KeyError where the fault is not on these mains.
    """
    if fault not in mains:
        raise KeyError(f"{network.codes[fault]} is not on these mains")
    here = int(np.searchsorted(mains.member, fault))
    closable = mains.closable & ~np.isin(mains.member, np.array(sorted(stuck), np.int32))
    closable[here] = False
    graph = mains.graph
    before = _fed(graph, mains.feeds, np.zeros(len(mains.member), np.bool_))
    if not before[here]:
        return ()
    segment, border = _segment(graph, closable, here)
    if np.any(segment & mains.feeds):
        return ()
    fewest = _answer(network, mains, before, _smallest_cut(graph, closable, mains.feeds, here), here)
    fed = _fed(graph, mains.feeds, border)
    gentle = _answer(network, mains, before, border & (_touched(graph, fed) | mains.feeds), here)
    return (fewest, gentle) if len(gentle.customers) < len(fewest.customers) else (fewest,)


def _answer(network: Network, mains: Mains, before: Mask, closed: Mask, here: int) -> Isolation:
    fed = _fed(mains.graph, mains.feeds, closed)
    lost = before & ~fed & ~closed
    x_m, y_m = network.x_m[mains.member[here]], network.y_m[mains.member[here]]
    valves = mains.member[closed].tolist()
    valves.sort(key=lambda valve: (np.hypot(network.x_m[valve] - x_m, network.y_m[valve] - y_m), valve))
    return Isolation(tuple(valves), mains.member[lost & mains.is_line], mains.customer[lost[mains.serving]])


def _customers(network: Network, lines: Members, utility: Utility) -> tuple[Members, Members]:
    """What is served, and by which of these lines, where one is near enough."""
    houses = network.where(*utility.customers)
    if not len(houses) or not len(lines):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    tree = shapely.STRtree(network.geometry[lines])
    which, line = tree.query_nearest(network.geometry[houses], max_distance=utility.service_m, all_matches=False)
    return houses[which], lines[line]


@kernel
def _fed(graph: _Graph, feeds: Mask, closed: Mask) -> Mask:
    """What a source reaches without passing a closed point; a source that is closed itself feeds nothing."""
    start, neighbour, _ = graph
    fed = feeds & ~closed
    queue = np.empty(len(fed), np.int64)
    turn = last = 0
    for source in range(len(fed)):
        if fed[source]:
            queue[last] = source
            last += 1
    while turn < last:
        here = queue[turn]
        turn += 1
        for k in range(start[here], start[here + 1]):
            other = neighbour[k]
            if not fed[other] and not closed[other]:
                fed[other] = True
                queue[last] = other
                last += 1
    return fed


@kernel
def _touched(graph: _Graph, fed: Mask) -> Mask:
    """What has a neighbour that is fed."""
    start, neighbour, _ = graph
    touched = np.zeros(len(fed), np.bool_)
    for here in range(len(fed)):
        for k in range(start[here], start[here + 1]):
            touched[here] |= fed[neighbour[k]]
    return touched


@kernel
def _segment(graph: _Graph, closable: Mask, fault: int) -> tuple[Mask, Mask]:
    """What hangs together with the fault without a valve between, and the valves around it."""
    start, neighbour, _ = graph
    inside, border = np.zeros(len(closable), np.bool_), np.zeros(len(closable), np.bool_)
    inside[fault] = True
    queue = np.empty(len(closable), np.int64)
    queue[0] = fault
    turn, last = 0, 1
    while turn < last:
        here = queue[turn]
        turn += 1
        for k in range(start[here], start[here + 1]):
            other = neighbour[k]
            if closable[other]:
                border[other] = True
            elif not inside[other]:
                inside[other] = True
                queue[last] = other
                last += 1
    return inside, border


@kernel
def _smallest_cut(graph: _Graph, closable: Mask, feeds: Mask, fault: int) -> Mask:
    """The smallest set of closable members between the fault and all that feeds, nearest to the fault.

    Every member is two places, its way in (2i) and its way out (2i + 1), with one unit between them where it can be closed and
    any number where not. A way from the fault to a source is added while there is one; what the last search still reaches ends at
    the cut.
    """
    start, neighbour, twin = graph
    count = len(closable)
    flow = np.zeros(len(neighbour), np.int32)  # from the member to its neighbour
    through = np.zeros(count, np.int32)
    came = np.empty(2 * count, np.int64)  # the place before, by place; -1: not reached
    over = np.empty(2 * count, np.int64)  # the entry of `neighbour` that was used; -1: none
    queue = np.empty(2 * count, np.int64)
    while True:
        came[:] = -1
        first = 2 * fault + 1
        came[first] = first
        queue[0] = first
        turn, last, end = 0, 1, -1
        while turn < last:
            place = queue[turn]
            turn += 1
            here = place // 2
            if place % 2 and feeds[here]:
                end = place
                break
            # out of a member: back through itself where a way runs; into it: through itself where there is room
            open_inside = through[here] > 0 if place % 2 else not closable[here] or through[here] == 0
            other_side = place - 1 if place % 2 else place + 1
            if open_inside and came[other_side] < 0:
                came[other_side], over[other_side] = place, -1
                queue[last] = other_side
                last += 1
            for k in range(start[here], start[here + 1]):
                # out: into any neighbour; in: back out of a neighbour from which a way came
                beside = 2 * neighbour[k] + (0 if place % 2 else 1)
                if came[beside] < 0 and (place % 2 or flow[twin[k]] > 0):
                    came[beside] = place
                    over[beside] = k if place % 2 else twin[k]
                    queue[last] = beside
                    last += 1
        if end < 0:
            cut = np.zeros(count, np.bool_)
            for here in range(count):
                cut[here] = came[2 * here] >= 0 and came[2 * here + 1] < 0
            return cut
        place = end
        while place != first:
            before = came[place]
            if over[place] < 0:
                through[place // 2] += 1 if place % 2 else -1
            else:
                flow[over[place]] += 1 if before % 2 else -1
            place = before
