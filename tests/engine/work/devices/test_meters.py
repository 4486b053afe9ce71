"""Readings that can't be trusted are told, each by its kind, by what was known then; a healthy meter is never hidden."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.work.devices.drawing import DAYS, ROW, Plant, at, plant
from tocsin.engine.work.devices.figures import MeterFigures
from tocsin.engine.work.devices.meters import meter_trouble, trouble_spans
from tocsin.engine.work.devices.readings import highest_before
from tocsin.engine.work.devices.spans import WHOLE_FIRM, Span, Trouble, merged, untrusted
from tocsin.engine.work.firm import Firm, Meter, PointQuality, Role

FIGURES = MeterFigures()
BEGIN, END = at(25, 10), at(27, 16)


def missing(made: Plant) -> Firm:
    made.quality[ROW["D1"], BEGIN:END] = PointQuality.MISSING
    return made.firm()


def silent(made: Plant) -> Firm:
    made.quality[:, BEGIN:END] = PointQuality.ABSENT
    return made.firm()


def estimated(made: Plant) -> Firm:
    made.quality[ROW["T"], BEGIN:END] = PointQuality.ESTIMATED
    made.quality[ROW["T"], BEGIN + 3 : END : 9] = PointQuality.MEASURED
    return made.firm()


def reversed_total(made: Plant) -> Firm:
    firm = made.firm()
    firm.kw[ROW["T"], BEGIN:END] *= -1
    return firm


def stuck(made: Plant) -> Firm:
    firm = made.firm()
    firm.kw[ROW["FAN"], BEGIN:END] = firm.kw[ROW["FAN"], BEGIN - 1]
    return firm


def multiplied(made: Plant) -> Firm:
    firm = made.firm()
    firm.kw[ROW["T"], BEGIN:END] *= 4
    return firm


def shunted(made: Plant) -> Firm:
    """Half of what flows in; the meters behind show more than that."""
    firm = made.firm()
    firm.kw[ROW["T"], BEGIN:END] *= 0.5
    return firm


def moves_by_another_factor(made: Plant) -> Firm:
    """Not beyond what a load could be: only the steps of the lines show it."""
    firm = made.firm()
    firm.kw[ROW["T"], BEGIN:END] *= 1.7
    return firm


def booked(made: Plant) -> Firm:
    firm = made.firm()
    firm.kw[ROW["OFFICE"], BEGIN:END] *= 2.5
    meters = list(firm.meters)
    meters[ROW["OFFICE"]] = replace(meters[ROW["OFFICE"]], changed_ms=(firm.days.ms(BEGIN),), rated_kw=200.0)
    return replace(firm, meters=tuple(meters))


CASES: list[tuple[Callable[[Plant], Firm], str, Trouble]] = [
    (missing, "D1", Trouble.MISSING),
    (silent, "", Trouble.SILENT),
    (estimated, "T", Trouble.ESTIMATED),
    (reversed_total, "T", Trouble.REVERSED),
    (stuck, "FAN", Trouble.STUCK),
    (multiplied, "T", Trouble.MULTIPLIED),
    (shunted, "T", Trouble.SHUNTED),
    (moves_by_another_factor, "T", Trouble.MULTIPLIED),
    (booked, "OFFICE", Trouble.MULTIPLIED),
]


@pytest.mark.parametrize(("spoil", "meter", "trouble"), CASES, ids=[case[0].__name__ for case in CASES])
def test_every_trouble_is_told_by_its_kind(spoil: Callable[[Plant], Firm], meter: str, trouble: Trouble) -> None:
    firm = spoil(plant())
    (episode,) = meter_trouble(firm, FIGURES)
    (span,) = trouble_spans(firm, FIGURES)
    assert (episode.meter, episode.why[0][0], span.trouble) == (meter, trouble.value, trouble)
    assert BEGIN - 1 <= span.start <= BEGIN + 10
    assert END - 40 <= span.end <= END + 96
    assert span.start <= span.known < span.end
    assert episode.detected_ms == firm.days.ms(span.known + 1)


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    gaps=st.lists(st.tuples(st.integers(0, 7), st.integers(0, DAYS * 96 - 40), st.integers(1, 30)), max_size=12),
)
def test_a_healthy_meter_is_never_hidden(seed: int, gaps: list[tuple[int, int, int]]) -> None:
    """Short gaps are no trouble, and no load of a healthy plant looks like a broken meter."""
    made = plant(seed)
    for row, begin, length in gaps:
        made.quality[row, begin : begin + length] = PointQuality.MISSING
    firm = made.firm()
    spans = trouble_spans(firm, FIGURES)
    assert not untrusted(firm, spans).any()


def test_a_load_that_stands_by_may_stand_still() -> None:
    firm = plant().firm()
    firm.kw[ROW["L1"], at(20, 0) : at(24, 0)] = 0.4
    assert trouble_spans(firm, FIGURES) == []


@pytest.mark.parametrize("spoil", [case[0] for case in CASES], ids=[case[0].__name__ for case in CASES])
def test_what_is_known_rests_on_the_past_only(spoil: Callable[[Plant], Firm]) -> None:
    """Whatever comes after a moment, the mask up to it is the same; what is known of the past then was known before its end."""
    firm = spoil(plant())
    cut = at(26, 20)
    other = replace(firm, kw=firm.kw.copy(), quality=firm.quality.copy())
    other.kw[:, cut:] = plant(2).firm().kw[:, cut:]
    other.quality[:, cut:] = PointQuality.MEASURED
    mask, same = (untrusted(each, trouble_spans(each, FIGURES))[:, :cut] for each in (firm, other))
    lookback = untrusted(firm, trouble_spans(firm, FIGURES), at=cut - 1)
    np.testing.assert_array_equal(mask, same)
    assert not lookback[:, cut:].any()
    assert (lookback[:, :cut] >= mask).all()


def test_overlapping_troubles_of_a_meter_are_one() -> None:
    def span(start: int, known: int, end: int, trouble: Trouble, meter: int = 0) -> Span:
        return Span(meter, start, known, end, trouble, 0.9, 1.0)

    spans = [span(10, 60, 100, Trouble.ESTIMATED), span(12, 40, 90, Trouble.STUCK), span(110, 120, 130, Trouble.ESTIMATED)]
    assert merged([*spans, span(0, 5, 9, Trouble.SILENT, WHOLE_FIRM)], gap=5) == [
        span(0, 5, 9, Trouble.SILENT, WHOLE_FIRM),
        span(10, 40, 100, Trouble.STUCK),
        span(110, 120, 130, Trouble.ESTIMATED),
    ]


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.one_of(st.floats(0, 100), st.just(float("nan"))), min_size=1, max_size=60),
    rated=st.floats(1, 80),
    usual=st.integers(0, 20),
)
def test_the_limit_is_what_plain_python_finds(values: list[float], rated: float, usual: int) -> None:
    """The slow twin looks back over all believed readings for every quarter."""
    kw = np.array(values)
    limit = np.full(len(kw), np.inf)
    highest_before(kw, 1.35, 0.3, rated, usual, 3, limit)
    believed: list[float] = []
    seen = 0
    for t, value in enumerate(values):
        kept = [min(believed[k - 2 : k + 1]) for k in range(2, len(believed))]
        wanted = 1.35 * max([rated, *kept]) if seen >= usual and max(kept, default=0.0) >= 0.3 * rated else np.inf
        assert limit[t] == pytest.approx(wanted)
        if not np.isnan(value):
            seen += 1
            believed += [value] if value <= wanted else []


def test_a_battery_charges_evenly_and_feeds() -> None:
    """Storage is neither stuck nor reversed, and leaves the balance of the connection as it is."""
    firm = plant().firm()
    battery = np.where(np.arange(firm.days.quarters) % 96 < 48, 60.0, -60.0).astype(np.float32)
    kw = np.vstack([firm.kw, battery])
    kw[ROW["T"]] += battery
    quality = np.vstack([firm.quality, np.zeros_like(firm.quality[:1])])
    meters = (*firm.meters, Meter("BAT", Role.STORAGE, None, 100.0, 1.0))
    assert trouble_spans(replace(firm, meters=meters, kw=kw, quality=quality), FIGURES) == trouble_spans(firm, FIGURES)
