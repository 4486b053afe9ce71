"""Conditions over several sensors: named cases, and a slow twin that tries every set of sensors."""

from collections.abc import Collection, Mapping
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.baselines.hours import Hours
from tocsin.engine.conditions.evaluate import where_it_holds
from tocsin.engine.conditions.measures import balance, deviations, night_shares, totals
from tocsin.engine.conditions.model import Condition, Measure, Term
from tocsin.engine.conditions.reaching import Places
from tocsin.engine.network import Network

GAS = Term(measure=Measure.VALUE, quantity="methane", at_least=20)
WARM = Term(measure=Measure.VALUE, quantity="temperature", at_least=35)
COLD = Term(measure=Measure.VALUE, quantity="temperature", at_most=0)
TWO = Term(measure=Measure.VALUE, quantity="methane", at_least=20, sensors=2)
STREET = Places(np.arange(10) * 30.0, np.zeros(10), np.full(10, -1, np.int32))  # thirty metres from one to the next


def condition(*terms: Term, need: int | None = None, within_m: float = 0.0) -> Condition:
    return Condition(code="one", level=3, terms=terms, need=need or len(terms), within_m=within_m, words={})


def holds(one: Condition, *values: Mapping[int, float], told: Collection[int] = ()) -> list[tuple[int, list[list[int]]]]:
    def reach(sensor: int, others: Collection[int]) -> Mapping[int, float]:
        return STREET.by_air(sensor, others, one.within_m)

    found = where_it_holds(one, values, reach, told)
    return [(held.anchor, [[number, *(sensor for sensor, _value in hits)] for number, hits in held.branch]) for held in found]


CASES = {
    "one sensor, one term": (condition(GAS), [{1: 25.0, 2: 3.0}], [(1, [[0, 1]])]),
    "nothing": (condition(GAS), [{1: 3.0}], []),
    "not a number is not at a limit": (condition(GAS), [{1: np.nan}], []),
    "both at one sensor's place": (condition(GAS, WARM, within_m=30), [{1: 25.0}, {2: 40.0}], [(1, [[0, 1], [1, 2]])]),
    "too far apart": (condition(GAS, WARM, within_m=29), [{1: 25.0}, {2: 40.0}], []),
    "one of two is enough": (condition(GAS, WARM, need=1), [{1: 25.0}, {5: 40.0}], [(1, [[0, 1]]), (5, [[1, 5]])]),
    "two of three": (condition(GAS, WARM, COLD, need=2, within_m=60), [{1: 25.0}, {3: 12.0}, {3: -2.0}], [(1, [[0, 1], [2, 3]])]),
    "two neighbours": (condition(TWO, within_m=60), [{1: 25.0, 3: 30.0, 9: 90.0}], [(1, [[0, 1, 3]])]),
    "two alone are none": (condition(TWO, within_m=60), [{1: 25.0, 9: 90.0}], []),
    "one group, told once": (condition(GAS, within_m=90), [{1: 25.0, 2: 26.0, 3: 27.0}], [(1, [[0, 1, 2, 3]])]),
}


@pytest.mark.parametrize("case", CASES)
def test_where_a_condition_holds(case: str) -> None:
    one, values, expected = CASES[case]
    assert holds(one, *values) == expected


def test_a_group_stays_where_it_was_told() -> None:
    one = condition(GAS, within_m=90)
    values = {1: 25.0, 2: 26.0, 3: 27.0}
    assert [anchor for anchor, _branch in holds(one, values, told={3})] == [3]
    assert [anchor for anchor, _branch in holds(one, values, told={9})] == [1]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Term(measure=Measure.VALUE, quantity="methane"),
        lambda: Term(measure=Measure.VALUE, quantity="methane", at_least=1, at_most=2),
        lambda: Term(measure=Measure.VALUE, quantity="methane", at_least=1, hours=169),
        lambda: condition(GAS, need=2),
        lambda: condition(GAS, within_m=5001),
    ],
)
def test_contradictions_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        wrong()  # type: ignore[operator]


def slow_twin(one: Condition, values: list[dict[int, float]]) -> set[int]:
    """Sensors at which the condition is true: every choice of terms and of sensors near it is tried."""
    true = set()
    for anchor in range(10):
        near = [sensor for sensor in range(10) if abs(sensor - anchor) * 30.0 <= one.within_m]
        for chosen in combinations(range(len(one.terms)), one.need):
            sets = [
                [
                    s
                    for s in near
                    if s in values[number] and one.terms[number].at_least <= values[number][s] <= one.terms[number].at_most
                ]
                for number in chosen
            ]
            enough = all(len(hits) >= one.terms[number].sensors for number, hits in zip(chosen, sets, strict=True))
            if enough and any(anchor in hits for hits in sets):
                true.add(anchor)
    return true


