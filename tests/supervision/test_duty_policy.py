"""The policies of posts and of duty: what stands in them can be read, names what exists, and hides no slip of the pen."""

import tomllib
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec
import pytest

from tocsin.base.policy import read_policy
from tocsin.engine.duty.required import Unit, applies
from tocsin.supervision.objects.policy import posts, register
from tocsin.supervision.objects.policy.posts import PostPolicy, post_policy
from tocsin.supervision.posts.policy import FILE, DutyPolicy, duty_policy

POSTS = posts.FILE.read_text(encoding="utf-8")


def test_rules_name_trades_that_exist() -> None:
    trades = set(tomllib.loads(register.TRADES_FILE.read_text(encoding="utf-8")))
    named = {trade for rule in post_policy().rule for trade in rule.trades}
    assert named <= trades


def test_a_rule_of_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="chief_of_tea"):
        read_policy(
            POSTS.replace('roles = ["chief_safety_officer"]', 'roles = ["chief_of_tea"]').encode(), PostPolicy, "posts.toml"
        )


def test_office_hours_are_times() -> None:
    with pytest.raises(ValueError, match="25:00"):
        read_policy(POSTS.replace('begin = "08:00"', 'begin = "25:00"').encode(), PostPolicy, "posts.toml")


@pytest.mark.parametrize(
    ("unit", "asked"),
    [
        (Unit("mine", True, 40, ()), {"leader_on_site", "person_on_duty", "leader_in_special_periods"}),
        (Unit("woodworking", False, 299, ()), set()),
        (Unit("woodworking", False, 300, ()), {"chief_safety_officer"}),
        (
            Unit("chlor_alkali", True, 320, ()),
            {
                "leader_on_site",
                "person_on_duty",
                "technical_group",
                "chief_safety_officer",
                "control_room",
                "leader_in_special_periods",
            },
        ),
    ],
    ids=["small mine", "woodworks below the limit", "woodworks at the limit", "large chlor-alkali works"],
)
def test_who_must_fill_what(unit: Unit, asked: set[str]) -> None:
    assert {rule.key for rule in post_policy().rules() if applies(rule, unit)} == asked


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("near_km = 0.5", "near_km = 0.5\nnear_miles = 0.3", r"unknown key `figures\.phone\.near_miles"),
        ("near_km = 0.5", "", r"missing key `figures\.phone\.near_km"),
        ("[keeping]", "[keeping]\nfor_ever = true", "for_ever"),
    ],
)
def test_a_wrong_key_is_named(old: str, new: str, named: str) -> None:
    text = FILE.read_text(encoding="utf-8").replace(old, new, 1)
    with pytest.raises(ValueError, match=named):
        read_policy(text.encode(), DutyPolicy, "duty.toml")


def test_shares_are_shares() -> None:
    figures = duty_policy().figures
    wrong = [name for name, value in shares(figures, "figures") if not 0.0 < value < 1.0]
    assert wrong == []
    assert sum(msgspec.to_builtins(figures.courses).values()) < 0.5  # most people are where they should be


def shares(part: Any, where: str) -> list[tuple[str, float]]:
    found = []
    for field in fields(part):
        value, name = getattr(part, field.name), f"{where}.{field.name}"
        if is_dataclass(value):
            found += [] if field.name == "per_shift" else shares(value, name)
        elif isinstance(value, float) and (field.name.endswith("_share") or "answered" in where or "courses" in where):
            found.append((name, value))
    return found
