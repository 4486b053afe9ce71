"""Causes as data: unknown keys are refused by name, every sign has its words, the page tells the weights that hold."""

import tomllib
from copy import deepcopy
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from tocsin.base.errors import InvalidInput
from tocsin.engine.diagnosis.model import Evidence
from tocsin.engine.diagnosis.signs import SIGNS
from tocsin.lifelines.policy import read_media
from tocsin.warning.causes.policy.causes import CAUSES_FILE, load_templates, read_templates, shipped_words, tell

PAGE = Path(__file__).parents[3] / "docs" / "causes.md"
TEN = {
    "gas_main_leak",
    "heat_main_leak_biogas",
    "sewer_biogas",
    "water_main_burst",
    "sewer_surcharge_rain",
    "industrial_discharge",
    "power_cable_fault_heating",
    "sensor_fault",
    "calibration_or_maintenance",
    "no_event",
}


@pytest.fixture
def data() -> dict[str, Any]:
    return tomllib.loads(CAUSES_FILE.read_text(encoding="utf-8"))


def test_the_ten_causes_are_there() -> None:
    assert {template.cause for template in load_templates().causes} == TEN


WRONG: list[tuple[list[Any], Any, str]] = [
    (["temperr"], 1.0, "unknown temperr"),
    (["cause", 0, "colour"], "red", "unknown colour"),
    (["cause", 0, "places"], ["gas_pipe"], "unknown kind of place 'gas_pipe'"),
    (["cause", 0, "medium"], "ether", "unknown medium 'ether'"),
    (["cause", 0, "locate"], "dowsing", "locate is 'dowsing'"),
    (["cause", 0, "evidence", "smell"], {"present": 1.0, "absent": 0.0, "source": ""}, "unknown sign 'smell'"),
    (["cause", 0, "evidence", "ethane_in_gas", "weight"], 1.0, "unknown weight"),
    (["cause", 1, "cause"], "gas_main_leak", "given twice"),
]


@pytest.mark.parametrize(("path", "value", "words"), WRONG, ids=[row[2] for row in WRONG])
def test_what_is_not_known_is_refused_by_name(data: dict[str, Any], path: list[Any], value: Any, words: str) -> None:
    changed = deepcopy(data)
    table = changed
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    with pytest.raises(InvalidInput, match=words):
        read_templates(changed, "causes.toml")


def test_what_is_missing_is_named(data: dict[str, Any]) -> None:
    del data["cause"][0]["prior"]
    with pytest.raises(InvalidInput, match="prior missing"):
        read_templates(data, "causes.toml")


def test_a_figure_that_is_left_out_is_the_shipped_one(data: dict[str, Any]) -> None:
    del data["figures"]["heat_hottest_degc"]
    data["figures"]["thins_m"] = 1.0
    figures, shipped = read_templates(data, "causes.toml").figures, load_templates().figures
    assert figures == {**shipped, "thins_m": 1.0}


def test_a_closed_way_is_left_out_not_zero() -> None:
    with pytest.raises(InvalidInput, match="above 0"):
        read_media({"media": {"gas": {"soil": 0.0}}}, "policy.toml")
    with pytest.raises(InvalidInput, match="unknown tunnel"):
        read_media({"media": {"gas": {"tunnel": 1.0}}}, "policy.toml")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_sign_and_cause_has_its_words(language: str) -> None:
    words = shipped_words()
    assert set(words.labels) == TEN | {"unknown", "symptom"}
    figures = dict.fromkeys(
        ["minutes", "rise", "fall", "sensors", "metres", "intensity", "asset", "use", "day", "readings", "gauges"], 1
    )
    for code in SIGNS:
        for verdict in ("present", "absent"):
            evidence = Evidence(f"{code}.{verdict}", 1.0, 1, 2.0, 3.14159, "m", 0, figures)
            sentence = tell(evidence, "S1", language, UTC)
            assert sentence
            assert "%(" not in sentence


def test_every_sign_is_used_by_a_cause() -> None:
    assert {code for template in load_templates().causes for code in template.evidence} == set(SIGNS)


def test_the_page_tells_the_weights_that_hold() -> None:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    for template in load_templates().causes:
        section = next(text for text in sections if f"`{template.cause}`\n" in text)
        told = {line for line in section.splitlines() if line.startswith("| `")}
        assert told == {f"| `{code}` | {w.present:+g} | {w.absent:+g} | {w.source} |" for code, w in template.evidence.items()}
