"""No hidden cell of a table can be worked out: an attacker who solves for the least and the most of each finds nothing narrow."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tocsin.mobilisation.figures.rules.counting import ALL, Figures, Frame, Part, Tally, publish, share_true
from tocsin.mobilisation.figures.rules.hiding import hide
from tocsin.mobilisation.figures.rules.periods import is_due, periods_between, read_period
from tocsin.mobilisation.figures.rules.tables import Axis, Counts, Marks, add_up

K = 5
COUNTIES = Axis((-1, 0, 0, 1, 1, 2, 2, 2))  # two cities of two and three counties
TRADES = Axis((-1, 0, 0, 0))
VERDICT = Axis((-1, 0, 0))
MONTHS = Axis((-1, 0, 0, 0))


def narrowest(leaves: Counts, axes: tuple[Axis, ...], hidden: Marks) -> float:
    """The slow twin: the width of the narrowest range into which linear programs press a hidden cell, given all that is shown."""
    rows: Any = np.ones((1, 1))
    for axis in axes:
        rows = np.kron(rows, axis.sums)
    cells, shown = add_up(leaves, axes).ravel(), ~hidden.ravel()
    told: dict[str, Any] = {"A_eq": rows[shown], "b_eq": cells[shown]} if shown.any() else {}
    widths = [float("inf")]
    for row in rows[~shown]:
        least, most = linprog(row, **told), linprog(-row, **told)
        widths.append(float("inf") if most.status == 3 else -most.fun - least.fun)  # 3: no bound
    return min(widths)


def drawn(seed: int, mean: float, *shape: int) -> Counts:
    return np.random.default_rng(seed).poisson(mean, shape).astype(np.int64)


SEEDS, MEANS = st.integers(0, 10_000), st.sampled_from((0.3, 1.0, 3.0, 9.0))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(SEEDS, MEANS)
def test_no_cell_of_rows_columns_and_levels_is_narrow(seed: int, mean: float) -> None:
    leaves, axes = drawn(seed, mean, 5, 3), (COUNTIES, TRADES)
    hidden = hide(leaves, axes, K)
    cells = add_up(leaves, axes)
    assert not (~hidden & (cells > 0) & (cells < K)).any()
    assert narrowest(leaves, axes, hidden) >= K - 1e-6


@settings(max_examples=6, deadline=None, derandomize=True)
@given(SEEDS, MEANS)
def test_no_numerator_is_narrow(seed: int, mean: float) -> None:
    leaves, axes = drawn(seed, mean, 3, 2), (Axis((-1, 0, 0, 0)), VERDICT)
    assert narrowest(leaves, axes, hide(leaves, axes, K)) >= K - 1e-6


@settings(max_examples=6, deadline=None, derandomize=True)
@given(SEEDS, MEANS)
def test_no_month_is_narrow_once_its_quarter_is_shown(seed: int, mean: float) -> None:
    """Months are published first, each by itself; the quarter shows what the three together do not tell."""
    leaves, place = drawn(seed, mean, 3, 2, 3), (Axis((-1, 0, 0, 0)), Axis((-1, 0, 0)))
    hidden = np.zeros((4, 3, 4), bool)
    for month in range(3):
        hidden[..., month + 1] = hide(leaves[..., month], place, K)
    old = np.ones_like(hidden)
    old[..., 0] = False
    told = hide(leaves, (*place, MONTHS), K, old=old, hidden=hidden)
    assert (told[old] == hidden[old]).all()
    assert narrowest(leaves, (*place, MONTHS), told) >= K - 1e-6


TABLES = {  # leaves of one row -> which cells are hidden, the sum first
    "nothing small": ((7, 8, 9), (False, False, False, False)),
    "two small ones hide each other": ((3, 4, 50), (False, True, True, False)),
    "one small one needs a second": ((3, 9, 50), (False, True, True, False)),
    "two that are small together need a third": ((1, 2, 9), (False, True, True, True)),
    "nought is nobody": ((0, 0, 0), (False, False, False, False)),
    "a nought alone hides nobody": ((4, 0, 50), (False, True, False, True)),
}


@pytest.mark.parametrize(("leaves", "hidden"), TABLES.values(), ids=TABLES)
def test_rows(leaves: tuple[int, ...], hidden: tuple[bool, ...]) -> None:
    assert tuple(hide(np.array(leaves), (TRADES,), K)) == hidden


FRAME = Frame(("370200", "370202", "370213", "370214"), (ALL, "gas", "mining"))


def month(*accepted: int, days: int = 0) -> list[Tally]:
    """One trade, three counties."""
    return [
        Tally(area, "gas", n, true=n, days=[days] * n, yuan=[100] * n) for area, n in zip(FRAME.areas[1:], accepted, strict=True)
    ]


def of(figures: list[Figures], area: str, trade: str = ALL) -> Figures:
    return next(one for one in figures if (one.area, one.trade) == (area, trade))


def test_shares_medians_and_sums_are_hidden_with_their_base() -> None:
    told = publish(month(3, 20, 30, days=4), FRAME, K)
    city, small, other = (of(told, code) for code in ("370200", "370202", "370213"))
    assert (city.accepted, city.median_days, city.yuan, city.answered) == (53, 4.0, 5300, 53)
    assert (small.accepted, small.true, share_true(small), small.median_days, small.yuan) == (None,) * 5
    assert (other.accepted, other.median_days, other.yuan, share_true(other)) == (None,) * 4
    assert of(told, "370214").accepted == 30
    assert share_true(city) == 1.0 and city.not_true == 0


def test_a_quarter_does_not_give_one_of_its_months_away() -> None:
    months = [month(30, 40, 50), month(30, 40, 50), month(3, 40, 50)]
    parts = [Part(one, publish(one, FRAME, K)) for one in months]
    assert [of(list(one.figures), "370202").accepted for one in parts] == [30, 30, None]
    together = [Tally(area, "gas", sum(one[at].accepted for one in months)) for at, area in enumerate(FRAME.areas[1:])]
    quarter = publish(together, FRAME, K, parts=parts)
    assert of(quarter, "370202").accepted is None and of(quarter, "370200").accepted == 333


def test_a_correction_tells_of_no_few() -> None:
    first = publish(month(30, 40, 50), FRAME, K)
    again = publish(month(31, 40, 59), FRAME, K, before=first)
    assert of(again, "370202").accepted is None, "one more, and who compares the editions would know of it"
    assert of(again, "370214").accepted == 59 or of(again, "370213").accepted == 40
    hidden = publish(month(3, 40, 50), FRAME, K)
    assert of(publish(month(30, 40, 50), FRAME, K, before=hidden), "370202").accepted is None


PAID = {"370202": [30_000, 100, 100, 100, 100], "370213": [200] * 30, "370214": [300] * 40}


def paid(payments: dict[str, list[int]]) -> list[Tally]:
    return [Tally(area, "gas", len(yuan), true=len(yuan), yuan=yuan) for area, yuan in payments.items()]


def test_a_sum_that_one_payment_dominates_is_hidden_and_stays_in_doubt() -> None:
    told = publish(paid(PAID), FRAME, K, percent=20)
    assert (of(told, "370202").rewards, of(told, "370202").yuan) == (5, None)
    assert of(publish(paid(PAID), FRAME, K), "370202").yuan == 30_400, "without the rule it would be told"
    leaves = np.zeros((3, 2), np.int64)
    leaves[:, 0] = [sum(yuan) for yuan in PAID.values()]
    hidden = np.array([[of(told, area, trade).yuan is None for trade in FRAME.trades] for area in FRAME.areas])
    assert narrowest(leaves, FRAME.axes, hidden) >= 6_000, "a fifth of the largest payment"


def test_a_quarter_does_not_give_the_sum_of_a_month_away() -> None:
    even = {area: [200] * 30 for area in PAID}
    parts = [Part(paid(one), publish(paid(one), FRAME, K, percent=20)) for one in (even, even, PAID)]
    assert [of(list(one.figures), "370202").yuan for one in parts] == [6_000, 6_000, None]
    together = paid({area: [*even[area], *even[area], *PAID[area]] for area in PAID})
    quarter = publish(together, FRAME, K, percent=20, parts=parts)
    assert of(quarter, "370202").yuan is None and of(quarter, "370202").rewards == 65


PERIODS = {
    "2026-10": "2026-10",
    "2026-Q4": "2026-Q4",
    "2026": "2026",
    "2026-13": "",
    "2026-Q5": "",
    "0000": "",
    "26": "",
    "2026-10 ": "",
}


@pytest.mark.parametrize(("written", "read"), PERIODS.items())
def test_periods_are_read_as_they_are_written(written: str, read: str) -> None:
    assert str(read_period(written) or "") == read


def test_periods_come_months_before_quarters_before_years() -> None:
    found = [str(one) for one in periods_between(date(2025, 12, 24), date(2027, 1, 1))]
    assert found[:2] == ["2025-12", "2026-01"] and found[13:15] == ["2025-Q4", "2026-Q1"]
    assert found[15:] == ["2026-Q2", "2026-Q3", "2026-Q4", "2025", "2026"]
    october = read_period("2026-10")
    assert october and not is_due(october, date(2026, 11, 10), 10) and is_due(october, date(2026, 11, 11), 10)
