"""Which curves of lines, devices and the whole plant need a person, and which are every day's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.work.devices.drawing import (
    DAYS,
    METERS,
    ROW,
    A,
    B,
    Plant,
    all_lines,
    at,
    episodes_of,
    level,
    plant,
    stays_down_after_a_cut,
    stops_at_once,
    supply_cut,
    told,
)
from tocsin.engine.work.firm import WHOLE, Firm, Order, OrderKind, PointQuality

OFF, LOST, STOP = "protective_off", "essential_load_lost", "sudden_stop"
Told = list[tuple[str, str]]


def nothing(made: Plant) -> Firm:
    return made.firm()


def device_off(made: Plant) -> Firm:
    level(made, "D1", 0.3)
    return made.firm()


def device_idling(made: Plant) -> Firm:
    level(made, "D1", 7.0)
    return made.firm()


def device_shows_a_tenth(made: Plant) -> Firm:
    made.kw["D1"][A:B] *= 0.1
    return made.firm()


def standby_relieves(made: Plant) -> Firm:
    level(made, "D2a", 0.2)
    level(made, "D2b", 18.0)
    return made.firm()


def both_off(made: Plant) -> Firm:
    level(made, "D2a", 0.2)
    level(made, "D2b", 0.2)
    return made.firm()


def unread_device(made: Plant) -> Firm:
    made.quality[ROW["D1"], A:B] = PointQuality.MISSING
    return made.firm()


def stuck_line(made: Plant) -> Firm:
    """The line's meter goes on with the last value through the night, when the device rests."""
    firm = made.firm()
    firm.kw[ROW["L1"], at(30, 22) : at(31, 6)] = firm.kw[ROW["L1"], at(30, 22)]
    return firm


def line_stands_by(made: Plant) -> Firm:
    level(made, "L1", 60.0, at(30, 23), at(31, 6))
    return made.firm()


def line_stands_by_where_its_device_works(made: Plant) -> Firm:
    """At an eighth of its power line 1 works unevenly with its device on seven evenings; on the eighth it stands by evenly."""
    for day in range(20, 27):
        uneven = 55.0 * (1.0 + 0.3 * np.sin(np.arange(16) * 2.0))
        made.kw["L1"][at(day, 23) : at(day, 27)] = uneven
        level(made, "D1", 30.0, at(day, 23), at(day, 27))
    made.kw["L1"][at(30, 23) : at(31, 3)] = 56.0
    return made.firm()


def device_comes_a_quarter_late(made: Plant) -> Firm:
    level(made, "D1", 0.3, at(30, 7), at(30, 7.25))
    return made.firm()


def swapped_links(made: Plant) -> Firm:
    """The list has both devices at the wrong line; line 2 pauses for two hours while line 1 goes on, and the other way round."""
    meters = [replace(m, protects={"D1": "L2", "D2a": "L1", "D2b": "L1"}.get(m.id, m.protects)) for m in METERS]
    for day in range(3, DAYS):
        for line, devices, hour in (("L1", ("D1",), 9), ("L2", ("D2a", "D2b"), 17)):
            level(made, line, 4.0, at(day, hour), at(day, hour + 4))
            for device in devices:
                level(made, device, 0.2, at(day, hour), at(day, hour + 4))
    return replace(made.firm(), meters=tuple(meters))


def fan_dead(made: Plant) -> Firm:
    level(made, "FAN", 0.3)
    return made.firm()


def fan_slow_for_a_quarter(made: Plant) -> Firm:
    level(made, "FAN", 0.3, A, A + 1)
    return made.firm()


def stays_down_for_an_hour_after_a_cut(made: Plant) -> Firm:
    """The supply is back after an hour and a half, and the plant stays down for an hour more."""
    all_lines(made, A, A + 10)
    return supply_cut(made)


def furnaces_are_held(made: Plant) -> Firm:
    """All lines fall to a third within one reading, and draw it evenly."""
    level(made, "L1", 160.0, A, at(30, 18))
    level(made, "L2", 100.0, A, at(30, 18))
    return made.firm()


