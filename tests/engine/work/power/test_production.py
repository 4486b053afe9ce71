"""Production that should not be, and what looks like it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.work.power.drawing import DAYS, FIRST_MS, Plant, cut, plant, run, stopped
from tocsin.engine.work.firm import Episode, EpisodeKind, OrderKind, Source
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load
from tocsin.engine.work.production.episodes import production_episodes
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.night import beyond_habit
from tocsin.engine.work.production.runs import Run, grouped, runs_of
from tocsin.engine.work.production.signs import Signs, no_signs

HIDDEN, PARTIAL = EpisodeKind.HIDDEN_PRODUCTION, EpisodeKind.PARTIAL_HIDDEN_PRODUCTION
NIGHT, RESTART = EpisodeKind.NIGHT_PRODUCTION, EpisodeKind.UNANNOUNCED_RESTART
HOUR_MS = 3_600_000
BASE = stopped(plant(until=21), 21, 39)  # rests under an order from a Monday on
OF_L1 = stopped(plant(until=21), 21, 39, scope="L1")


def episodes(of: Plant, signs: Signs | None = None) -> list[Episode]:
    firm = of.firm()
    return production_episodes(firm, production_load(firm, LoadFigures()), ProductionFigures(), signs)


def hours(ms: int) -> float:
    return (ms - FIRST_MS) / HOUR_MS


@pytest.mark.parametrize(
    ("what", "made", "kinds"),
    [
        ("nothing", BASE, []),
        ("a shift", run(BASE, 25, 8, 17.5), [HIDDEN]),
        ("a night", run(BASE, 25, 21, 28), [HIDDEN]),
        ("one line", run(BASE, 25, 8, 17.5, lines=("L1",)), [HIDDEN]),
        ("work on the first day", run(BASE, 21, 8, 17.5), []),
        ("a test run of one line", run(BASE, 25, 10, 11.75, lines=("L2",)), []),
        ("a line that turns for three hours", run(BASE, 25, 10, 13, lines=("L2",), rate=0.7), []),
        ("the same by night", run(BASE, 25, 22, 23.75, lines=("L2",)), [HIDDEN]),
        ("two tests on two days", run(run(BASE, 25, 10, 11.5, lines=("L2",)), 26, 10, 11.5, lines=("L1",)), []),
        ("a low rate for two days", run(BASE, 25, 0, 48, rate=0.15), [PARTIAL]),
        ("stand-by of half a day", run(BASE, 25, 8, 20, lines=("L2",), rate=0.12), []),
        ("behind a bridged meter, with its device on", run(BASE, 25, 8, 17.5, lines=("L1",), shown=0.0), [HIDDEN]),
        ("after the order", run(stopped(plant(until=21), 21, 24), 27, 8, 17.5), []),
        ("before the approval", run(stopped(plant(until=21), 21, approved=30), 28, 8, 17.5), [HIDDEN]),
        ("a line that may run", run(OF_L1, 25, 8, 17.5, lines=("L2",)), []),
        ("the line that may not", run(OF_L1, 25, 8, 17.5, lines=("L1",)), [HIDDEN]),
    ],
)  # fmt: skip
def test_under_an_order(what: str, made: Plant, kinds: list[EpisodeKind]) -> None:
    assert [episode.kind for episode in episodes(made)] == kinds, what


def test_it_is_told_within_three_hours_and_says_why() -> None:
    (episode,) = episodes(run(BASE, 25, 8, 17.5))
    assert hours(episode.start_ms) == pytest.approx(25 * 24 + 8, abs=0.5)
    assert hours(episode.end_ms) == pytest.approx(25 * 24 + 17.5, abs=0.5)
    assert 0 < episode.detected_ms - episode.start_ms <= 3 * HOUR_MS
    why = dict(episode.why)
    assert why["process_share"] == pytest.approx(1.0, abs=0.1)
    assert why["longest_run_h"] == pytest.approx(9.5, abs=0.5)


@pytest.mark.parametrize(("pause_days", "count"), [(1, 1), (3, 2)])
def test_pauses_up_to_36_hours_belong_to_one_episode(pause_days: int, count: int) -> None:
    made = run(run(BASE, 25, 8, 17.5), 25 + pause_days, 8, 17.5, seed=2)
    assert len(episodes(made)) == count


def test_a_slow_trade_may_shut_down_over_days() -> None:
    firm = run(BASE, 22, 8, 17.5).firm()
    load = production_load(firm, LoadFigures())
    assert production_episodes(firm, load, ProductionFigures())
    assert not production_episodes(replace(firm, trade="chlor_alkali"), load, ProductionFigures())


def test_only_the_connection_tells() -> None:
    made = replace(run(BASE, 25, 8, 17.5), only=("T", "OFFICE"))
    (episode,) = episodes(made)
    assert episode.kind is HIDDEN
    assert episodes(replace(run(BASE, 25, 10, 12, lines=("L2",)), only=("T", "OFFICE"))) == []


def test_a_line_without_meter_is_known_by_its_step() -> None:
    made = stopped(plant(), 21, 39, scope="line 2")
    only_one = plant(until=21)
    for day in range(21, DAYS):
        if day % 7 < 5:
            only_one = run(only_one, day, 8, 17.5, lines=("L1",), seed=day)
    obeys = replace(stopped(only_one, 21, 39, scope="line 2"), only=("T",))
    assert episodes(obeys) == []
    cheats = obeys
    for day in (28, 29):
        cheats = run(cheats, day, 8, 17.5, seed=day)
    (episode,) = episodes(cheats)
    assert episode.kind is HIDDEN and 28 <= hours(episode.start_ms) / 24 < 29
    assert episodes(replace(made, only=("T",))) == []  # never fell: nothing can be told from this curve


def signs(days: dict[int, tuple[float, int, float]]) -> Signs:
    told = no_signs(DAYS)
    for day, (odds, sources, rate) in days.items():
        told.odds[day], told.sources[day], told.rate[day] = odds, sources, rate
        told.heard_ms[day] = FIRST_MS + (day + 1) * 24 * HOUR_MS + 3 * HOUR_MS
    return told


@pytest.mark.parametrize(
    ("what", "days", "kinds"),
    [
        ("several sources on a day", {25: (3.0, 3, 0.9)}, [HIDDEN]),
        ("one source alone", {25: (3.0, 1, 0.9)}, []),
        ("weak ones", {25: (0.9, 2, 0.9)}, []),
        ("weak ones on two days", {25: (0.9, 2, 0.9), 26: (0.9, 2, 0.9)}, [HIDDEN]),
        ("little flows", {25: (3.0, 3, 0.2)}, [PARTIAL]),
        ("before the order", {10: (9.0, 5, 1.0)}, []),
        ("on its first day", {21: (9.0, 5, 1.0)}, []),
    ],
)
def test_where_power_is_blind_others_must_agree(
    what: str, days: dict[int, tuple[float, int, float]], kinds: list[EpisodeKind]
) -> None:
    found = episodes(BASE, signs(days))
    assert [episode.kind for episode in found] == kinds, what
    for episode in found:
        assert episode.detected_ms > episode.end_ms  # heard after the day


@pytest.mark.parametrize(
    ("rate", "shifts", "kind"),
    [
        (0.2, ((0, 1440),), PARTIAL),
        (0.9, ((0, 1440),), HIDDEN),  # the power comes from elsewhere
        (0.9, ((480, 1020),), PARTIAL),  # a day's output in more than twice its hours
    ],
)
def test_more_flows_than_the_meters_carry(rate: float, shifts: tuple[tuple[int, int], ...], kind: EpisodeKind) -> None:
    firm = replace(run(BASE, 25, 0, 48, rate=0.15).firm(), shifts=shifts)
    load, heard = production_load(firm, LoadFigures()), signs({25: (3.0, 3, rate), 26: (3.0, 3, rate)})
    assert [one.kind for one in production_episodes(firm, load, ProductionFigures())] == [PARTIAL]
    assert [one.kind for one in production_episodes(firm, load, ProductionFigures(), heard)] == [kind]


def test_furnaces_kept_hot_are_no_production() -> None:
    hot, held = BASE, no_signs(DAYS)
    for day in (25, 26):
        hot = run(hot, day, 0, 24, rate=0.25, seed=day, guard=False)
        held.held[day] = True
    assert episodes(hot)
    assert episodes(hot, held) == []


def test_furnaces_kept_hot_yesterday_are_so_today_until_power_rises() -> None:
    """The day that goes on has no verdict yet; what it draws as the day before is no production, what it draws beyond it is."""
    hot, held = run(BASE, 25, 0, 24, rate=0.25, seed=25, guard=False), no_signs(DAYS)
    held.held[25] = True
    goes_on = run(hot, 26, 0, 24, rate=0.25, seed=26, guard=False)
    assert episodes(goes_on)
    assert episodes(goes_on, held) == []
    begins = run(goes_on, 26, 14, 24, rate=0.9, seed=27)
    (one,) = production_episodes(begins.firm(), production_load(begins.firm(), LoadFigures()), ProductionFigures(), held)
    assert begins.firm().days.quarter(one.start_ms) == 26 * 96 + 14 * 4


def test_other_evidence_about_the_firm_says_nothing_of_one_line() -> None:
    assert episodes(OF_L1, signs({25: (9.0, 5, 1.0)})) == []


def test_what_most_nights_show_is_no_news() -> None:
    """Heat held by night, every night; a night of work above it is one, and a shift that goes on until two is none."""
    made = plant()
    for day in range(DAYS - 1):
        made = run(made, day, 18, 31, lines=("L1",), rate=0.4)
    assert [episode.kind for episode in episodes(replace(made, shifts=((480, 1050),)))] == []
    worked = run(run(made, 23, 20, 28), 27, 17.5, 26)
    (episode,) = episodes(replace(worked, shifts=((480, 1050),)))
    assert episode.kind == NIGHT
    assert hours(episode.start_ms) // 24 == 23


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_what_is_usual_by_night_is_the_quantile_of_the_nights_before(seed: int) -> None:
    """Against a slow twin, quarter by quarter."""
    figures = ProductionFigures()
    share = np.random.default_rng(seed).random(20 * 96).astype(np.float32)
    share[::17] = np.nan
    aside = np.zeros(len(share), np.bool_)
    aside[5 * 96 : 7 * 96] = True
    hour = [np.nanmean(share[max(0, q - 3) : q + 1]) for q in range(len(share))]
    fast = beyond_habit(share, aside, figures)
    for quarter in range(100, len(share), 211):
        day, place = divmod(quarter, 96)
        usual = [0.0]
        for near in range(place - 2, place + 3):
            past = [hour[d * 96 + near % 96] for d in range(max(0, day - 14), day) if not aside[d * 96 + near % 96]]
            usual.append(float(np.quantile(past, figures.night_habit)) if past else 0.0)
        assert fast[quarter] == pytest.approx(hour[quarter] - max(usual), abs=1e-5)


@pytest.mark.parametrize(
    ("what", "made", "shifts", "count"),
    [
        ("a night in a plant of the day", run(plant(), 23, 20, 28), ((480, 1050),), 1),
        ("overtime until nine", run(plant(), 23, 17.5, 21), ((480, 1050),), 0),
        ("a plant registered for the night", run(plant(), 23, 20, 28), ((480, 1050), (1200, 1680)), 0),
        ("around the clock", run(plant(), 23, 20, 28), ((0, 480), (480, 960), (960, 1440)), 0),
        ("under an order it is hidden", run(BASE, 25, 20, 28), ((480, 1050),), 0),
    ],
)
def test_nights(what: str, made: Plant, shifts: tuple[tuple[int, int], ...], count: int) -> None:
    found = [episode for episode in episodes(replace(made, shifts=shifts)) if episode.kind is NIGHT]
    assert len(found) == count, what


PLANNED = stopped(plant(until=21), 21, 33, kind=OrderKind.PLANNED_STOP)
OVERHAUL = stopped(plant(until=21), 21, 33, kind=OrderKind.OVERHAUL)
AGAIN = run(run(plant(until=19), 28, 8, 17.5), 29, 8, 17.5)  # after nine days of rest without an order


def said(of: Plant, days: range, value: float) -> Plant:
    return replace(of, said=(*of.said, *((Source.DECLARATION, day + 0.4, value) for day in days)))


@pytest.mark.parametrize(
    ("what", "made", "count"),
    [
        ("work before its end", run(run(PLANNED, 28, 8, 17.5), 29, 8, 17.5), 1),
        ("a test run", run(PLANNED, 28, 10, 11.5, lines=("L1",)), 0),
        ("a trial of an hour longer", run(PLANNED, 28, 10, 13, lines=("L1",)), 1),
        ("the same in an overhaul", run(OVERHAUL, 28, 10, 13, lines=("L1",)), 0),
        ("work of half a day in one", run(OVERHAUL, 28, 10, 15, lines=("L1",)), 1),
        ("work that was told that morning", said(run(PLANNED, 28, 8, 17.5), range(28, 29), 1.0), 0),
        ("work that was told next day", said(run(run(PLANNED, 28, 8, 17.5), 29, 8, 17.5), range(29, 30), 1.0), 1),
        ("work under an overhaul", run(OVERHAUL, 28, 8, 17.5), 1),
        ("declared stopped, works and denies it", said(AGAIN, range(19, 31), 0.0), 1),
        ("declared stopped, works and says so", said(said(AGAIN, range(19, 28), 0.0), range(28, 31), 1.0), 0),
        ("says nothing at all", AGAIN, 0),
    ],
)  # fmt: skip
def test_restarts(what: str, made: Plant, count: int) -> None:
    found = [episode for episode in episodes(made) if episode.kind is RESTART]
    assert len(found) == count, what


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(18, 38), st.floats(0, 20), st.floats(0.5, 12), st.sampled_from([("L1",), ("L2",), ("L1", "L2")])),
        max_size=4,
    )
)
def test_episodes_stay_inside_the_stop_and_are_not_changed_by_what_comes_later(
    runs: list[tuple[int, float, float, tuple[str, ...]]],
) -> None:
    made = stopped(plant(until=18), 20, 36)
    for day, begin, length, lines in runs:
        made = run(made, day, begin, min(begin + length, 24.0), lines=lines, seed=day)
    firm = made.firm()
    found = [
        episode
        for episode in production_episodes(firm, production_load(firm, LoadFigures()), ProductionFigures())
        if episode.kind in (HIDDEN, PARTIAL)
    ]
    for episode in found:
        assert 21 * 24 <= hours(episode.start_ms) < hours(episode.end_ms) <= 37 * 24
        assert episode.start_ms < episode.detected_ms <= episode.end_ms
        assert 0.5 <= episode.probability <= 1.0
    day = 28
    part = cut(firm, day)
    early = [
        episode
        for episode in production_episodes(part, production_load(part, LoadFigures()), ProductionFigures())
        if episode.kind in (HIDDEN, PARTIAL)
    ]
    known = [episode for episode in found if episode.detected_ms <= firm.days.ms(day * 96)]
    assert [(episode.start_ms, episode.detected_ms) for episode in early] == [
        (episode.start_ms, episode.detected_ms) for episode in known
    ]


def test_runs_and_groups() -> None:
    flags = np.array([0, 1, 1, 0, 1, 0, 0, 0, 1], bool)
    assert runs_of(flags, 0, 9, 1) == [Run(1, 5), Run(8, 9)]
    assert runs_of(flags, 0, 9, 0) == [Run(1, 3), Run(4, 5), Run(8, 9)]
    assert grouped(runs_of(flags, 0, 9, 0), 1) == [[Run(1, 3), Run(4, 5)], [Run(8, 9)]]
    assert runs_of(flags, 5, 8, 0) == []
