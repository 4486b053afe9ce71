"""Which falls of a plant are sudden stops, and how likely."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.engine.work.devices.drawing import (
    DAYS,
    METERS,
    A,
    Plant,
    all_lines,
    at,
    episodes_of,
    level,
    plant,
    stays_down_after_a_cut,
    stops_at_once,
    sudden,
    told,
)
from tocsin.engine.work.devices.figures import DeviceFigures
from tocsin.engine.work.devices.stops import chance_of
from tocsin.engine.work.firm import WHOLE, DayKind, EpisodeKind, Meter, Order, OrderKind, Role

LOST, STOP = "essential_load_lost", "sudden_stop"


def test_a_plant_that_often_falls_is_hardly_believed_to_stop_suddenly() -> None:
    """The longer it went without such falls, and the further its end of work, the likelier one is sudden."""
    figures = DeviceFigures().stop
    by_falls = [chance_of(falls, 90.0, 12.0, figures) for falls in range(5)]
    by_days = [chance_of(0, float(days), 12.0, figures) for days in range(5, 120, 15)]
    assert by_falls == sorted(by_falls, reverse=True)
    assert by_days == sorted(by_days)
    assert chance_of(0, 90.0, 2.0, figures) < 0.5 < by_falls[0]
    assert all(chance_of(falls, 90.0, 12.0, figures, lines=2) > alone for falls, alone in enumerate(by_falls))


def test_lines_that_fall_one_by_one_hardly_stop_suddenly() -> None:
    def probability(lag: int) -> float:
        made = plant()
        level(made, "L1", 4.0, A + lag, at(30, 18))
        level(made, "L2", 3.0, A, at(30, 18))
        (stop,) = [each for each in episodes_of(made.firm()) if each.kind is EpisodeKind.SUDDEN_STOP]
        return stop.probability

    assert probability(2) < 0.5 < probability(0)


@pytest.mark.parametrize(("falls_too", "count"), [(False, 0), (True, 1)])
def test_what_goes_on_without_a_meter_is_no_sudden_stop(falls_too: bool, count: int) -> None:
    made = plant()
    all_lines(made, A, at(30, 18))
    quarters = np.arange(len(made.kw["L1"]))
    unmetered = np.where((quarters % 96 >= 28) & (quarters % 96 < 92), 700.0, 5.0)
    if falls_too:
        unmetered[A : at(30, 18)] = 5.0
    firm = made.firm(total=np.asarray(sum(made.kw.values())) + unmetered)
    assert sum(each.kind is EpisodeKind.SUDDEN_STOP for each in episodes_of(firm)) == count


def test_ends_of_nights_and_overtime_do_not_make_a_stop_in_between_less_likely() -> None:
    def probability(made: Plant) -> float:
        (stop,) = [each for each in episodes_of(stops_at_once(made)) if each.kind is EpisodeKind.SUDDEN_STOP]
        return stop.probability

    made = plant()
    for day in (20, 22, 24):
        level(made, "L1", 450.0, at(day, 23), at(day, 26))
        level(made, "D1", 30.0, at(day, 23), at(day, 26))
    assert probability(made) == probability(plant())


@pytest.mark.parametrize(("hours", "believed", "heard_h"), [(2.5, False, 1.5), (14.0, True, 5.0)])
def test_a_line_that_falls_alone_around_the_clock_may_be_repaired_for_hours(hours: float, believed: bool, heard_h: float) -> None:
    """It is listed after an hour and a half, and believed hours later."""
    begin = at(38, 4)
    made = plant()
    made.kw["L1"] = 450.0 + 45.0 * np.sin(np.arange(DAYS * 96) * 0.7)
    level(made, "L1", 4.0, begin, begin + round(hours * 4))
    day = ((0, 8 * 60), (8 * 60, 16 * 60), (16 * 60, 24 * 60))
    kept = [row for row, meter in enumerate(METERS) if meter.id in ("T", "L1", "FAN")]
    firm = made.firm(total=made.kw["L1"] + made.kw["FAN"])
    firm = replace(firm, shifts=day, meters=tuple(METERS[row] for row in kept), kw=firm.kw[kept], quality=firm.quality[kept])
    shipped = DeviceFigures()
    known_for_long = replace(shipped, stop=replace(shipped.stop, ordinary_days=60.0))
    ((start, probability, heard),) = sudden(firm, known_for_long)
    assert start == begin
    assert (probability >= 0.5) is believed
    assert (heard - begin) / 4 == heard_h


@pytest.mark.parametrize(
    ("scope", "first", "count"),
    [("L9", date(2025, 12, 1), 1), ("L9", date(2025, 12, 10), 0), (WHOLE, date(2025, 12, 1), 0), (WHOLE, date(2025, 12, 11), 0)],
)
def test_an_order_on_a_line_explains_a_fall_of_all_only_on_its_first_day(scope: str, first: date, count: int) -> None:
    firm = stops_at_once(plant())
    ordered = replace(firm, orders=(Order("O", scope, first, None, OrderKind.ORDERED_STOP),))
    assert len(sudden(ordered)) == count


@pytest.mark.parametrize(("idle_days", "count"), [((), 1), ((24, 26), 0)])
def test_a_change_of_crews_may_be_a_stop_only_where_work_always_went_through(idle_days: tuple[int, ...], count: int) -> None:
    made = plant()
    for day in idle_days:
        all_lines(made, at(day, 15), at(day, 23))
    all_lines(made, at(30, 15), at(30, 22))
    assert sum(start == at(30, 15) for start, _, _ in sudden(made.firm())) == count


def test_a_holiday_may_have_a_stop_where_work_always_went_through() -> None:
    firm = stops_at_once(plant())
    kind = firm.days.kind.copy()
    kind[30] = DayKind.HOLIDAY
    assert len(sudden(replace(firm, days=replace(firm.days, kind=kind)))) == 1


def test_a_lost_supply_is_no_pause_however_long_pauses_are() -> None:
    """Breaks of hours now and then make any other stop wait; one with the supply does not."""
    made = plant()
    for day in range(5, 29, 6):
        all_lines(made, at(day, 10), at(day, 13.5))
    spoilt = stays_down_after_a_cut(made)
    assert [(kind, meter) for kind, meter, begin, _ in told(spoilt) if begin >= A] == [(LOST, ""), (STOP, "")]


def test_a_line_that_never_rests_does_not_say_that_the_plant_goes_on() -> None:
    """A third line runs day and night; it lies below the rest level of the connection, which falls to it."""
    made = plant()
    all_lines(made, A, at(30, 18))
    firm = made.firm()
    extra = (100.0 * (1.0 + 0.05 * np.sin(np.arange(DAYS * 96) * 0.7))).astype(np.float32)
    kw = np.vstack([firm.kw, extra[None]])
    kw[0] += extra
    quality = np.vstack([firm.quality, np.zeros_like(firm.quality[:1])])
    never = replace(firm, meters=(*METERS, Meter("L3", Role.PROCESS, None, 120.0, 100.0)), kw=kw, quality=quality)
    assert [start for start, _, _ in sudden(never)] == [A]


@pytest.mark.parametrize(("spread", "count"), [(0.01, 1), (0.3, 0)])
def test_a_connection_alone_tells_furnaces_that_are_held_by_even_power(spread: float, count: int) -> None:
    """Without a meter on any line the connection falls to two fifths: drawn evenly it is a furnace, else a line that goes on."""
    made = plant()
    left = 260.0 * (1.0 + spread * np.sin(np.arange(at(30, 18) - A) * 1.3))
    made.kw["L1"][A : at(30, 18)], made.kw["L2"][A : at(30, 18)] = left, 3.0
    firm = made.firm()
    alone = replace(firm, meters=firm.meters[:1], kw=firm.kw[:1], quality=firm.quality[:1])
    assert len(sudden(alone)) == count