def one_line_stops(made: Plant) -> Firm:
    level(made, "L1", 4.0, A, at(30, 18))
    return made.firm()


def ends_an_hour_early(made: Plant) -> Firm:
    all_lines(made, at(30, 22.5), at(30, 23))
    return made.firm()


def stops_for_an_order(made: Plant) -> Firm:
    firm = stops_at_once(made)
    return replace(firm, orders=(Order("O", WHOLE, date(2025, 12, 10), date(2025, 12, 11), OrderKind.ORDERED_STOP),))


def short_pause(made: Plant) -> Firm:
    all_lines(made, A, A + 2)
    return made.firm()


@pytest.mark.parametrize(("irradiance", "lost"), [(300.0, False), (0.0, True)])
def test_a_roof_without_meter_that_just_balances_the_load_is_no_cut(irradiance: float, lost: bool) -> None:
    made = plant()
    total = np.sum([made.kw[meter] for meter in made.kw], axis=0)
    total[A : A + 6] = 0.0
    firm = made.firm(total=total)
    sun = np.full(len(firm.days) * 24, irradiance, np.float32)
    alone = replace(firm, meters=firm.meters[:1], kw=firm.kw[:1], quality=firm.quality[:1], solar_kwp=900.0, irradiance_w_m2=sun)
    assert (LOST in [kind for kind, *_ in told(alone)]) == lost


CASES: list[tuple[Callable[[Plant], Firm], Told]] = [
    (nothing, []),
    (device_off, [(OFF, "D1")]),
    (device_idling, [(OFF, "D1")]),
    (standby_relieves, []),
    (both_off, [(OFF, "D2a")]),
    (unread_device, []),
    (stuck_line, []),
    (line_stands_by, []),
    (line_stands_by_where_its_device_works, []),
    (device_comes_a_quarter_late, []),
    (fan_dead, [(LOST, "FAN")]),
    (fan_slow_for_a_quarter, []),
    (supply_cut, [(LOST, "")]),
    (stops_at_once, [(STOP, "")]),
    (stays_down_after_a_cut, [(LOST, ""), (STOP, "")]),
    (stays_down_for_an_hour_after_a_cut, [(LOST, ""), (STOP, "")]),
    (furnaces_are_held, [(STOP, "")]),
    (one_line_stops, []),
    (ends_an_hour_early, []),
    (stops_for_an_order, []),
    (short_pause, []),
]


@pytest.mark.parametrize(("spoil", "wanted"), CASES, ids=[case[0].__name__ for case in CASES])
def test_what_needs_a_person(spoil: Callable[[Plant], Firm], wanted: Told) -> None:
    assert [(kind, meter) for kind, meter, _, _ in told(spoil(plant()))] == wanted


def test_a_cold_store_without_a_meter_on_its_compressors() -> None:
    """At night the connection takes hardly a tenth of what it ever took at rest."""
    made = plant()
    level(made, "FAN", 2.0, at(30, 23.5), at(31, 5))
    cold = without_fan_meter(made.firm(), "cold_store")
    assert [(kind, meter) for kind, meter, _, _ in told(cold)] == [(LOST, "")]
    assert told(without_fan_meter(made.firm(), "foundry")) == []


def without_fan_meter(firm: Firm, trade: str) -> Firm:
    kept = [row for row, meter in enumerate(firm.meters) if meter.id != "FAN"]
    meters = tuple(firm.meters[row] for row in kept)
    return replace(firm, trade=trade, meters=meters, kw=firm.kw[kept], quality=firm.quality[kept])


@pytest.mark.parametrize(("day", "wanted"), [(1, []), (2, [(OFF, "D1")])])
def test_two_days_show_that_a_line_and_its_device_go_together(day: int, wanted: Told) -> None:
    made = plant()
    level(made, "D1", 0.3, at(day, 9), at(day, 14))
    assert [(kind, meter) for kind, meter, _, _ in told(made.firm())] == wanted


