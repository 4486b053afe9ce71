"""What of a plant's load stands for production."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.work.power.drawing import DAYS, LEVEL, METERS, QUARTERS, ROW, cut, plant, run, stopped
from tocsin.engine.work.firm import PointQuality, Role
from tocsin.engine.work.load.cleaning import believable, run_length
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load
from tocsin.engine.work.load.model import Grounds, Running
from tocsin.engine.work.load.orders import stops_of


def test_levels_are_those_of_the_plant() -> None:
    load = plant().load()
    for line in load.lines:
        assert line.span_kw[-1] == pytest.approx(LEVEL[line.meter], rel=0.05)
        assert abs(line.rest_kw[-1] - 0.5) < 0.5
    assert load.normal_kw[-1] == pytest.approx(sum(LEVEL.values()), rel=0.05)
    assert load.rests_on == ("L1", "L2")


def test_a_working_day_is_a_whole_one_and_a_weekend_none() -> None:
    load = plant().load()
    working = [day for day in range(14, DAYS) if day % 7 < 5]
    assert np.allclose(load.day_share[working], 1.0, atol=0.15)
    assert (load.day_share[[19, 20, 26]] < 0.02).all()
    assert np.allclose(load.running_h[working], 9.5, atol=0.5)
    assert set(load.deciding_hours(21)) == set(range(8, 18))


def test_half_a_rate_is_half_a_day() -> None:
    made = plant(until=21)
    for day in (21, 22, 23):
        made = run(made, day, 8, 17.5, rate=0.5, seed=day)
    assert made.load().day_share[21:24] == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize(
    ("gap", "grounds", "state"),
    [
        (("L1", "L2"), Grounds.TOTAL, Running.YES),
        (("L1", "L2", "T"), Grounds.NOTHING, Running.CANNOT_TELL),
        (("T",), Grounds.PROCESS, Running.YES),
    ],
)
def test_a_gap_is_never_taken_for_rest(gap: tuple[str, ...], grounds: Grounds, state: Running) -> None:
    made, noon = plant(), 30 * 96 + 48
    for meter in gap:
        made.missing[ROW[meter], noon] = True
    load = made.load()
    assert (load.grounds[noon], load.state[noon]) == (grounds, state)
    assert np.isnan(load.share[noon]) == (state is Running.CANNOT_TELL)


def test_levels_stand_still_under_an_order() -> None:
    made = stopped(plant(until=21), 21, 39)
    for day in range(24, 36):
        made = run(made, day, 0, 24, rate=2.0, seed=day)
    load = made.load()
    assert (load.lines[0].span_kw[22:] == load.lines[0].span_kw[22]).all()
    assert load.day_share[30] > 3.0


def test_an_estimate_says_nothing_and_a_reversed_meter_is_read_the_right_way() -> None:
    firm = plant().firm()
    quality = firm.quality.copy()
    quality[1, 100] = PointQuality.ESTIMATED
    kw = firm.kw.copy()
    kw[2] *= -1.0
    told = believable(replace(firm, kw=kw, quality=quality), LoadFigures())
    assert np.isnan(told[1, 100])
    np.testing.assert_allclose(told[2], firm.kw[2])


@pytest.mark.parametrize("rated_kw", [200.0, None])
@pytest.mark.parametrize(("shown_kw", "is_known"), [(0.0, True), (5.0, True), (90.0, False)])
def test_a_value_may_stand_still_at_rest_whether_or_not_the_rated_power_is_known(
    rated_kw: float | None, shown_kw: float, is_known: bool
) -> None:
    firm = plant().firm()
    kw = firm.kw.copy()
    kw[1, 30 * 96 : 31 * 96] = shown_kw
    meters = tuple(replace(meter, rated_kw=rated_kw) if meter.id == "L1" else meter for meter in METERS)
    told = believable(replace(firm, kw=kw, meters=meters), LoadFigures())
    assert np.isfinite(told[1, 30 * 96 + 48]) == is_known


def test_a_wrong_rated_power_is_given_up() -> None:
    firm = plant().firm()
    meters = tuple(
        replace(meter, rated_kw=10.0 * meter.rated_kw) if meter.rated_kw and meter.role is Role.PROCESS else meter
        for meter in METERS
    )
    load = production_load(replace(firm, meters=meters), LoadFigures())
    assert load.lines[0].span_kw[10] == pytest.approx(LEVEL["L1"], rel=0.1)


def test_only_a_connection_tells_too() -> None:
    load = replace(plant(), only=("T", "OFFICE")).load()
    assert load.lines == () and load.unmetered is None
    assert load.day_share[21] == pytest.approx(1.0, abs=0.15)
    assert load.day_share[26] < 0.02


def test_a_device_that_runs_by_itself_is_a_sign_unless_by_the_clock() -> None:
    made = plant(until=28)
    clock = made.kw["D1"].copy()
    for day in range(DAYS):
        clock[day * 96 + 8 : day * 96 + 11] = 9.0
    made = replace(made, kw=made.kw | {"D1": clock})
    made = stopped(run(made, 33, 8, 17.5, lines=("L1",), shown=0.0), 28)
    guard = made.load().lines[0].guard
    assert (guard[33 * 96 + 40 : 33 * 96 + 70] > 0.8).all()
    assert not (guard[32 * 96 : 33 * 96 + 30] > 0.4).any()


@pytest.mark.parametrize("day", [12, 25])
def test_nothing_later_is_used(day: int) -> None:
    firm = stopped(plant(), 20, 30).firm()
    known, all_of_it = (production_load(one, LoadFigures()) for one in (cut(firm, day), firm))
    upto = day * 96
    np.testing.assert_array_equal(known.share[:upto], all_of_it.share[:upto])
    np.testing.assert_array_equal(known.state[:upto], all_of_it.state[:upto])
    for one, other in zip(known.lines, all_of_it.lines, strict=True):
        np.testing.assert_array_equal(one.guard[:upto], other.guard[:upto])


@pytest.mark.parametrize(
    ("last", "approved", "begin", "served", "end"),
    [(29, None, 20, 21, 30), (None, 33, 20, 21, 33), (None, None, 20, 21, DAYS)],
)
def test_an_order_is_served_in_its_first_day(last: int | None, approved: int | None, begin: int, served: int, end: int) -> None:
    firm = stopped(plant(), 20, last, approved=approved).firm()
    (stop,) = stops_of(firm, serve_days=0, slow_serve_days=2)
    assert (stop.begin, stop.served, stop.end) == (begin * 96, served * 96, end * 96)
    (slow,) = stops_of(replace(firm, trade="mine"), serve_days=0, slow_serve_days=2)
    assert slow.served == (served + 2) * 96


def test_curves_that_do_not_fit_are_refused() -> None:
    firm = plant().firm()
    with pytest.raises(ValueError, match="do not fit"):
        production_load(replace(firm, kw=firm.kw[:, :-1]), LoadFigures())


def test_run_length() -> None:
    assert run_length(np.array([True, True, False, True])).tolist() == [1, 2, 0, 1]
    assert QUARTERS == DAYS * 96