@given(
    st.lists(st.dictionaries(st.integers(0, 9), st.sampled_from([0.0, 20.0, 40.0]), max_size=6), min_size=1, max_size=3),
    st.sampled_from([0.0, 30.0, 90.0]),
    st.integers(1, 2),
    st.data(),
)
def test_it_agrees_with_trying_everything(
    values: list[dict[int, float]], within_m: float, sensors: int, data: st.DataObject
) -> None:
    terms = tuple(Term(measure=Measure.VALUE, quantity="methane", at_least=20, sensors=sensors) for _one in values)
    need = data.draw(st.integers(1, len(terms)))
    one = Condition(code="one", level=3, terms=terms, need=need, within_m=within_m, words={})
    found = where_it_holds(one, tuple(values), lambda sensor, others: STREET.by_air(sensor, others, within_m))
    true = slow_twin(one, values)
    anchors = [held.anchor for held in found]
    assert set(anchors) <= true and len(set(anchors)) == len(anchors)
    covered = {sensor for held in found for sensor in held.sensors}
    assert true <= covered, "whatever is true lies in a group that is told"


def test_along_the_pipe_is_not_by_the_air() -> None:
    def well(number: int, lon: float, lat: float) -> dict[str, object]:
        return {
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"id": f"W{number}", "kind": "manhole", "utility": "sewer"},
        }

    def drain(number: int, a: list[float], b: list[float]) -> dict[str, object]:
        told = {"id": f"D{number}", "kind": "sewer", "from_node": f"W{number}", "to_node": f"W{number + 1}"}
        return {"geometry": {"type": "LineString", "coordinates": [a, b]}, "properties": told}

    bend = [[120.4, 36.2], [120.402, 36.2], [120.402, 36.2002], [120.4, 36.2002]]  # a hairpin: its ends are 22 m apart
    features = [well(n, *place) for n, place in enumerate(bend)] + [drain(n, bend[n], bend[n + 1]) for n in range(3)]
    network = Network.from_features(features)
    wells = np.array([network.position[f"W{n}"] for n in range(4)], np.int32)
    places = Places(network.x_m[wells], network.y_m[wells], wells)
    assert set(places.by_air(0, range(4), 30.0)) == {0, 3}
    assert set(places.along(network, 0, range(4), 30.0)) == {0}
    reached = places.along(network, 0, range(4), 400.0)
    assert set(reached) == {0, 1, 2, 3} and reached[3] > 300
    assert set(Places(places.x_m, places.y_m, np.full(4, -1, np.int32)).along(network, 1, range(4), 400.0)) == {1}


def hours(*rows: list[float], first_hour: int = 0) -> Hours:
    middle = np.array(rows, float)
    return Hours(first_hour, middle, middle)


def test_totals_are_the_least_that_can_have_fallen() -> None:
    rain = hours([0, 10, np.nan, 20], [np.nan] * 4)
    assert totals(rain, 3).tolist()[0] == 30 and np.isnan(totals(rain, 3)[1])
    assert totals(rain, 1)[0] == 20


def test_a_deviation_counts_by_its_least_hour() -> None:
    middle, low, high = np.full((4, 3), 10.0), np.full((4, 3), 8.0), np.full((4, 3), 14.0)
    value = np.array([[18, 14, 22], [6, 4, 6], [18, 4, 18], [18, np.nan, 18]], float)
    told = deviations(value, middle, low, high)
    assert told[:3].tolist() == [1.0, -2.0, 0.0] and np.isnan(told[3])


def test_a_night_is_compared_with_a_fortnight() -> None:
    flow = np.full(24 * 16, 30.0)
    for day in range(16):
        flow[day * 24 + 18 : day * 24 + 20] = 10.0  # 02-04 h in Qingdao
    flow[15 * 24 + 18 : 15 * 24 + 20] = 25.0
    assert night_shares(hours(flow.tolist()))[0] == 2.5


def test_what_enters_and_does_not_leave() -> None:
    into, out = np.array([[10.0, 10, np.nan, 10]]), np.array([[4.0, 4, 4, 4], [4, 4, 4, 4]])
    assert balance(into, out) == pytest.approx(0.2)
    assert np.isnan(balance(np.full((1, 4), np.nan), out)) and np.isnan(balance(np.zeros((1, 4)), out))
