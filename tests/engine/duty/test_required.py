"""Required posts: who must fill which, by trade, risk, people and hours."""

from datetime import UTC, datetime

import pytest

from tocsin.engine.duty.required import Calendar, PostRule, Unit, When, required_posts

HOUR = 3_600_000
START = int(datetime(2026, 3, 1, 16, tzinfo=UTC).timestamp()) * 1000  # Monday 2 March, midnight in UTC+8
DAY = (START + 8 * HOUR) // 86_400_000
ROUND = ((0, 480), (480, 960), (960, 1440))


def rule(
    when: When, *, trades: tuple[str, ...] = (), high_risk: bool = False, least: int = 0, least_high_risk: int = 0
) -> PostRule:
    return PostRule("post", frozenset({"principal"}), 1, when, frozenset(trades), high_risk, least, least_high_risk)


def calendar(days: tuple[int, ...] = (0, 1), special: tuple[int, ...] = ()) -> Calendar:
    return Calendar(frozenset(DAY + day for day in days), frozenset({DAY}), frozenset(DAY + day for day in special), (480, 1050))


def spans(one: PostRule, unit: Unit, when: Calendar, length_h: int = 48) -> list[tuple[float, float]]:
    found = required_posts([one], unit, when, START, START + length_h * HOUR)
    return [((low - START) / HOUR, (high - START) / HOUR) for post in found for low, high in post.spans]


@pytest.mark.parametrize(
    ("case", "one", "unit", "asked"),
    [
        ("all trades", rule(When.ALWAYS), Unit("foundry", False, None, ()), True),
        ("another trade", rule(When.ALWAYS, trades=("mine",)), Unit("foundry", True, None, ()), False),
        ("not of high risk", rule(When.ALWAYS, high_risk=True), Unit("foundry", False, 900, ()), False),
        ("299 people", rule(When.ALWAYS, least=300, least_high_risk=100), Unit("foundry", False, 299, ()), False),
        ("300 people", rule(When.ALWAYS, least=300, least_high_risk=100), Unit("foundry", False, 300, ()), True),
        ("100 people of high risk", rule(When.ALWAYS, least=300, least_high_risk=100), Unit("mine", True, 100, ()), True),
        ("number unknown", rule(When.ALWAYS, least=300, least_high_risk=100), Unit("mine", True, None, ()), False),
    ],
)
def test_who_is_asked(case: str, one: PostRule, unit: Unit, asked: bool) -> None:
    assert bool(spans(one, unit, calendar())) == asked, case


def test_round_the_clock_is_one_span() -> None:
    assert spans(rule(When.PRODUCTION), Unit("mine", True, None, ROUND), calendar()) == [(0.0, 48.0)]


def test_unknown_hours_are_the_whole_day() -> None:
    assert spans(rule(When.PRODUCTION), Unit("mine", True, None, ()), calendar((1,))) == [(24.0, 48.0)]


def test_night_hours_pass_midnight_from_the_day_before() -> None:
    night = Unit("foundry", True, None, ((1260, 1740), (1740, 1980)))  # 21:00 to 9:00
    assert spans(rule(When.PRODUCTION), night, calendar((-1, 0)), 24) == [(0.0, 9.0), (21.0, 24.0)]


def test_stopped_days_ask_for_nobody() -> None:
    assert spans(rule(When.PRODUCTION), Unit("mine", True, None, ROUND), calendar(())) == []


def test_office_and_special_days() -> None:
    unit = Unit("mine", True, None, ROUND)
    assert spans(rule(When.OFFICE), unit, calendar()) == [(8.0, 17.5)]
    assert spans(rule(When.HIGH_RISK_DAYS), unit, calendar(special=(1,))) == [(24.0, 48.0)]
