"""The list of checks: what is shipped holds together, and what can't be is refused with its place."""

import copy
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tocsin.base.errors import InvalidInput
from tocsin.engine.diagnosis.answers import OTHER
from tocsin.warning.causes.policy.checks import CHECKS_FILE, read_checks, shipped_checks

DATA = tomllib.loads(CHECKS_FILE.read_text(encoding="utf-8"))


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    change(data)
    return data


def set_first(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["check"][0].update(fields)


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "an unknown key": (lambda data: data.update(speed=3), "unknown speed; known are"),
    "an unknown key of a check": (set_first(price=3), "check ethane_in_chamber: unknown price"),
    "a missing key": (lambda data: data["check"][0].pop("minutes"), "minutes missing"),
    "the same check twice": (lambda data: data["check"].append(data["check"][0]), "given twice"),
    "an unknown place": (set_first(at="the moon"), "at is 'the moon'"),
    "a suspected place of no cause": (set_first(at="suspected"), "`of` names the causes"),
    "an unknown body": (set_first(who="the_moon"), "unknown body"),
    "an unknown quantity": (set_first(quantity="phlogiston"), "unknown quantity"),
    "no time at all": (set_first(minutes=0), "minutes must be above 0"),
    "never an answer": (set_first(no_answer=1.0), "no_answer is a share"),
    "shares that do not sum to 1": (lambda data: data["check"][0]["given"].update(other=[0.5, 0.1, 0.1]), "given other needs 3"),
    "an impossible outcome": (lambda data: data["check"][0]["given"].update(other=[0.5, 0.5, 0.0]), "shares above 0"),
    "no row for others": (lambda data: data["check"][0]["given"].pop("other"), "row `other` is missing"),
    "an unknown cause": (lambda data: data["check"][0]["given"].update(goblins=[0.5, 0.4, 0.1]), "unknown cause goblins"),
    "outcomes out of order": (lambda data: data["check"][0]["outcomes"].reverse(), "highest first"),
    "a language missing": (lambda data: data["check"][0]["ask"].pop("zh"), "language zh is missing"),
    "unknown learning": (lambda data: data["learning"].update(haste=1.0), "learning: unknown haste"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused(case: str) -> None:
    change, reason = REFUSED[case]
    with pytest.raises(InvalidInput, match=reason):
        read_checks(changed(change), "checks.toml")


@pytest.mark.parametrize("card", shipped_checks().cards.values(), ids=lambda card: card.check.id)
def test_every_shipped_check_tells_causes_apart(card: Any) -> None:
    other = card.check.given[OTHER]
    ratios = [max(a / b, b / a) for row in card.check.given.values() for a, b in zip(row, other, strict=True)]
    assert max(ratios) > 3
    assert re.search(r"\b[ABC]\b", card.source)  # its confidence


@pytest.mark.parametrize(("value", "outcome"), [(3.0, "pipeline_gas"), (0.5, "pipeline_gas"), (0.49, "traces"), (0.0, "none")])
def test_a_value_belongs_to_one_outcome(value: float, outcome: str) -> None:
    assert shipped_checks().cards["ethane_in_chamber"].outcome_of(value) == outcome
