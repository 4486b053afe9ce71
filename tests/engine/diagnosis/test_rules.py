"""What holds for every diagnosis: shares, order, missing evidence, time before effect."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.engine.diagnosis.district import CHANNELS, District, rising
from tests.engine.diagnosis.incidents import INCIDENTS, ask, gas_main_leak, heat_main_leak, probability, sewer_blockage
from tocsin.engine.diagnosis.habit import median_of
from tocsin.warning.causes.policy.causes import shipped_templates

CAUSES = [row[0] for row in INCIDENTS]


@pytest.mark.parametrize("cause", CAUSES)
def test_probabilities_sum_to_one_and_stand_in_order(cause: str) -> None:
    shares = [one.probability for one in ask(cause).hypotheses]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == len(shipped_templates().causes) + 1


@pytest.mark.parametrize("cause", CAUSES)
def test_evidence_adds_up_to_the_log_weight(cause: str) -> None:
    for hypothesis in ask(cause).hypotheses[:-1]:
        if hypothesis.cause == "unknown":
            continue
        prior = shipped_templates().template_of(hypothesis.cause).prior
        # The named spot may have somewhat less than the likeliest single place: it has the most probability around it.
        assert hypothesis.log_weight >= prior + sum(item.weight for item in hypothesis.evidence) - 0.3
        assert hypothesis.log_weight <= prior + sum(item.weight for item in hypothesis.evidence) + 3.0


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("cause", ["gas_main_leak", "heat_main_leak_biogas", "sewer_biogas"])
def test_the_order_of_sensors_changes_nothing(cause: str, seed: int) -> None:
    _, district, channel, _, _ = INCIDENTS[CAUSES.index(cause)]
    order = tuple(np.random.default_rng(seed).permutation(len(CHANNELS)).tolist())
    straight, mixed = district().ask(*channel), replace(district(), order=order).ask(*channel)
    assert [one.cause for one in mixed.hypotheses] == [one.cause for one in straight.hypotheses]
    for one, other in zip(straight.hypotheses, mixed.hypotheses, strict=True):
        assert other.probability == pytest.approx(one.probability, abs=1e-6)


DECIDING: list[tuple[str, Callable[[], District], tuple[str, str], list[tuple[str, str]]]] = [
    ("gas_main_leak", gas_main_leak, ("G1", "methane"), [("G1", "ethane_ratio")]),
    ("heat_main_leak_biogas", heat_main_leak, ("T1", "methane"), [(f"H{k}", "temperature") for k in (1, 2, 3, 4)]),
    ("sewer_biogas", sewer_blockage, ("S3", "level"), [("S4", "level"), ("S2", "level"), ("S3", "hydrogen_sulphide")]),
]


@pytest.mark.parametrize(("cause", "district", "channel", "deciding"), DECIDING, ids=[row[0] for row in DECIDING])
def test_without_the_deciding_evidence_the_cause_is_less_likely(
    cause: str, district: Callable[[], District], channel: tuple[str, str], deciding: list[tuple[str, str]]
) -> None:
    with_it = district().ask(*channel)
    without = district().without(*deciding).ask(*channel)
    assert probability(without, cause) < probability(with_it, cause)


def test_a_sensor_that_should_have_seen_it_and_did_not_counts_against() -> None:
    """The same gas in G1: an ethane channel that finds none speaks against the gas main more than no channel does."""
    none_there = District(gas_main_leak().curves[:1]).without(("G1", "ethane_ratio")).ask("G1", "methane")
    finds_none = District(gas_main_leak().curves[:1]).ask("G1", "methane")
    assert probability(finds_none, "gas_main_leak") < probability(none_there, "gas_main_leak")
    leak = next(one for one in finds_none.hypotheses if one.cause == "gas_main_leak")
    assert [item.weight < 0 for item in leak.evidence if item.code == "ethane_in_gas.absent"] == [True]


def test_a_cause_that_comes_after_its_effect_is_refuted() -> None:
    """Make-up water that rises only after the well rang does not explain it."""
    curves = [curve for curve in heat_main_leak().curves if curve[1] != "makeup_flow"]
    before = District(tuple(curves)).write("HS", "makeup_flow", rising(-56, 10, 1)).ask("T1", "methane")
    after = District(tuple(curves)).write("HS", "makeup_flow", rising(-2, 10, 1)).ask("T1", "methane")
    leak = next(one for one in after.hypotheses if one.cause == "heat_main_leak_biogas")
    assert probability(after, "heat_main_leak_biogas") < probability(before, "heat_main_leak_biogas")
    assert "makeup_rises.absent" in [item.code for item in leak.evidence]


def test_the_way_leads_from_the_fault_to_the_sensor() -> None:
    first = ask("heat_main_leak_biogas").hypotheses[0]
    assert first.way[0] == first.asset_code
    assert first.way[-1] == "T1"
    assert first.travel_time_s > 0


@pytest.mark.parametrize("share_lost", [0.1, 0.3])
def test_gaps_and_spikes_do_not_change_the_answer(share_lost: float) -> None:
    """Readings lost at random, and one wild reading in a hundred."""

    def spoil(hours: np.ndarray) -> np.ndarray:
        draws = np.random.default_rng(5).random(len(hours))
        return np.where(draws < share_lost, np.nan, np.where(draws > 0.99, 50.0, 0.0))

    street = heat_main_leak()
    for asset in ("H2", "H3", "HS"):
        street = street.write(asset, "makeup_flow" if asset == "HS" else "temperature", spoil)
    assert street.ask("T1", "methane").hypotheses[0].cause == "heat_main_leak_biogas"


def test_median_of_ignores_gaps() -> None:
    rows = np.array([[1.0, np.nan, 3.0, 9.0], [np.nan] * 4, [2.0, 4.0, 6.0, 8.0]])
    assert median_of(rows) == pytest.approx([3.0, np.nan, 5.0], nan_ok=True)


def test_of_a_quantity_that_says_itself_what_happened_nothing_is_inferred() -> None:
    """A fire signal is no sensor fault because nothing around it agrees; who owns the place is called all the same."""
    assert shipped_templates().stated == {"fire_signal", "fault_signal"}
    told = gas_main_leak().ask("G1", "methane", replace(shipped_templates(), stated=frozenset({"methane"})))
    assert [(one.cause, one.probability) for one in told.hypotheses] == [("unknown", 1.0)]
    assert [(body.owner, body.reason) for body in told.call] == [("gas_company", "symptom")]
