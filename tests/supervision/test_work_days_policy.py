"""The figures of days and decisions are read from their policy, and a wrong key is named."""

import pytest

from tocsin.engine.work.days.figures import DayFigures
from tocsin.supervision.work.policy.days import FILE, day_figures, read_days

TEXT = FILE.read_bytes()


def test_what_is_shipped_is_what_the_engine_was_measured_with() -> None:
    assert day_figures() == DayFigures()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"late_days = 3", b"late_day = 3", "late_day"),
        (b"late_days = 3", b'late_days = "three"', "late_days"),
        (b"weekday = 0.96", b"", "weekday"),
        (b"run_share = 0.25", b'run_share = "a quarter"', "run_share"),
        (b"[sources.gas_use]", b"[sources.gas]", "gas"),
        (b"[heads]", b"[head]", "head"),
        (b"[power]", b"power", "policy.toml"),
    ],
)
def test_a_wrong_key_is_named(old: bytes, new: bytes, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_days(TEXT.replace(old, new, 1), "policy.toml")
