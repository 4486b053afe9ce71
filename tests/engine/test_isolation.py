"""Which valves to close: drawn nets, and a twin that tries every set of valves of small nets."""

import itertools
from collections.abc import Collection, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drawing import line, point
from tocsin.engine.isolation import Mains, Utility, isolate
from tocsin.engine.network import Network

GAS = Utility("gas", ("gas_main",), ("gas_regulator",), ("valve", "gas_regulator"), 60.0)
KINDS = {"V": "valve", "R": "gas_regulator", "J": "chamber"}


def net(drawing: str) -> Network:
    """`V1-V2 V2-J1` joins points, which stand 100 m apart in the order in which they are named; a house stands by each line."""
    names = list(dict.fromkeys(name for pair in drawing.split() for name in pair.split("-")))
    points = {name: point(name, KINDS[name[0]], 100.0 * k, 100.0 * (k * k % 7)) for k, name in enumerate(names)}
    features = list(points.values())
    for pair in drawing.split():
        start, end = (points[name] for name in pair.split("-"))
        features.append(line(pair, "gas_main", start, end))
        middle = [(start["properties"][axis] + end["properties"][axis]) / 2 for axis in ("x_m", "y_m")]
        features.append(point(f"B{pair}", "building", *middle, use="residential"))
    return Network.from_features(features)


def codes(network: Network, positions: Iterable[int]) -> set[str]:
    return {network.codes[position] for position in positions}


# net, fault, valves that are stuck, then the answers: valves to close and lines without service
TABLE = {
    "a loop with two feeds: both ends": ("R1-V1 V1-V2 V2-V3 V3-R2", "V1-V2", "", [("V1 V2", "V1-V2")]),
    "a branch: the valve before it": ("R1-V1 V1-V2 V2-V3", "V2-V3", "", [("V2", "V2-V3")]),
    "a valve that is stuck: the next one": ("R1-V1 V1-V2 V2-V3", "V2-V3", "V2", [("V1", "V1-V2 V2-V3")]),
    "the station's own valve": ("R1-J1 J1-V1", "R1-J1", "", [("R1", "R1-J1 J1-V1")]),
    "a leaking valve can't be closed": ("R1-V1 V1-V2 V2-V3", "V2", "", [("V1", "V1-V2 V2-V3")]),
    "one valve, or two with less loss": (
        "R1-V1 V1-V2 V2-V3 V3-V1",
        "V2-V3",
        "",
        [("V1", "V1-V2 V2-V3 V3-V1"), ("V2 V3", "V2-V3")],
    ),
    "fed by nobody": ("V1-V2 V3-R1", "V1-V2", "", []),
    "no valve between": ("R1-J1 J1-V1", "J1-V1", "R1", []),
}


@pytest.mark.parametrize(("drawing", "fault", "stuck", "wanted"), TABLE.values(), ids=TABLE)
def test_drawn_nets(drawing: str, fault: str, stuck: str, wanted: list[tuple[str, str]]) -> None:
    network = net(drawing)
    found = isolate(network, Mains.build(network, GAS), network.position[fault], [network.position[one] for one in stuck.split()])
    told = [(codes(network, one.valves), codes(network, one.cut_off)) for one in found]
    assert told == [(set(valves.split()), set(lost.split())) for valves, lost in wanted]
    for one in found:
        assert codes(network, one.customers) >= {f"B{name}" for name in codes(network, one.cut_off)}


def test_a_fault_elsewhere_is_refused() -> None:
    network = net("R1-V1 V1-V2")
    with pytest.raises(KeyError):
        isolate(network, Mains.build(network, GAS), network.position["BR1-V1"])


def test_houses_far_from_every_main_are_not_served() -> None:
    valve, other = point("V1", "valve", 0, 0), point("V2", "valve", 100, 0)
    houses = [point("near", "building", 50, 59), point("far", "building", 50, 61)]
    network = Network.from_features([valve, other, line("L", "gas_main", valve, other), *houses])
    assert codes(network, Mains.build(network, GAS).customer) == {"near"}


def lost_lines(network: Network, closed: Collection[int]) -> set[int]:
    """Lines that are fed with every valve open and not with these closed, by plain walking."""

    def fed(shut: Collection[int]) -> set[int]:
        found = {source for source in network.where("gas_regulator").tolist() if source not in shut}
        while True:
            grown = set(found)
            for one in network.where("gas_main").tolist():
                ends = [end for end in network.ends(one) if end not in shut]
                if one in found or any(end in found for end in ends):
                    grown |= {one, *ends}
            if grown == found:
                return {one for one in found if network.is_line[one]}
            found = grown

    return fed(()) - fed(closed)


@st.composite
def drawings(draw: st.DrawFn) -> tuple[str, str, str]:
    points = [f"{draw(st.sampled_from('VVVJ'))}{k}" for k in range(draw(st.integers(3, 7)))]
    points += [f"R{k}" for k in range(draw(st.integers(1, 2)))]
    possible = [f"{a}-{b}" for a, b in itertools.combinations(points, 2)]
    chosen = draw(st.lists(st.sampled_from(possible), min_size=2, max_size=10, unique=True))
    named = sorted({name for pair in chosen for name in pair.split("-")})
    stuck = draw(st.lists(st.sampled_from(named), max_size=2, unique=True))
    return " ".join(chosen), draw(st.sampled_from(chosen)), " ".join(stuck)


@settings(max_examples=150, deadline=None)
@given(drawings())
def test_as_good_as_trying_every_set(drawn: tuple[str, str, str]) -> None:
    """Fewest valves, and of those sets the least loss; then the least loss at all, with the fewest valves for it."""
    drawing, fault_code, stuck_codes = drawn
    network = net(drawing)
    fault, stuck = network.position[fault_code], [network.position[one] for one in stuck_codes.split()]
    found = isolate(network, Mains.build(network, GAS), fault, stuck)
    valves = [one for one in network.where("valve", "gas_regulator").tolist() if one not in stuck]
    sets = [chosen for size in range(len(valves) + 1) for chosen in itertools.combinations(valves, size)]
    good = [(len(chosen), len(lost), chosen) for chosen in sets if fault in (lost := lost_lines(network, chosen))]
    assert bool(found) == bool(good)
    if not good:
        return
    size, loss, _ = min(good, key=lambda one: one[:2])
    assert (len(found[0].valves), len(found[0].cut_off)) == (size, loss)
    assert set(found[0].cut_off.tolist()) == lost_lines(network, found[0].valves)
    loss, size, _ = min((loss, size, chosen) for size, loss, chosen in good)
    gentle = found[-1]
    assert len(gentle.cut_off) == loss
    if len(found) == 2:
        assert len(gentle.valves) == size
        assert len(gentle.customers) < len(found[0].customers)
    assert np.all(np.isin(gentle.customers, found[0].customers))