@pytest.mark.parametrize("off_quarters", [3, 4])
def test_a_device_that_works_by_a_clock_is_off_only_when_it_stays_off(off_quarters: int) -> None:
    """An hour on, an hour off, all the time its line runs: that is how it works; five hours off is more."""
    clock = np.arange(DAYS * 96) % (off_quarters + 8) < off_quarters
    made = plant()
    made.kw["D1"] = np.where(clock, 0.3, made.kw["D1"])
    assert told(made.firm()) == []
    ((kind, meter, begin, end),) = told(device_off(made))
    assert (kind, meter) == (OFF, "D1")
    assert begin >= A - off_quarters
    assert end <= B + off_quarters


def test_a_device_that_comes_up_late_is_late_only_when_it_stays_off() -> None:
    """An hour after its line, every morning; two and a half hours are more."""
    made = plant()
    for day in range(DAYS):
        level(made, "D1", 0.3, at(day, 7), at(day, 8))
    assert told(made.firm()) == []
    level(made, "D1", 0.3, at(30, 7), at(30, 9.5))
    assert told(made.firm()) == [(OFF, "D1", at(30, 7), at(30, 9.5))]


def test_a_device_that_follows_the_rate_is_not_off_at_a_low_rate_of_its_line() -> None:
    made = plant()
    rate = np.where(np.arange(DAYS * 96) // 96 % 3 == 0, 0.45, 1.0)
    made.kw["L1"], made.kw["D1"] = made.kw["L1"] * np.sqrt(rate), made.kw["D1"] * rate
    assert told(made.firm()) == []
    assert [(kind, meter) for kind, meter, _, _ in told(device_off(made))] == [(OFF, "D1")]


def test_an_alarm_that_comes_again_and_again_loses_weight() -> None:
    """The list or the habit is wrong, not the firm."""
    made = plant()
    for day in range(10, 30, 2):
        level(made, "D1", 0.3, at(day, 9), at(day, 12))
    found = [episode.probability for episode in episodes_of(made.firm())]
    assert found[0] > 0.9
    assert max(found[6:]) < 0.5


def test_a_device_that_shows_a_tenth_is_doubted_for_its_multiplier() -> None:
    """One that idles at a quarter of its power is not."""
    chances = [episodes_of(spoil(plant()))[0].probability for spoil in (device_shows_a_tenth, device_idling)]
    assert chances[0] < 0.5 < chances[1]


def test_a_wrong_link_of_the_list_is_learnt() -> None:
    """At first the list is believed; after the first days the devices are held to the line they really go with."""
    firm = swapped_links(plant())
    assert all(end < at(10, 0) for _, _, _, end in told(firm))


def test_times_are_those_of_the_curve() -> None:
    """From the first quarter to behind the last; told after three quarters of an hour, or when it shows whether people stay."""
    for spoil, end, wait in ((device_off, B, 3), (fan_dead, B, 3), (stops_at_once, at(30, 17), 9)):
        firm = spoil(plant())
        (episode,) = episodes_of(firm)
        assert firm.days.quarter(episode.start_ms) == A
        assert firm.days.quarter(episode.end_ms) == end
        assert episode.detected_ms == firm.days.ms(A + wait)
        assert episode.why
        assert 0.5 <= episode.probability < 1.0


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_an_ordinary_plant_needs_nobody(seed: int) -> None:
    assert told(plant(seed).firm()) == []


@pytest.mark.parametrize("spoil", [device_off, fan_dead, stops_at_once, supply_cut], ids=lambda spoil: spoil.__name__)
def test_what_was_told_rests_on_the_past_only(spoil: Callable[[Plant], Firm]) -> None:
    """With another course after a moment, the same was told before it."""
    firm = spoil(plant())
    cut = A + 9
    other = replace(firm, kw=firm.kw.copy(), quality=firm.quality.copy())
    other.kw[:, cut:] = plant(2).firm().kw[:, cut:]
    until = firm.days.ms(cut)
    first, second = (
        [(e.kind, e.meter, e.start_ms, e.detected_ms, e.probability) for e in episodes_of(each) if e.detected_ms <= until]
        for each in (firm, other)
    )
    assert first == second
    assert first
