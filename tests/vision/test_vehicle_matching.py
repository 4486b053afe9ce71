"""A plate that was read, beside the orders that await a vehicle: the rules alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.languages import english as english
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.expected import SignCosts
from tocsin.vision.vehicles.policy import matching_rule, vehicle_policy
from tocsin.vision.vehicles.rules.matching import Awaited, PlateVerdict, match_plate, plates_among, says_dangerous
from tocsin.vision.vehicles.rules.orders import tidy_plate

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("english")]
PLATE = "鲁BD7362"
HOUR = timedelta(hours=1)


def awaiting(plate: str = PLATE, hours: tuple[float, float] = (-1, 1), *, present: bool = False) -> Awaited:
    return Awaited(uuid4(), (plate, "鲁B1234挂"), NOW + hours[0] * HOUR, NOW + hours[1] * HOUR, present=present)


@pytest.mark.parametrize(
    ("plate", "confidence", "order", "verdict"),
    [
        (PLATE, 0.9, awaiting(), "match"),
        ("鲁B1234挂", 0.9, awaiting(), "match"),  # the trailer's
        (PLATE, 0.5, awaiting(), "doubtful"),  # read unsurely
        ("鲁B07362", 0.9, awaiting(), "doubtful"),  # 0 for D
        ("粤BD7362", 0.9, awaiting(), "doubtful"),  # one province for another
        ("鲁BD7392", 0.9, awaiting(), "doubtful"),  # a sign that looks otherwise
        ("粤B07392", 0.9, awaiting(), "none"),
        ("鲁BD1111", 0.9, awaiting(), "none"),
        (PLATE, 0.9, awaiting(hours=(-5, -2)), "window"),
        (PLATE, 0.9, awaiting(hours=(-5, -0.4)), "match"),  # a little late
        (PLATE, 0.9, awaiting(hours=(0.4, 3)), "match"),  # a little early
        (PLATE, 0.9, awaiting(hours=(2, 3)), "window"),
        ("鲁B07362", 0.5, awaiting(present=True), "match"),  # it stands there
    ],
)
def test_a_plate_beside_an_order(plate: str, confidence: float, order: Awaited, verdict: str) -> None:
    assert match_plate(plate, confidence, NOW, [order], matching_rule()).verdict == verdict


def test_the_nearest_order_counts_then_the_one_in_its_window() -> None:
    later, now, other = awaiting(hours=(5, 6)), awaiting(), awaiting("鲁B07362")
    found = match_plate(PLATE, 0.9, NOW, [later, other, now], matching_rule())
    assert (found.verdict, found.order, found.distance) == (PlateVerdict.MATCH, now, 0.0)
    assert match_plate(PLATE, 0.9, NOW, [], matching_rule()).verdict is PlateVerdict.NONE


def test_plates_among_lines_of_a_picture() -> None:
    lines = ["危险品", "鲁B·D7362", "鲁BO8362", "PRESS 12345"]
    found = plates_among(lines, ["鲁B08362"], 1.0, SignCosts())
    assert [(one.plate, one.line) for one in found] == [(PLATE, 1), ("鲁BO8362", 2)]
    words = vehicle_policy().reading.dangerous
    assert says_dangerous(lines, words) and not says_dangerous(lines[1:], words)


@pytest.mark.parametrize("text", ["", "鲁B", "鲁B123456789012", "鲁B<12345>", "鲁B1234\x00"])
def test_what_is_no_plate_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no number plate"):
        tidy_plate(text)
