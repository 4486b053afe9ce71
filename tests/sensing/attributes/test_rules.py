"""Which values an attribute takes, what is a change, how a battery stands and when it ends."""

import statistics
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.base.errors import InvalidInput
from tocsin.sensing.attributes.policy import ATTRIBUTES
from tocsin.sensing.attributes.rules.battery import BatteryState, Limits, day_by_day, forecast, of_one_battery, slopes, state_of
from tocsin.sensing.attributes.rules.statements import FREE, KnownAttribute, is_change, read_name, read_value
from tocsin.sensing.doors.rules.attributes import read_attributes
from tocsin.sensing.doors.rules.times import Times

POLICY = ATTRIBUTES.shipped
NOW_MS = 1_764_000_000_000
TIMES = Times(NOW_MS, NOW_MS - 31 * 86_400_000, NOW_MS + 300_000)
DAY = date(2026, 1, 1)
LIMITS = Limits(20.0, 10.0, 5.0)

SAID = [
    # payload, (code, name, text, number) of each statement, words of each fault
    (b'{"attributes": {"battery": 87}}', [("well-1", "battery", "87", 87.0)], []),
    (b'{"attributes": {"battery": "87.50"}}', [("well-1", "battery", "87.5", 87.5)], []),
    (b'{"attributes": {"firmware": 1.4}}', [("well-1", "firmware", "1.4", None)], []),
    (b'{"attributes": {"lid open": true}}', [("well-1", "lid open", "true", None)], []),
    (b'{"attributes": {"well-7/signal": -97}}', [("well-7", "signal", "-97", -97.0)], []),
    (b'{"attributes": {"a": 1}}\n{"attributes": {"b": 2}}', [("well-1", "a", "1", 1.0), ("well-1", "b", "2", 2.0)], []),
    (b'{"attributes": {"battery": 140, "b": 2}}', [("well-1", "b", "2", 2.0)], ["from 0 to 100 %, not 140"]),
    (b'{"attributes": {"battery": "full"}}', [], ["must be a number in %"]),
    (b'{"attributes": {"firmware": null}}', [], ["a text, a number, true or false"]),
    (b'{"attributes": {"firmware": "a\\nb"}}', [], ["in one line"]),
    (b'{"attributes": {"well-9/signal": -97}}', [], ["no device that this one carries"]),
    (b'{"attributes": {" x": 1}}', [], ["no name of an attribute"]),
    (b'{"values": {"battery": 87}}', [], ["expected an object with “attributes”"]),
    (b'{"ts": 1, "attributes": {"battery": 87}}', [], ["looks like seconds"]),
    (b'{"ts": 1864000000000, "attributes": {"battery": 87}}', [], ["ahead of our clock"]),
    (b'[{"attributes": {"a": 1}}, 3]', [("well-1", "a", "1", 1.0)], ["message 2: expected an object"]),
    (b'[{"n": "battery", "u": "%EL", "v": 87}]', [("well-1", "battery", "87", 87.0)], []),
    (
        b'[{"bn": "urn:dev:ow:370213:well-7:", "bt": 1764000000, "n": "signal", "u": "dBm", "v": -97},'
        b' {"n": "firmware", "vs": "1.4.2"}]',
        [("well-7", "signal", "-97", -97.0), ("well-7", "firmware", "1.4.2", None)],
        [],
    ),
    (b'[{"bn": "well-1/"}, {"n": "lid open", "vb": true}]', [], ["record 2: the name “well-1/lid open” is none of SenML"]),
    (b'[{"bn": "well-1/"}, {"n": "lid_open", "vb": true}]', [("well-1", "lid_open", "true", None)], []),
    (
        b'[{"n": "battery_voltage", "u": "mV", "v": 3600}, {"n": "b", "v": 2}]',
        [("well-1", "b", "2", 2.0)],
        ["is said in V, not in “mV”"],
    ),
    (b'[{"n": "well-9:battery", "v": 87}]', [], ["“well-9” is no device that this one carries"]),
    (b'[{"n": "battery", "v": 140}]', [], ["from 0 to 100 %, not 140"]),
    (b'[{"n": "firmware"}, {"n": "b", "v": 2}]', [("well-1", "b", "2", 2.0)], ["record 1: there is no value"]),
    (b'[{"n": "firmware", "vs": 14}]', [], ["record 1: there is no value"]),
    (b'[{"n": "battery", "v": 8, "bt": 1964000000}]', [], ["ahead of our clock"]),
    (b"\x81\xa2\x00gbattery\x02\x18\x57", [("well-1", "battery", "87", 87.0)], []),
    (b"not json", [], [""]),
    (b" " * 20_000, [], ["at most 16384 bytes"]),
]


@pytest.mark.parametrize(("payload", "statements", "faults"), SAID)
def test_what_is_taken_of_a_message(
    payload: bytes, statements: list[tuple[str, str, str, float | None]], faults: list[str]
) -> None:
    found, wrong = read_attributes(payload, "well-1", frozenset({"well-7"}), TIMES, POLICY)
    assert [(one.code, one.name, one.text, one.number) for one in found] == statements
    assert len(wrong) == len(faults)
    for fault, words in zip(wrong, faults, strict=True):
        assert words in fault.why.in_english
        assert fault.reason == "attribute_refused"


