"""The story of a diagnosis: an order of checks in both languages, gas never talked away, no word of certainty."""

from itertools import pairwise

import pytest

from tocsin.warning.causes.policy.causes import shipped_templates, shipped_words
from tocsin.warning.diagnosis.shown.paragraph import Step, Story, is_gas_open, tell_story

CERTAIN = ("caused by", "is due to", "the cause is", "原因是", "系由", "确定为")


def step(cause: str, probability: float, metres: float | None = 204.0) -> Step:
    placed = cause not in ("unknown", "no_event")
    return Step(
        cause=cause,
        label=shipped_words().labels[cause].in_language("en"),
        place="heating main, supply H7" if placed else "",
        metres=metres if placed else None,
        direction="ne" if placed else "",
        owner="Heating company" if placed else "",
        probability=probability,
        support="Make-up water rose.",
        objection="It did not rain.",
    )


def story(*steps: Step, deciding: str = "", gas_open: bool = True, limit: str = "25 %LEL") -> Story:
    return Story("05:02", "well 7, methane", "34 %LEL", limit, steps, deciding, 3, gas_open)


def test_the_story_of_shiniushan_road() -> None:
    told = tell_story(
        story(
            step("heat_main_leak_biogas", 0.82),
            step("sewer_biogas", 0.09, 0.0),
            step("unknown", 0.06),
            deciding="Ask whether make-up water has risen since yesterday.",
        ),
        "en",
    )
    assert told == (
        "At 05:02 well 7, methane reached its limit of 25 %LEL with 34 %LEL. Check in this order: "
        "1. Heating main leak that drives biogas (82 %), heating main, supply H7 about 200 m to the north-east; "
        "call Heating company. For it: Make-up water rose. Against it: It did not rain. "
        "2. Blocked sewer with biogas (9 %), heating main, supply H7 on the spot; call Heating company. "
        "For it: Make-up water rose. "
        "3. None of these, unknown (6 %). For it: Make-up water rose. "
        "What would decide (3 min): Ask whether make-up water has risen since yesterday. "
        "Until a measurement excludes pipeline gas, handle it as a gas leak. This is an order of checks, not a finding."
    )


def test_nothing_is_certain() -> None:
    assert "(99 %)" in tell_story(story(step("sewer_biogas", 0.9999)), "en")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("cause", [*(template.cause for template in shipped_templates().causes), "unknown"])
def test_every_cause_is_told_as_a_check(cause: str, language: str) -> None:
    for probability in (0.97, 0.4):
        told = tell_story(story(step(cause, probability), step("gas_main_leak", 0.2)), language)
        assert not any(word in told for word in CERTAIN)
        assert ("not a finding" in told) or ("不是结论" in told)
        assert "%(" not in told and str(round(100 * probability)) in told


def test_what_is_unlikely_is_not_read_out_and_at_most_three_are() -> None:
    told = tell_story(
        story(
            *(
                step(cause, share)
                for cause, share in zip(
                    ("gas_main_leak", "sewer_biogas", "water_main_burst", "industrial_discharge", "sensor_fault"),
                    (0.4, 0.3, 0.2, 0.08, 0.02),
                    strict=True,
                )
            )
        ),
        "en",
    )
    places = [told.index(f"{number}. ") for number in (1, 2, 3)]
    assert all(a < b for a, b in pairwise(places)) and "Discharge" not in told and "Sensor fault" not in told


def test_unknown_first_says_so_and_goes_on_with_the_rest() -> None:
    told = tell_story(story(step("unknown", 0.5), step("sewer_biogas", 0.3)), "en")
    assert "points to nothing in particular (50 % unknown)" in told and "Check first: 1. Blocked sewer" in told


@pytest.mark.parametrize(
    ("quantity", "hypotheses", "is_open"),
    [
        ("methane", [("gas_main_leak", 0.03, ["gas_main_near.absent"])], True),  # reasoned, not measured
        ("methane", [("gas_main_leak", 0.03, ["ethane_in_gas.absent"])], False),
        ("methane", [("gas_main_leak", 0.03, ["answer.ethane_portable.none"])], False),
        ("methane", [("gas_main_leak", 0.25, ["ethane_in_gas.absent"])], True),  # measured, but still likely
        ("methane", [("sewer_biogas", 0.9, [])], True),  # nobody asked
        ("level", [("gas_main_leak", 0.5, [])], False),
    ],
)
def test_gas_is_excluded_by_measurement_alone(
    quantity: str, hypotheses: list[tuple[str, float, list[str]]], is_open: bool
) -> None:
    assert is_gas_open(quantity, hypotheses) is is_open
