"""What may follow: the formula and its bounds, three scripted couplings with people counted by hand, and risks that meet."""

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.drawing import PLANE, line, point
from tocsin.engine.cascade.branches import Branch, follow
from tocsin.engine.cascade.district import District, cordon_of
from tocsin.engine.cascade.joining import Given, Outlook, either, join, level_of, merge
from tocsin.engine.cascade.model import Link, Start, lag_factor, link_probability
from tocsin.engine.network import Network
from tocsin.warning.outlook.policy import shipped_hazards

RULES = shipped_hazards().rules
HOUR_MS = 3_600_000
NOON_MS = 1_768_000_000_000 - 1_768_000_000_000 % (24 * HOUR_MS) + 4 * HOUR_MS  # 12:00 in China
LINK = Link("L", "a", "b", 1.0, 4.0, 200.0, 0.4, ())

shares = st.floats(0.0, 1.0)


def street() -> Network:
    """A street of 200 m; the houses stand where a count by hand is easy.

     y
    40            school             flats
    12   H1 ======= H2 (heat)
     4   P1 ------- P2 ---- substation SS; pumps PS by P1
     0   S1 -sewer- S2 -sewer- S3
    -4   G1 --gas-- G2
    -9   W1 -water- W2
         0          100        200 x
    """
    manholes = [point(f"S{k + 1}", "manhole", 100.0 * k, 0.0, utility="sewer", owner="drainage_bureau") for k in range(3)]
    heat = [point(f"H{k + 1}", "chamber", 100.0 * k, 12.0, owner="heating_company") for k in range(2)]
    power = [point(f"P{k + 1}", "chamber", 100.0 * k, 4.0, owner="power_company") for k in range(2)]
    gas = [point(f"G{k + 1}", "valve", 100.0 * k, -4.0, owner="gas_company", buried=True) for k in range(2)]
    water = [point(f"W{k + 1}", "valve", 100.0 * k, -9.0, owner="water_company", buried=True) for k in range(2)]
    stations = [
        point("SS", "substation", 180.0, 4.0, owner="power_company"),
        point("PS", "pump_station", -100.0, 4.0, owner="water_company"),
    ]
    houses = [
        point("school", "building", 100.0, 40.0, use="school"),
        point("flats", "building", 230.0, 30.0, use="residential"),
        point("shed", "building", 100.0, 45.0, use="shed"),
    ]
    lines: list[dict[str, Any]] = [
        line("sewer1", "sewer", manholes[0], manholes[1]),
        line("sewer2", "sewer", manholes[1], manholes[2]),
        line("heat", "heat_main_supply", heat[0], heat[1], owner="heating_company"),
        line("cable1", "power_cable", power[0], power[1], owner="power_company"),
        line("cable2", "power_cable", power[1], stations[0], owner="power_company"),
        line("gas", "gas_main", gas[0], gas[1], owner="gas_company"),
        line("water", "water_main", water[0], water[1], owner="water_company"),
    ]
    return Network.from_features([*manholes, *heat, *power, *gas, *water, *stations, *houses, *lines])


def ahead(district: District, event: str, asset: str, x_m: float, y_m: float, **measured: dict[str, float]) -> list[Branch]:
    network = district.network
    east, north = network.plane.to_metres(*PLANE.to_degrees(np.array([x_m]), np.array([y_m])))
    values = {network.position[code]: given for code, given in measured.items()}
    start = (Start(event, "place", 1.0), network.position[asset], float(east[0]), float(north[0]))
    return follow(district, [start], onset_ms=NOON_MS, now_ms=NOON_MS, measured=values)


@pytest.fixture(scope="module")
def district() -> District:
    return District(street(), RULES)


def at(district: District, branches: list[Branch], event: str, asset: str) -> tuple[float, Branch]:
    return merge(branches)[event, district.network.position[asset]]


def test_the_lag_is_log_normal_about_the_geometric_mean() -> None:
    assert LINK.usual_lag_h == 2.0
    assert lag_factor(LINK, 2.0) == 1.0
    assert lag_factor(LINK, 1.0) == pytest.approx(math.exp(-2)) == lag_factor(LINK, 4.0)
    assert lag_factor(LINK, 0.9) == lag_factor(LINK, 4.1) == 0.0


