"""The course on the map ends at the fault and at the sensor, and never runs on past them."""

import numpy as np
import pytest

from tests.engine.drawing import line, point
from tocsin.engine.course import course_of
from tocsin.engine.network import Network

A, B, C = (point(code, "manhole", 100.0 * k, 0, utility="telecom") for k, code in enumerate("ABC"))
WELL = point("W", "manhole", 30, 6, utility="sewer")
DUCT, MORE = line("AB", "telecom_duct", A, B), line("BC", "telecom_duct", B, C)
MAIN = line("G", "gas_main", point("", "", 150, -40), point("", "", 150, 40))
MAIN["properties"] = {"id": "G", "kind": "gas_main"}
NETWORK = Network.from_features([A, B, C, WELL, DUCT, MORE, MAIN])


def place(code: str) -> int:
    return NETWORK.position[code]


def course(*codes: str, spot: tuple[float, float]) -> list[list[tuple[float, float]]]:
    """Corners of each part in metres from A."""
    x_m, y_m = NETWORK.x_m[place("A")], NETWORK.y_m[place("A")]
    parts = course_of(NETWORK, [place(code) for code in codes], (spot[0] + x_m, spot[1] + y_m))
    return [[(round(x - x_m), round(y - y_m)) for x, y in part.coords] for part in parts]


WAYS = [
    (
        "from the spot to the end of the main's crossing",
        ("G", "BC", "B"),
        (150, -20),
        [[(150, -20), (150, 0)], [(150, 0), (100, 0)], [(100, 0)]],
    ),
    (
        "into a well beside the duct, not on along it",
        ("BC", "B", "AB", "W"),
        (180, 0),
        [[(180, 0), (100, 0)], [(100, 0)], [(100, 0), (30, 0)], [(30, 6)]],
    ),
    ("through a whole duct", ("A", "AB", "B"), (0, 0), [[(0, 0)], [(0, 0), (100, 0)], [(100, 0)]]),
    ("at the sensor itself", ("A",), (0, 0), [[(0, 0)]]),
    ("no way", (), (0, 0), []),
]


@pytest.mark.parametrize(("what", "codes", "spot", "parts"), WAYS, ids=[row[0] for row in WAYS])
def test_a_course_is_cut_to_what_the_effect_passes(
    what: str, codes: tuple[str, ...], spot: tuple[float, float], parts: list[list[tuple[float, float]]]
) -> None:
    assert course(*codes, spot=spot) == parts


def test_a_spot_beside_the_line_begins_at_its_nearest_place() -> None:
    (part,) = course_of(NETWORK, [place("AB")], (NETWORK.x_m[place("A")] + 40, NETWORK.y_m[place("A")] + 7))
    assert np.allclose(part.length, 0, atol=0.01)
