"""From which of two premises a discharge came: B1, 300 m above the asked manhole S4, or B3, 100 m above it."""

import pytest

from tests.engine.diagnosis.district import District, wave
from tocsin.engine.diagnosis.model import Hypothesis

GAUGES = [
    (name, quantity) for name in ("S1", "S2", "S3") for quantity in ("methane", "hydrogen_sulphide", "level", "conductivity")
]


def seen_at(*manholes: str) -> District:
    """A wave in S4, and in these manholes above it some minutes sooner for each."""
    street = District().write("S4", "methane", wave(-0.2, 40, 0.6))
    for name in manholes:
        street = street.write(name, "methane", wave(-0.2 - 0.15 * (4 - int(name[1])), 40 + 5 * (4 - int(name[1])), 0.6))
    return street


def named(street: District) -> Hypothesis:
    """What is said of a discharge where S4 rings."""
    return next(one for one in street.ask("S4", "methane").hypotheses if one.cause == "industrial_discharge")


WAYS = [
    ("nothing is measured above: the nearer one", seen_at().without(*GAUGES), "B3"),
    ("the manhole between is calm: the one below it", seen_at("S3"), "B3"),
    ("a manhole above the nearer one answered sooner: the farther one", seen_at("S1", "S2", "S3"), "B1"),
]


@pytest.mark.parametrize(("street", "premises"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS])
def test_premises_are_told_apart(street: District, premises: str) -> None:
    assert named(street).asset_code == premises


def test_the_way_of_the_vapours_is_told() -> None:
    told = {one.code: one for one in named(seen_at().without(*GAUGES)).evidence}
    assert told["thins_on_the_way.present"].figures == {"metres": 140}