@given(st.dictionaries(st.text(max_size=60), st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=300)))
def test_every_value_is_kept_or_told(said: dict[str, object]) -> None:
    """Bounds of name and text hold for all that is taken; a number is finite and within its vocabulary."""
    for name, value in said.items():
        known = POLICY.known.get(name, FREE)
        try:
            text, number = read_value(read_name(name, 40), value, known, 200)
        except InvalidInput:
            continue
        assert 0 < len(text) <= 200
        assert text.isprintable()
        assert number is None or known.low <= number <= known.high


CHANGES = [
    # step, value that was noted, value that is said, whether it is a change
    (1.0, ("80", 80.0), ("80", 80.0), False),
    (1.0, ("80", 80.0), ("79.5", 79.5), False),
    (1.0, ("80", 80.0), ("79", 79.0), True),
    (0.0, ("1.4", None), ("1.5", None), True),
    (0.0, ("1", 1.0), ("open", None), True),
    (0.0, ("1", 1.0), ("1", 1.0), False),
]


@pytest.mark.parametrize(("step", "noted", "said", "changed"), CHANGES)
def test_what_is_a_change(step: float, noted: tuple[str, float | None], said: tuple[str, float | None], changed: bool) -> None:
    assert is_change(KnownAttribute("", -1e9, 1e9, step), noted, said) is changed


STATES = [
    # level, state before, state
    (100.0, "good", "good"),
    (20.0, "good", "low"),
    (10.0, "good", "critical"),
    (14.9, "critical", "critical"),
    (15.0, "critical", "low"),
    (24.9, "low", "low"),
    (24.9, "good", "good"),
    (25.0, "low", "good"),
    (100.0, "critical", "good"),
]


@pytest.mark.parametrize(("level", "before", "after"), STATES)
def test_a_state_is_left_above_its_limit_alone(level: float, before: str, after: str) -> None:
    assert state_of(level, BatteryState(before), LIMITS) == after


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_a_level_that_wavers_within_the_dead_band_crosses_once(levels: list[float]) -> None:
    crossings, state = 0, BatteryState.GOOD
    for level in (15.0 + one / 100 * 9.9 for one in levels):  # 15 to 24.9
        after = state_of(level, state, LIMITS)
        crossings += after is not state
        state = after
    assert crossings <= 1


def test_another_battery_begins_its_own_trend() -> None:
    old = [(DAY + timedelta(n), 30.0 - n) for n in range(20)]
    new = [(DAY + timedelta(20 + n), 100.0 - n / 10) for n in range(30)]
    assert of_one_battery(old + new, 30.0, None) == new
    assert of_one_battery(new, 30.0, DAY + timedelta(40)) == new[20:], "a change that a person entered, without a rise"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 100)), min_size=2, max_size=30, unique_by=lambda one: one[0]))
def test_slopes_as_their_slow_twin(points: list[tuple[int, float]]) -> None:
    points.sort()
    levels = [(DAY + timedelta(number), level) for number, level in points]
    days, values = day_by_day(levels)
    held = dict(points)
    naive: list[float] = []
    line = []
    for number in range(points[0][0], points[-1][0] + 1):
        held.setdefault(number, held.get(number - 1, 0.0))
        line.append(held[number])
    assert values.tolist() == line
    for first in range(len(line)):
        naive.extend((line[second] - line[first]) / (second - first) for second in range(first + 1, len(line)))
    assert np.allclose(slopes(days, values), sorted(naive))
    found = forecast(levels, empty=5.0, least_days=1, furthest_days=3650)
    assert found is not None
    assert found.slope == pytest.approx(statistics.median(naive))


@settings(max_examples=40)
@given(st.floats(0.05, 2.0), st.integers(20, 90), st.integers(0, 2**32 - 1))
def test_the_end_lies_between_its_bounds_and_odd_days_do_not_bend_it(fall: float, count: int, seed: int) -> None:
    """A straight fall, with one day in ten that says something absurd."""
    noise = np.random.default_rng(seed)
    levels = []
    for number in range(count):
        level = max(6.0, 100.0 - fall * number)
        odd = number % 10 == 5
        levels.append((DAY + timedelta(number), float(noise.uniform(0, 100)) if odd else level))
    found = forecast(levels, empty=5.0, least_days=14, furthest_days=100_000)
    assert found is not None
    assert found.earliest is not None
    assert found.ends_on is not None
    assert found.earliest <= found.ends_on <= (found.latest or date.max)
    if fall * count < 90:
        true_end = DAY + timedelta(round(95.0 / fall))
        assert abs((found.ends_on - true_end).days) <= max(2, 0.15 * (true_end - DAY).days)


FORECASTS = [
    # levels by day, days of the forecast's bounds: whether there is one, whether it names an end
    ([100.0] * 10, False, False),
    ([100.0] * 30, True, False),
    ([100.0 - n / 10 for n in range(30)], True, True),
    ([50.0 + n / 10 for n in range(30)], True, False),
    ([5.0] * 30, True, True),
]


@pytest.mark.parametrize(("levels", "known", "ends"), FORECASTS)
def test_when_an_end_is_told(levels: list[float], known: bool, ends: bool) -> None:
    found = forecast([(DAY + timedelta(n), one) for n, one in enumerate(levels)], empty=5.0, least_days=14, furthest_days=3650)
    assert (found is not None) is known
    if found is not None:
        assert (found.ends_on is not None) is ends
