"""Where along the trench of H1 to H4, 100 m each, the heating main leaks when methane rings in T1 beside H2."""

import pytest

from tests.engine.diagnosis.district import District, features, rising, settling
from tocsin.base.geometry import distance_m


def metres_to(chamber: str, street: District) -> float:
    """From the leak that is named to a chamber."""
    told = next(one for one in street.ask("T1", "methane").hypotheses if one.cause == "heat_main_leak_biogas")
    place = {feature["properties"]["id"]: feature["geometry"]["coordinates"] for feature in features()}  # type: ignore[index]
    return distance_m(told.lon, told.lat, *place[chamber])


def leak(**warmer_c: float) -> District:
    """Make-up water rises two days and a half ago, the chambers become warm hours later, all at once; then methane rises."""
    street = District().write("HS", "makeup_flow", rising(-56, 10, 1)).write("T1", "methane", settling(-40, 26, 18))
    for chamber, degrees in warmer_c.items():
        street = street.write(chamber, "temperature", settling(-53, degrees, 5))
    return street


WARM = [
    ("one chamber is hot and all others calm: near it", leak(H2=22), "H2", 40),
    ("warmth fades to the east: near the hottest", leak(H2=24, H3=8, H4=2.5), "H2", 60),
    ("warmth fades to the west: near the hottest", leak(H2=8, H3=24, H4=8), "H3", 60),
    ("both neighbours are as warm: between them", leak(H2=16, H3=16), "H2", 80),
]


@pytest.mark.parametrize(("street", "chamber", "within_m"), [row[1:] for row in WARM], ids=[row[0] for row in WARM])
def test_the_leak_is_placed_by_how_warm_chambers_are(street: District, chamber: str, within_m: float) -> None:
    assert metres_to(chamber, street) <= within_m


def test_calm_chambers_farther_on_do_not_refute_a_leak_beside_a_hot_one() -> None:
    """Warmth had the time to come to them, but fades on its way."""
    told = next(one for one in leak(H2=22).ask("T1", "methane").hypotheses if one.cause == "heat_main_leak_biogas")
    assert [one.code for one in told.evidence if one.code.startswith("warm_chambers")] == ["warm_chambers.present"]


def test_a_hot_chamber_that_a_place_does_not_explain_speaks_against_it() -> None:
    """H4 is the hottest, and no warmth comes from it past a calm H3: a leak at H2 explains the lesser part."""
    assert metres_to("H4", leak(H2=3, H4=30)) < metres_to("H2", leak(H2=3, H4=30))
