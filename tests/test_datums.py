"""Places between CGCS2000, GCJ-02 and BD-09, by points that are published with other implementations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.base.datums import Datum, convert, metres_between

POINTS = [  # the first three are those of eviltransform's own tests, the others those of coordtransform's
    (Datum.CGCS2000, (121.5272106, 31.1774276), Datum.GCJ02, (121.531541859215, 31.17530398364597)),
    (Datum.CGCS2000, (113.912316, 22.543847), Datum.GCJ02, (113.9171764808363, 22.540796131694766)),
    (Datum.CGCS2000, (116.377817, 39.911954), Datum.GCJ02, (116.38404722455657, 39.91334545536069)),
    (Datum.CGCS2000, (116.404, 39.915), Datum.GCJ02, (116.41024449916938, 39.91640428150164)),
    (Datum.GCJ02, (116.404, 39.915), Datum.BD09, (116.41036949371029, 39.92133699351021)),
]


@pytest.mark.parametrize(("source", "place", "target", "expected"), POINTS)
def test_published_points(source: Datum, place: tuple[float, float], target: Datum, expected: tuple[float, float]) -> None:
    assert convert(np.array([place]), source, target)[0] == pytest.approx(expected, abs=1e-9)
    assert convert(np.array([expected]), target, source)[0] == pytest.approx(place, abs=1e-9)


@given(st.floats(74, 135), st.floats(4, 53), st.sampled_from(Datum), st.sampled_from(Datum))
def test_there_and_back_is_the_same_place(lon: float, lat: float, source: Datum, target: Datum) -> None:
    place = np.array([[lon, lat]])
    back = convert(convert(place, source, target), target, source)
    assert metres_between(place, back)[0] < 0.01


def test_nothing_moves_abroad() -> None:
    paris = np.array([[2.35, 48.85]])
    assert (convert(paris, Datum.CGCS2000, Datum.GCJ02) == paris).all()
