"""The dynamic risk: bounded, never milder by more of what raises it, whatever the order; beside a plain loop."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tocsin.engine.dynamic_risk import bands_of, judge_areas, judge_firms, judge_units, shares_of

type Rows = list[tuple[float, list[float], int]]
"""Static share, raising shares, firm."""

FACTORS, FIRMS = 4, 3
share = st.floats(0, 1)
rows = st.lists(
    st.tuples(st.floats(0, 0.99), st.lists(share, min_size=FACTORS, max_size=FACTORS), st.integers(0, FIRMS - 1)),
    max_size=12,
)
weights = st.lists(st.floats(0, 3), min_size=FACTORS, max_size=FACTORS)


def columns(told: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    static = np.array([one[0] for one in told])
    raising = np.array([one[1] for one in told]).reshape(len(told), FACTORS)
    return static, raising, np.array([one[2] for one in told], dtype=np.int64)


def plain_unit(static: float, raising: list[float], weight: list[float]) -> float:
    power = 1 + sum(x * w for x, w in zip(raising, weight, strict=True))
    return 100 * (1 - (1 - static) ** power)


@given(rows, weights)
def test_units_and_firms_are_those_of_a_plain_loop(told: Rows, weight: list[float]) -> None:
    static, raising, firm = columns(told)
    units = judge_units(static, raising, np.array(weight))
    firms = judge_firms(units, firm, FIRMS)
    for number in range(FIRMS):
        own = [(s, x) for s, x, whose in told if whose == number]
        value = max((plain_unit(s, x, weight) for s, x in own), default=0.0)
        assert math.isclose(firms.value[number], value, abs_tol=1e-9)
        for factor in range(FACTORS):
            without = [(s, [0.0 if at == factor else one for at, one in enumerate(x)]) for s, x in own]
            rest = max((plain_unit(s, x, weight) for s, x in without), default=0.0)
            assert math.isclose(firms.drops[number, factor], value - rest, abs_tol=1e-9)


@given(rows, weights)
def test_a_risk_lies_between_what_it_is_by_itself_and_a_hundred(told: Rows, weight: list[float]) -> None:
    static, raising, _firm = columns(told)
    judged = judge_units(static, raising, np.array(weight))
    assert np.all((judged.value >= 100 * static - 1e-9) & (judged.value <= 100))
    assert np.all((judged.drops >= 0) & (judged.drops <= judged.value[:, None] + 1e-9))


@given(rows, weights, st.integers(0, FACTORS - 1), share)
def test_more_of_anything_bad_is_never_a_lower_risk(told: Rows, weight: list[float], factor: int, more: float) -> None:
    static, raising, firm = columns(told)
    worse = raising.copy()
    worse[:, factor] = np.maximum(worse[:, factor], more)
    before = judge_units(static, raising, np.array(weight))
    after = judge_units(static, worse, np.array(weight))
    assert np.all(after.value >= before.value - 1e-9)
    heavier = judge_units(np.minimum(static + more / 2, 0.995), raising, np.array(weight))
    assert np.all(heavier.value >= before.value - 1e-9)
    of_firms = (judge_firms(one, firm, FIRMS).value for one in (before, after))
    assert np.all(np.diff(np.array(list(of_firms)), axis=0) >= -1e-9)


@given(rows, weights, st.permutations(range(12)))
def test_the_order_of_units_does_not_matter(told: Rows, weight: list[float], order: list[int]) -> None:
    mixed = [told[at] for at in order if at < len(told)]
    found = []
    for one in (told, mixed):
        static, raising, firm = columns(one)
        firms = judge_firms(judge_units(static, raising, np.array(weight)), firm, FIRMS)
        found.append((firms.value, firms.drops))
    assert np.allclose(found[0][0], found[1][0])
    assert np.allclose(found[0][1], found[1][1])


values = st.lists(st.tuples(st.floats(0, 100), st.integers(0, 2)), max_size=20)


@given(values, share, st.integers(1, 6))
def test_areas_are_those_of_a_plain_loop(told: list[tuple[float, int]], head: float, top: int) -> None:
    value, area = np.array([one for one, _area in told]), np.array([area for _one, area in told], dtype=np.int64)
    found = judge_areas(value, area, 3, head=head, top=top)
    for number in range(3):
        own = sorted((one for one, where in told if where == number), reverse=True)
        assert math.isclose(found[number], head * max(own, default=0.0) + (1 - head) * sum(own[:top]) / top, abs_tol=1e-9)


@given(values, st.floats(0, 100), st.integers(0, 2))
def test_another_firm_never_lowers_an_area(told: list[tuple[float, int]], value: float, where: int) -> None:
    def judged(firms: list[tuple[float, int]]) -> NDArray[np.float64]:
        area = np.array([one for _value, one in firms], dtype=np.int64)
        return judge_areas(np.array([one for one, _area in firms], dtype=np.float64), area, 3, head=0.7, top=3)

    assert np.all(judged([*told, (value, where)]) >= judged(told) - 1e-9)


def test_a_limit_belongs_to_the_graver_colour() -> None:
    limits = np.array([30.0, 50.0, 70.0])
    assert bands_of(np.array([0, 29.9, 30, 50, 69.9, 70, 100]), limits).tolist() == [0, 0, 1, 2, 2, 3, 3]


def test_counts_are_whole_at_their_full_figure() -> None:
    assert shares_of(np.array([[0.0, 1.0, 5.0]]), np.array([2.0, 2.0, 2.0])).tolist() == [[0.0, 0.5, 1.0]]


ONE = np.array([0.3])
REFUSED = {
    "a static share of 1": (np.array([1.0]), np.zeros((1, 1)), np.ones(1)),
    "a share above 1": (ONE, np.array([[1.5]]), np.ones(1)),
    "no number": (ONE, np.array([[np.nan]]), np.ones(1)),
    "a weight below 0": (ONE, np.zeros((1, 1)), np.array([-1.0])),
    "an endless weight": (ONE, np.zeros((1, 1)), np.array([np.inf])),
    "other shapes": (ONE, np.zeros((2, 1)), np.ones(1)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_share_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"shares|static is"):
        judge_units(*REFUSED[name])
