"""Coordinates of plants: any scale, turn, shift and mirrored axis is found again; what contradicts itself is told."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane, distance_m
from tocsin.engine.positioning.frames import Frame, ReferencePoint, fit_frame
from tocsin.engine.positioning.movement import follow

pytestmark = pytest.mark.one_database

CORNERS = ((0.0, 0.0), (100.0, 0.0), (0.0, 60.0), (90.0, 70.0))


def known_frame(scale: float, turn: float, east: float, north: float, *, mirrored: bool) -> Frame:
    a, b = scale * math.cos(turn), scale * math.sin(turn)
    return Frame(LocalPlane(120.43, 36.16), a, b, east, north, mirrored)


def seen_in(frame: Frame, corners: tuple[tuple[float, float], ...] = CORNERS) -> list[ReferencePoint]:
    return [ReferencePoint(x, y, *frame.to_degrees(x, y)) for x, y in corners]


@given(
    scale=st.floats(0.3, 50),
    turn=st.floats(-math.pi, math.pi),
    east=st.floats(-2000, 2000),
    north=st.floats(-2000, 2000),
    mirrored=st.booleans(),
    at=st.tuples(st.floats(-50, 150), st.floats(-50, 150)),
)
def test_any_plan_is_found_again(
    scale: float, turn: float, east: float, north: float, mirrored: bool, at: tuple[float, float]
) -> None:
    frame = known_frame(scale, turn, east, north, mirrored=mirrored)
    fitted = fit_frame(seen_in(frame))
    # The planes of two middles differ by the cosines of their latitudes: within 10 km that is far below a decimetre.
    size = scale * 200 + abs(east) + abs(north)
    assert fitted.worst_m is not None
    assert fitted.worst_m < 1e-3 + size * 1e-4
    assert fitted.frame.mirrored is mirrored
    assert distance_m(*fitted.frame.to_degrees(*at), *frame.to_degrees(*at)) < 0.02 + size * 1e-3
    assert fitted.frame.scale == pytest.approx(scale, rel=1e-2)


def test_large_coordinates_lose_no_digits() -> None:
    """Gauss-Krüger grids have seven digits before the point."""
    far = tuple((x + 40_548_000.0, y + 4_003_000.0) for x, y in CORNERS)
    near = fit_frame(seen_in(known_frame(1.0, 0.3, 0.0, 0.0, mirrored=False)))
    points = [ReferencePoint(x, y, one.lon, one.lat) for (x, y), one in zip(far, seen_in(near.frame), strict=True)]
    fitted = fit_frame(points)
    assert fitted.worst_m == pytest.approx(0, abs=0.01)
    assert distance_m(*fitted.frame.to_degrees(far[0][0] + 50, far[0][1] + 30), *near.frame.to_degrees(50, 30)) < 0.01


def test_two_points_tell_no_error_and_a_wrong_one_of_four_does() -> None:
    frame = known_frame(1.0, 0.5, 10, 20, mirrored=False)
    points = seen_in(frame)
    two = fit_frame(points[:2])
    assert (two.worst_m, two.root_mean_square_m, two.errors_m) == (None, None, ())
    assert distance_m(*two.frame.to_degrees(90, 70), points[3].lon, points[3].lat) < 0.05
    wrong = [*points[:3], ReferencePoint(90, 70 + 8, points[3].lon, points[3].lat)]
    fitted = fit_frame(wrong)
    assert fitted.worst_m is not None and fitted.root_mean_square_m is not None
    assert 1.5 < fitted.root_mean_square_m <= fitted.worst_m < 8


def test_points_in_a_row_are_never_taken_for_a_mirror() -> None:
    frame = known_frame(2.0, 1.0, 0, 0, mirrored=False)
    fitted = fit_frame(seen_in(frame, ((0, 0), (50, 0), (100, 0.5))))
    assert not fitted.frame.mirrored


WRONG = {
    "one": ([ReferencePoint(0, 0, 120, 36)], "two reference points"),
    "none": ([], "two reference points"),
    "no number": ([ReferencePoint(0, 0, 120, 36), ReferencePoint(math.nan, 0, 120.1, 36)], "no number"),
    "near": ([ReferencePoint(0, 0, 120, 36), ReferencePoint(5, 0, 120.00001, 36)], "1 and 2 are 0.9 m"),
    "same x and y": ([ReferencePoint(0, 0, 120, 36), ReferencePoint(0, 0, 120.01, 36)], "same plant coordinates"),
    "scale": ([ReferencePoint(0, 0, 120, 36), ReferencePoint(1, 0, 120.1, 36)], "contradict"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_can_not_be_a_plan_is_told(name: str) -> None:
    points, words = WRONG[name]
    with pytest.raises(InvalidInput, match=words):
        fit_frame(points)


@given(
    steps=st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=1, max_size=30),
    accuracy=st.floats(4, 10),
)
def test_whoever_trembles_within_the_accuracy_has_not_moved(steps: list[tuple[float, float]], accuracy: float) -> None:
    plane = LocalPlane(120.43, 36.16)
    anchor = None
    for at, (x, y) in enumerate(steps):
        lon, lat = plane.to_degrees(np.array([x / 2]), np.array([y / 2]))
        anchor = follow(anchor, float(lon[0]), float(lat[0]), accuracy, at * 1000, least_m=3.0)
    assert anchor is not None
    assert anchor.since_ms == 0


def test_what_is_older_moves_nobody() -> None:
    anchor = follow(None, 120.0, 36.0, 1.0, 10_000, least_m=3.0)
    assert follow(anchor, 121.0, 36.0, 1.0, 9_000, least_m=3.0) == anchor
