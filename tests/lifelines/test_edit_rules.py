"""Lines cut and joined: what is cut comes together again, whatever way it is drawn."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.drawing import PLANE
from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.lifelines.rules.edits import Place, differences, join, mark_of, metres, nearest, split, with_end

pytestmark = pytest.mark.one_database


def place(x_m: float, y_m: float) -> Place:
    """So many metres east and north of the plane's middle."""
    import numpy as np

    lon, lat = PLANE.to_degrees(np.array([x_m]), np.array([y_m]))
    return float(lon[0]), float(lat[0])


def length_m(line: list[Place]) -> float:
    return sum(metres(a, b) for a, b in itertools.pairwise(line))


@st.composite
def lines(draw: st.DrawFn) -> list[Place]:
    """Courses eastward, each corner 5 to 80 m beyond the one before."""
    steps = draw(st.lists(st.tuples(st.floats(5, 80), st.floats(-60, 60)), min_size=1, max_size=6))
    x, corners = 0.0, [place(0, 0)]
    for forward, side in steps:
        x += forward
        corners.append(place(x, side))
    return corners


@given(lines(), st.floats(0.1, 0.9))
def test_parts_are_as_long_as_the_whole_and_join_to_it(line: list[Place], share: float) -> None:
    x = share * (line[-1][0] - line[0][0]) + line[0][0]
    number = next(k for k, (a, b) in enumerate(itertools.pairwise(line)) if a[0] <= x <= b[0])
    a, b = line[number], line[number + 1]
    at = (x, a[1] + (x - a[0]) / (b[0] - a[0]) * (b[1] - a[1]))
    if min(metres(at, line[0]), metres(at, line[-1])) < 1:
        return
    first, second = split(line, at)
    assert first[0] == line[0]
    assert second[-1] == line[-1]
    assert first[-1] == second[0]
    assert length_m(first) + length_m(second) == pytest.approx(length_m(line), rel=1e-6)
    for one, other in itertools.product((first, first[::-1]), (second, second[::-1])):
        whole = join(one, other)
        assert length_m(whole) == pytest.approx(length_m(line), rel=1e-6)
        assert {whole[0], whole[-1]} == {line[0], line[-1]}
        kept = whole[0] if one is first else whole[-1]
        assert kept == line[0], "the direction is that of the first"


@given(lines(), st.floats(-100, 500), st.floats(-100, 100))
def test_the_nearest_place_is_nearer_than_any_of_many(line: list[Place], x: float, y: float) -> None:
    asked = place(x, y)
    _number, _on, apart = nearest(line, asked)
    many = [
        (a[0] + k / 200 * (b[0] - a[0]), a[1] + k / 200 * (b[1] - a[1])) for a, b in itertools.pairwise(line) for k in range(201)
    ]
    assert apart <= min(metres(one, asked) for one in many) + 0.01


FAR, AT_THE_END = place(50, 40), place(100.1, 0)


@pytest.mark.parametrize(("at", "words"), [(FAR, "m from the line"), (AT_THE_END, "ends there already")])
def test_where_a_line_is_not_cut(at: Place, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        split([place(0, 0), place(100, 0)], at)


A, B, C, D = (place(100 * k, 0) for k in range(4))


@pytest.mark.parametrize(
    ("first", "second"),
    [pytest.param([A, B], [C, D], id="no end in common"), pytest.param([A, C, B], [B, D, A], id="a ring")],
)
def test_what_does_not_follow_is_not_joined(first: list[Place], second: list[Place]) -> None:
    with pytest.raises(InvalidInput, match="do not meet"):
        join(first, second)


def test_an_end_goes_alone() -> None:
    assert with_end([A, B, C], begins=True, place=D) == [D, B, C]
    assert with_end([A, B, C], begins=False, place=D) == [A, B, D]


def test_a_mark_changes_with_any_value_and_with_nothing_else() -> None:
    assert mark_of({"a": 1, "b": "二"}) == mark_of({"b": "二", "a": 1})
    assert mark_of({"a": 1}) != mark_of({"a": 2})
    assert differences({"a": 1, "b": 2}, {"a": 1, "c": 3}) == {"b": (2, None), "c": (None, 3)}
    assert differences(None, {"a": 1}) == {"a": (None, 1)}