@given(st.floats(0, 250), st.floats(0, 250), st.floats(1, 4), shares, shares, st.floats(0, 2), st.floats(0, 2))
def test_a_link_is_likelier_near_by_with_more_signs_and_a_greater_start(
    d: float, e: float, lag: float, p: float, q: float, sign: float, more: float
) -> None:
    near, far = sorted((d, e))
    low, high = sorted((p, q))
    assert link_probability(LINK, near, lag) >= link_probability(LINK, far, lag)
    assert link_probability(replace(LINK, p0=high), near, lag) >= link_probability(replace(LINK, p0=low), near, lag)
    assert 0 <= link_probability(LINK, near, lag, sign) <= link_probability(LINK, near, lag, sign + more) <= 1


@given(st.lists(shares, max_size=8))
def test_the_union_lies_between_the_greatest_and_the_sum(probabilities: list[float]) -> None:
    joined = either(probabilities)
    assert max(probabilities, default=0.0) - 1e-12 <= joined <= min(1.0, sum(probabilities)) + 1e-12


@pytest.mark.parametrize(
    ("event", "asset", "x_m", "y_m"),
    [
        ("gas_leak", "gas", 50.0, -4.0),
        ("water_leak", "water", 50.0, -9.0),
        ("heat_leak", "heat", 90.0, 12.0),
        ("waterlogging", "S2", 100.0, 0.0),
    ],
)
def test_chains_end_and_grow_less_likely(district: District, event: str, asset: str, x_m: float, y_m: float) -> None:
    branches = ahead(district, event, asset, x_m, y_m)
    assert branches
    for one in branches:
        links = [step.link for step in one.steps]
        assert len(set(links)) == len(links) <= RULES.most_steps
        assert one.probability == pytest.approx(math.prod(step.probability for step in one.steps))
        assert RULES.least_probability <= one.probability <= min(step.probability for step in one.steps)
        assert NOON_MS <= one.earliest_ms <= one.likely_ms <= one.latest_ms
        assert all(later in RULES.links[link].following for link, later in itertools.pairwise(links))


def test_gas_by_the_school(district: District) -> None:
    """A gas main leaks beside S2: gas in that manhole, and an explosion there with the school within 50 m."""
    branches = ahead(district, "gas_leak", "gas", 98.0, -4.0)
    probability, explosion = at(district, branches, "explosion", "S2")
    assert [step.link for step in explosion.steps] == ["HC01", "HC02"]
    assert probability == pytest.approx(0.6 * math.exp(-4 / 150) * 0.02, rel=0.02)
    exposed = district.exposed_within(explosion.x_m, explosion.y_m, 50.0, NOON_MS, NOON_MS)
    assert exposed.people == 700 + 0 + 5  # school, shed of no known use, passers-by
    assert [district.network.codes[house] for house in exposed.named] == ["school"]
    night = district.exposed_within(explosion.x_m, explosion.y_m, 50.0, NOON_MS + 12 * HOUR_MS, NOON_MS + 13 * HOUR_MS)
    assert night.people == 4 + 1
    both = district.exposed_within(explosion.x_m, explosion.y_m, 50.0, NOON_MS + 4 * HOUR_MS, NOON_MS + 12 * HOUR_MS)
    assert both.people == 705


def test_people_of_the_register_stand_in_place_of_those_usual_for_a_use(district: District) -> None:
    known = District(district.network, RULES, {"school": (900.0, 0.0)})
    place = district.network.position["S2"]
    x_m, y_m = float(district.network.x_m[place]), float(district.network.y_m[place])
    noon = known.exposed_within(x_m, y_m, 50.0, NOON_MS, NOON_MS)
    assert (noon.people, noon.registered) == (900 + 0 + 5, 1)
    assert district.exposed_within(x_m, y_m, 50.0, NOON_MS, NOON_MS).registered == 0


def test_measured_gas_is_a_sign_and_its_lack_is_asked_for(district: District) -> None:
    plain, _ = at(district, ahead(district, "gas_leak", "gas", 98.0, -4.0), "gas_in_space", "S2")
    seen, branch = at(district, ahead(district, "gas_leak", "gas", 98.0, -4.0, S2={"methane": 30.0}), "gas_in_space", "S2")
    calm, other = at(district, ahead(district, "gas_leak", "gas", 98.0, -4.0, S2={"methane": 0.0}), "gas_in_space", "S2")
    assert seen == pytest.approx(1.5 * plain)
    assert calm == plain
    assert branch.seen == ("methane",)
    assert branch.missing == other.missing == ("ethane", "smell")


