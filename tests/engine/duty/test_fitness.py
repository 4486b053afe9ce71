"""Certificates: valid through the last day, whatever the register still says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.duty.fitness import Fitness, fitness_on
from tocsin.engine.duty.shift import Certificate

DAY = date(2026, 3, 1)
NAME = "special operation licence"


def paper(issued: str, expires: str, status: str = "valid", name: str = NAME) -> Certificate:
    return Certificate(name, date.fromisoformat(issued), date.fromisoformat(expires), status)


@pytest.mark.parametrize(
    ("case", "papers", "expected"),
    [
        ("none at all", [], Fitness.MISSING),
        ("of another name", [paper("2025-01-01", "2028-01-01", name="first aid")], Fitness.MISSING),
        ("good", [paper("2025-01-01", "2028-01-01")], Fitness.FIT),
        ("last day", [paper("2023-03-02", "2026-03-01")], Fitness.FIT),
        ("a day after", [paper("2023-03-01", "2026-02-28")], Fitness.EXPIRED),
        ("register late with the end", [paper("2022-01-01", "2025-12-31", "valid")], Fitness.EXPIRED),
        (
            "register late, but renewed",
            [paper("2022-01-01", "2025-12-31", "expired"), paper("2025-12-20", "2028-12-19")],
            Fitness.FIT,
        ),
        ("renewed twice over", [paper("2025-12-20", "2028-12-19"), paper("2022-01-01", "2025-12-31")], Fitness.FIT),
        ("renewed from tomorrow on", [paper("2023-02-28", "2026-02-27"), paper("2026-03-02", "2029-03-01")], Fitness.NOT_YET),
        ("revoked", [paper("2025-01-01", "2028-01-01", "revoked")], Fitness.REVOKED),
        ("revoked, issued anew", [paper("2025-01-01", "2028-01-01", "revoked"), paper("2026-01-01", "2029-01-01")], Fitness.FIT),
        ("marked expired before its day", [paper("2025-01-01", "2028-01-01", "expired")], Fitness.EXPIRED),
        ("no dates", [Certificate(NAME, None, None, "valid")], Fitness.FIT),
    ],
)
def test_table(case: str, papers: list[Certificate], expected: Fitness) -> None:
    assert fitness_on(DAY, NAME, papers) is expected, case


def test_nothing_required_is_always_met() -> None:
    assert fitness_on(DAY, "", []) is Fitness.FIT


@given(st.integers(-800, 800), st.integers(1, 1500))
def test_fit_exactly_between_issue_and_last_day(offset: int, length: int) -> None:
    issued = DAY + timedelta(days=offset)
    one = Certificate(NAME, issued, issued + timedelta(days=length), "valid")
    assert (fitness_on(DAY, NAME, [one]) is Fitness.FIT) == (issued <= DAY <= issued + timedelta(days=length))
