"""What a planned work or a silence covers, when, and what it does: named tables."""

from datetime import UTC, datetime, time
from uuid import UUID

import pytest

from tocsin.base.levels import AlarmLevel
from tocsin.warning.covers.rules import Effect, Hours, Scope, Spot, effect_on

ONE, OTHER = UUID(int=1), UUID(int=2)
SPOT = Spot(
    region_code="370213", rule="high", quantity="methane", sensor_id=ONE, devices=frozenset({ONE}), asset_id=ONE,
    street="Shiniushan Road", lon=120.4, lat=36.2,
)  # fmt: skip

PLACES = {
    "its own county": (Scope("370213"), True),
    "the city above": (Scope("370200"), True),
    "another county": (Scope("370202"), False),
    "the object": (Scope("370213", assets=frozenset({ONE})), True),
    "another object": (Scope("370213", assets=frozenset({OTHER})), False),
    "the street": (Scope("370213", street="Shiniushan Road"), True),
    "another street": (Scope("370213", street="Jinshui Road"), False),
    "a circle around it": (Scope("370213", circle=(120.4, 36.2009, 120.0)), True),
    "a circle beside it": (Scope("370213", circle=(120.4, 36.21, 120.0)), False),
    "its device": (Scope("370213", device_id=ONE), True),
    "another device": (Scope("370213", device_id=OTHER), False),
    "its quantity": (Scope("370213", quantities=frozenset({"methane", "oxygen"})), True),
    "another quantity": (Scope("370213", quantities=frozenset({"oxygen"})), False),
    "its rule": (Scope("370213", rule="high"), True),
    "another rule": (Scope("370213", rule="low"), False),
    "the object but another quantity": (Scope("370213", assets=frozenset({ONE}), quantities=frozenset({"oxygen"})), False),
}


@pytest.mark.parametrize(("scope", "covered"), PLACES.values(), ids=PLACES)
def test_what_is_covered(scope: Scope, covered: bool) -> None:
    assert scope.covers(SPOT) is covered


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


ONCE = Hours(at(5, 8), at(7, 18))
NIGHTS = Hours(at(5, 0), at(31, 0), frozenset({1}), time(22), time(4))  # the nights that begin on a Monday; the 5th is one
DAILY = Hours(at(5, 0), at(31, 0), frozenset(), time(9), time(17))
TIMES = {
    "before it begins": (ONCE, at(5, 7), None),
    "while it runs": (ONCE, at(6, 3), at(7, 18)),
    "at its end": (ONCE, at(7, 18), None),
    "a night": (NIGHTS, at(5, 23), at(6, 4)),
    "the morning after it": (NIGHTS, at(6, 3), at(6, 4)),
    "the night of another day": (NIGHTS, at(6, 23), None),
    "the day between": (NIGHTS, at(5, 12), None),
    "every day": (DAILY, at(8, 9), at(8, 17)),
    "every evening": (DAILY, at(8, 17), None),
}


@pytest.mark.parametrize(("hours", "now", "until"), TIMES.values(), ids=TIMES)
def test_when_it_covers(hours: Hours, now: datetime, until: datetime | None) -> None:
    assert hours.end_of_turn(now) == until


EFFECTS = {
    "orange gas on one person's word": (AlarmLevel.ORANGE, True, True, False, Effect.SILENCE),
    "red gas on one person's word rings": (AlarmLevel.RED, True, True, False, Effect.MARK),
    "red gas on two persons' word": (AlarmLevel.RED, True, True, True, Effect.SILENCE),
    "red water on one person's word": (AlarmLevel.RED, False, True, False, Effect.SILENCE),
    "announced by a body outside only marks": (AlarmLevel.YELLOW, False, False, False, Effect.MARK),
    "and does all once the desk confirmed it": (AlarmLevel.YELLOW, False, False, True, Effect.SILENCE),
}


@pytest.mark.parametrize(("level", "gas", "trusted", "second", "effect"), EFFECTS.values(), ids=EFFECTS)
def test_what_it_does(level: AlarmLevel, gas: bool, trusted: bool, second: bool, effect: Effect) -> None:
    done = effect_on(Effect.SILENCE, level=level, gas=gas, trusted=trusted, second=second, second_for_red_gas=True)
    assert done is effect
