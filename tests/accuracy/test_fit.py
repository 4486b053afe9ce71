"""Weights fitted on cases with known truth, and written into a file of causes."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import check_grad

from tocsin.base.errors import InvalidInput
from tocsin.engine.diagnosis.templates import Templates
from tocsin.simulation.cases import make_case
from tocsin.warning.causes.policy.causes import CAUSES_FILE, read_templates, shipped_templates
from tocsin.workshop.accuracy.diagnosis import fit as fitting
from tocsin.workshop.accuracy.diagnosis.causes_file import read_reasoned, with_fitted
from tocsin.workshop.accuracy.diagnosis.fit import Reasoned, fit
from tocsin.workshop.accuracy.diagnosis.strengths import CaseStrengths, CauseStrengths, read_strengths
from tocsin.workshop.files.cases import write_case

TEXT = """temper = 1.0  # told
unknown = -3.0
baseline_h = 144.0

[figures]

[[cause]]
cause = "gas_main_leak"
prior = 0.0
[cause.evidence]
ethane_in_gas = { present = 1.0, absent = -1.0, source = "told" }
slow_rise = { present = -1.0, absent = 0.0, source = "told" }

[[cause]]
cause = "sewer_biogas"
prior = 0.0
[cause.evidence]
ethane_in_gas = { present = -1.0, absent = 1.0, source = "told" }
"""


def two_causes() -> Templates:
    """The shipped causes cut down to those of TEXT."""
    reasoned, shipped = read_reasoned(TEXT), shipped_templates()
    kept = [
        replace(one, evidence={code: w for code, w in one.evidence.items() if (one.cause, code) in reasoned.weights})
        for one in shipped.causes
        if one.cause in reasoned.priors
    ]
    return replace(shipped, causes=tuple(kept), temper=1.0, unknown=-3.0)


def told(truth: str, ethane: Sequence[float], near: int = 0) -> CaseStrengths:
    """A case whose gas mains see this much ethane; the real leak lies at the place `near`."""
    rows = np.array([(one, 0.5) for one in ethane])
    inside = np.where(np.arange(len(rows)) == near, 1.0, 0.0) if truth == "gas_main_leak" else np.full(len(rows), np.nan)
    sewer = CauseStrengths(0.0, np.array([[max(ethane)]]), np.array([np.nan]))
    return CaseStrengths(truth, (CauseStrengths(0.0, rows, inside), sewer))


CASES = [told("gas_main_leak", (0.2, 1.0), near=1), told("gas_main_leak", (0.8, -0.4)), told("sewer_biogas", (-1.0, -0.6))] * 5


def test_a_sign_that_tells_causes_apart_gains_weight_and_none_crosses_zero() -> None:
    found = fit(CASES, two_causes(), read_reasoned(TEXT))
    assert found.weights["gas_main_leak", "ethane_in_gas"][0] > 1.0
    assert found.weights["sewer_biogas", "ethane_in_gas"][0] < -1.0
    present, absent = found.weights["gas_main_leak", "slow_rise"]
    assert present <= 0.0  # although it is there in every leak
    assert absent == 0.0


def test_without_cases_that_teach_the_reasoned_weights_stay() -> None:
    reasoned = read_reasoned(TEXT)
    undecided = [told("gas_main_leak", (0.0,)), told("sewer_biogas", (0.0,))]
    found = fit(undecided, two_causes(), reasoned)
    assert found.weights["sewer_biogas", "ethane_in_gas"] == pytest.approx(reasoned.weights["sewer_biogas", "ethane_in_gas"])


def test_the_slope_is_that_of_the_loss() -> None:
    templates = two_causes()
    parts = [slice(0, 5), slice(5, 8)]
    causes = [fitting._stack([case.causes[number] for case in CASES], part) for number, part in enumerate(parts)]
    true = np.array([0 if case.truth == "gas_main_leak" else 1 for case in CASES])

    def value(weights: fitting.Floats) -> float:
        return fitting._surprise(weights, causes, true, templates.unknown, 0.5)[0]

    def slope(weights: fitting.Floats) -> fitting.Floats:
        return fitting._surprise(weights, causes, true, templates.unknown, 0.5)[1]

    assert check_grad(value, slope, np.random.default_rng(3).normal(0.0, 0.8, 9)) < 1e-4


def test_the_file_keeps_its_words_and_remembers_what_was_reasoned() -> None:
    reasoned = read_reasoned(TEXT)
    written = with_fitted(TEXT, fit(CASES, two_causes(), reasoned), reasoned)
    assert read_reasoned(written).weights == reasoned.weights
    assert 'source = "told"' in written
    assert "# told" in written
    data = tomllib.loads(written)
    assert data["cause"][0]["evidence"]["ethane_in_gas"]["reasoned"] == [1.0, -1.0]
    broken = TEXT.replace("{ present = 1.0, absent", "{ absent = 0.0, present")
    with pytest.raises(InvalidInput, match=r"gas_main_leak\.ethane_in_gas"):
        with_fitted(broken, fit(CASES, two_causes(), reasoned), reasoned)


def test_the_shipped_file_is_read_and_written_whole() -> None:
    text = CAUSES_FILE.read_text(encoding="utf-8")
    reasoned, shipped = read_reasoned(text), shipped_templates()
    assert set(reasoned.weights) == {(one.cause, code) for one in shipped.causes for code in one.evidence}
    as_shipped = fitting.Fitted(
        {one.cause: one.prior for one in shipped.causes},
        {(one.cause, code): (w.present, w.absent) for one in shipped.causes for code, w in one.evidence.items()},
        shipped.temper,
        0.0,
    )
    written = with_fitted(text, as_shipped, reasoned)
    assert read_templates(tomllib.loads(written), "written") == shipped
    assert isinstance(reasoned, Reasoned)


def test_strengths_are_those_of_the_answer(tmp_path: Path) -> None:
    """The real place of the true cause is among the places; causes without places keep a row."""
    folder = tmp_path / "rich-4"
    write_case(folder, make_case(4, "rich", "power_cable_fault_heating"))
    found = read_strengths(folder, shipped_templates())
    assert found.truth == "power_cable_fault_heating"
    assert len(found.causes) == len(shipped_templates().causes)
    assert any(np.nansum(cause.near) > 0 for cause in found.causes)
    assert all(len(cause.strengths) == len(cause.near) >= 1 for cause in found.causes)
