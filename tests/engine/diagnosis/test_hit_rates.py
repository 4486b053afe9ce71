"""Hit rates on a table small enough to count by hand."""

import math

import pytest

from tocsin.engine.diagnosis.hit_rates import Scored, Share, brier, rate

RANKING = (("a", 0.6, "gas"), ("b", 0.25, "heat"), ("c", 0.1, "gas"), ("d", 0.05, ""))


def test_counted_by_hand() -> None:
    scored = [
        Scored("a", RANKING, "gas", 20.0),
        Scored("a", RANKING, "gas", 300.0),
        Scored("b", RANKING, "heat"),
        Scored("c", RANKING, "gas"),
        Scored("d", RANKING),
    ]
    rates = rate(scored)
    assert (rates.first, rates.first_three) == (Share(2, 5), Share(4, 5))
    assert rates.right_body == Share(3, 4)  # nobody owns d
    assert rates.near == Share(1, 2)
    assert rates.brier == pytest.approx(sum(map(brier, scored)) / 5)
    assert brier(scored[0]) == pytest.approx(0.4**2 + 0.25**2 + 0.1**2 + 0.05**2)
    of = {one.cause: one for one in rates.causes}
    assert (of["a"].first, of["a"].named) == (Share(2, 2), Share(2, 5))
    assert (of["d"].first_three, of["d"].right_body) == (Share(0, 1), Share(0, 0))
    filled = [one for one in rates.reliability if one.right.of]
    assert [(one.low, one.said, one.right) for one in filled] == [(0.6, pytest.approx(0.6), Share(2, 5))]


def test_nothing_found_gives_no_figures() -> None:
    rates = rate([])
    assert rates.first == Share(0, 0)
    assert math.isnan(rates.brier)
    assert math.isnan(rates.first.value)
    assert all(math.isnan(end) for end in rates.first.interval)


def test_certainty_falls_into_the_last_bin() -> None:
    assert rate([Scored("a", (("a", 1.0, ""),))]).reliability[-1].right == Share(1, 1)


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (5, 10), (99, 100), (0, 1000)])
def test_the_interval_holds_the_share(hits: int, of: int) -> None:
    low, high = Share(hits, of).interval
    assert 0 <= low <= hits / of <= high <= 1