def test_water_at_the_cable_and_the_pumps_behind_it(district: District) -> None:
    """A burst by the power chamber P1: an outage there, and the pumps that hang on that cable stop."""
    branches = ahead(district, "waterlogging", "water", 5.0, -9.0)
    chamber, outage = at(district, branches, "power_out", "P1")
    pumps, stopped = at(district, branches, "pumps_stop", "PS")
    assert [step.link for step in stopped.steps][:2] == ["HC11", "HC14"]
    assert pumps < either([outage.probability] * 4)
    assert district.unfed_without("power", district.network.position["SS"]) >= {district.network.position["PS"]}
    assert 0 < chamber <= 0.15
    pole = district.exposed_within(outage.x_m, outage.y_m, 300.0, NOON_MS, NOON_MS)
    assert pole.people == 700 + 45 + 5


def test_warmth_turns_into_biogas_and_meets_a_gas_leak(district: District) -> None:
    """A heating main leaks by the sewer: warmth, biogas, explosion; another alarm's gas leak threatens the same manhole."""
    warm = ahead(district, "heat_leak", "heat", 98.0, 12.0)
    probability, explosion = at(district, warm, "explosion", "S2")
    assert [step.link for step in explosion.steps] == ["HC04", "HC05", "HC02"]
    gas, _ = at(district, ahead(district, "gas_leak", "gas", 98.0, -4.0), "explosion", "S2")
    people = 705.0
    site = ("explosion", "S2")
    outlooks = [
        Outlook("case 1", {"heat_main_leak_biogas": (0.8, (Given(site, probability, people, 2, 1),))}),
        Outlook("case 2", {"gas_main_leak": (0.7, (Given(site, gas, people, 2, 1),))}),
    ]
    (risk,) = join(outlooks, RULES.levels)
    assert risk.probability == pytest.approx(1 - (1 - 0.8 * probability) * (1 - 0.7 * gas))
    assert set(risk.couplings) >= {"pass_on", "add_up", "evolve"}
    assert [share[:2] for share in risk.shares] == [("case 2", "gas_main_leak"), ("case 1", "heat_main_leak_biogas")]


def test_a_fault_cut_off_from_every_kind_of_place_leads_nowhere(district: District) -> None:
    assert ahead(district, "earthquake", "S1", 0.0, 0.0) == []


SITE = ("explosion", "S2")
JOINS = {
    "causes of one alarm exclude each other": ([("a", {"x": (0.6, 0.5), "y": (0.4, 0.5)})], 0.5),
    "alarms are independent": ([("a", {"x": (1.0, 0.5)}), ("b", {"x": (1.0, 0.5)})], 0.75),
    "alarms of one case tell of one event": ([("a", {"x": (1.0, 0.5)}), ("a", {"x": (1.0, 0.3)})], 0.5),
}


@pytest.mark.parametrize(("views", "wanted"), JOINS.values(), ids=JOINS)
def test_how_risks_meet(views: list[tuple[str, dict[str, tuple[float, float]]]], wanted: float) -> None:
    outlooks = [
        Outlook(group, {cause: (share, (Given(SITE, p, 10.0),)) for cause, (share, p) in causes.items()})
        for group, causes in views
    ]
    (risk,) = join(outlooks, RULES.levels)
    assert risk.probability == pytest.approx(wanted)


def test_risks_that_add_up_escalate() -> None:
    levels = ((4, 1.0), (3, 0.5))
    assert [level_of(harm, levels) for harm in (0.4, 0.5, 1.0)] == [0, 3, 4]
    outlooks = [Outlook(name, {"x": (1.0, (Given(SITE, 0.06, 10.0),))}) for name in "ab"]
    (risk,) = join(outlooks, levels)
    assert (risk.level, risk.couplings) == (4, ("add_up", "escalate"))
    (alone,) = join(outlooks[:1], levels)
    assert (alone.level, alone.couplings) == (3, ())


@pytest.mark.parametrize(("reading", "radius_m", "evacuate"), [(10.0, 50.0, False), (20.0, 100.0, False), (60.0, 200.0, True)])
def test_the_first_rough_zone(district: District, reading: float, radius_m: float, evacuate: bool) -> None:
    cordon = cordon_of(district, 0.0, 0.0, reading, NOON_MS)
    assert cordon is not None
    assert (cordon.rule.radius_m, cordon.rule.evacuate) == (radius_m, evacuate)


def test_no_zone_without_gas(district: District) -> None:
    assert cordon_of(district, 0.0, 0.0, 0.2, NOON_MS) is None
    assert cordon_of(district, 0.0, 0.0, math.nan, NOON_MS) is None
