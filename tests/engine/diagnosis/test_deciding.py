"""The reading that would decide: information against a twin by brute force, and the ranking it would turn."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.diagnosis.answers import Answer, with_answers
from tocsin.engine.diagnosis.deciding import Check, PlacedCheck, Travel, information_bits, minutes_of, rank, weigh
from tocsin.engine.diagnosis.model import Evidence, Hypothesis

CAUSES = ("gas_main_leak", "heat_main_leak_biogas", "sewer_biogas", "sensor_fault", "unknown")


def hypothesis(cause: str, share: float, lon: float = math.nan, lat: float = math.nan, asset: str = "") -> Hypothesis:
    return Hypothesis(cause, asset, lon, lat, "", share, 0.0, (Evidence("slow_rise.present", 0.5),))


def check(**changes: object) -> Check:
    usual: dict[str, object] = {
        "id": "ethane",
        "at": "asked",
        "of": (),
        "asks": (),
        "answered_by": (),
        "minutes": 8.0,
        "reach_m": 0.0,
        "no_answer": 0.0,
        "outcomes": ("ethane", "none"),
        "given": {"gas_main_leak": (0.9, 0.1), "sewer_biogas": (0.02, 0.98), "other": (0.2, 0.8)},
    }
    return Check(**{**usual, **changes})  # type: ignore[arg-type]


shares = st.lists(st.floats(0.001, 1.0), min_size=5, max_size=5).map(lambda some: [one / sum(some) for one in some])
rows = st.lists(st.floats(0.001, 0.999), min_size=5, max_size=5)


def entropy(probabilities: list[float]) -> float:
    return -sum(one * math.log2(one) for one in probabilities if one > 0)


def information_by_brute_force(prior: list[float], table: list[list[float]]) -> float:
    """Entropy of the cause before, less its mean entropy after each outcome: the definition, written out."""
    left = 0.0
    for column in range(len(table[0])):
        joint = [one * row[column] for one, row in zip(prior, table, strict=True)]
        chance = sum(joint)
        left += chance * entropy([one / chance for one in joint])
    return entropy(prior) - left


@given(shares, rows)
def test_information_is_never_negative_and_equals_its_definition(prior: list[float], first: list[float]) -> None:
    table = [[one, 1 - one] for one in first]
    found = information_bits(np.array(prior), np.array(table))
    assert found >= 0
    assert found == pytest.approx(information_by_brute_force(prior, table), abs=1e-9)
    assert found <= entropy(prior) + 1e-9


@given(shares, st.floats(0.01, 0.99))
def test_a_check_that_cannot_tell_has_no_information(prior: list[float], same: float) -> None:
    blind = check(given={"other": (same, 1 - same)})
    weighed = weigh([hypothesis(cause, one) for cause, one in zip(CAUSES, prior, strict=True)], PlacedCheck(blind), 5.0)
    assert weighed.bits == pytest.approx(0, abs=1e-9)
    assert weighed.changes_first == 0
    assert rank([weighed], least_bits=0.02) == ()


def test_one_reading_turns_the_ranking_and_its_prospect_said_so() -> None:
    """Features 2: flipping that one reading flips the ranking."""
    before = [hypothesis("gas_main_leak", 0.5), hypothesis("sewer_biogas", 0.4), hypothesis("unknown", 0.1)]
    weighed = weigh(before, PlacedCheck(check(), "W1", 120.0, 36.0, 0.0), 8.0)
    assert 0.3 < weighed.changes_first < 0.7
    for prospect in weighed.prospects:
        after = with_answers(before, [Answer("ethane", prospect.outcome, check().outcome_given(prospect.outcome))])
        expected = dict(zip((one.cause for one in before), prospect.shares, strict=True))
        assert {one.cause: one.probability for one in after} == pytest.approx(expected)
        assert after[0].cause == ("gas_main_leak" if prospect.outcome == "ethane" else "sewer_biogas")
    assert sum(one.probability for one in weighed.prospects) == pytest.approx(1)


def test_an_answer_taken_back_leaves_the_ranking_as_it_was() -> None:
    before = with_answers([hypothesis(cause, 1 / 5) for cause in CAUSES], [])
    answers = [Answer("a", "yes", {"gas_main_leak": 0.9, "other": 0.1}), Answer("b", "no", {"sensor_fault": 0.02, "other": 0.6})]
    for order in itertools.permutations(answers):
        told = with_answers(before, list(order))
        assert told[0].cause == "gas_main_leak"
        assert sum(one.probability for one in told) == pytest.approx(1)
        again = with_answers(told, [])
        assert [(one.cause, one.evidence) for one in again] == [(one.cause, one.evidence) for one in before]
        assert [one.probability for one in again] == pytest.approx([one.probability for one in before])
    twice = with_answers(with_answers(before, answers), answers)
    assert [one.probability for one in twice] == pytest.approx([one.probability for one in with_answers(before, answers)])


def test_an_answer_is_evidence_for_some_causes_and_against_others() -> None:
    leak, fault = with_answers(
        [hypothesis("gas_main_leak", 0.5), hypothesis("sensor_fault", 0.5)],
        [Answer("methane", "much", {"gas_main_leak": 0.9, "sensor_fault": 0.02, "other": 0.5}, seen=30.0, unit="pct_lel")],
    )
    assert leak.cause == "gas_main_leak"
    assert [item.supports for item in leak.evidence if item.code == "answer.methane.much"] == [True]
    assert [item.supports for item in fault.evidence if item.code == "answer.methane.much"] == [False]


def test_a_look_at_one_place_decides_between_places_of_one_cause() -> None:
    """Two places of the same leak, 300 m apart: cold ground at one speaks for the other."""
    here, there = (120.4, 36.2), (120.4, 36.2027)
    both = [
        hypothesis("heat_main_leak_biogas", 0.5, *here, "H1"),
        hypothesis("heat_main_leak_biogas", 0.5, *there, "H2"),
    ]
    ground = check(
        id="ground",
        at="suspected",
        of=("heat_main_leak_biogas",),
        reach_m=60.0,
        outcomes=("warm", "cold"),
        given={"heat_main_leak_biogas": (0.9, 0.1), "other": (0.05, 0.95)},
    )
    weighed = weigh(both, PlacedCheck(ground, "H1", *here, 50.0), 40.0)
    assert weighed.bits > 0.4
    cold = Answer("ground", "cold", ground.outcome_given("cold"), ground.of, ground.reach_m, *here)
    assert with_answers(both, [cold])[0].asset_code == "H2"
    far = weigh(both, PlacedCheck(ground, "H9", 120.5, 36.3, 50.0), 40.0)
    assert far.bits < 0.001


def test_cheap_questions_come_before_dear_measurements_of_the_same_worth() -> None:
    before = [hypothesis("gas_main_leak", 0.5), hypothesis("unknown", 0.5)]
    by_telephone, on_site = PlacedCheck(check(id="call")), PlacedCheck(check(id="go"), "W1", 120.0, 36.0, 0.0)
    travel = Travel(25.0, 2.0)
    weighed = [weigh(before, one, minutes_of(one, travel)) for one in (on_site, by_telephone)]
    assert [one.placed.check.id for one in rank(weighed, least_bits=0.02)] == ["call", "go"]
    assert [one.minutes for one in weighed] == [33.0, 8.0]
    assert minutes_of(on_site, travel, [(120.0, 36.0)]) == 8.0  # the crew is there already
