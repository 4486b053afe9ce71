"""The figures of load and production are read from their policy, and a wrong key is named."""

import pytest

from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.supervision.work.policy.power import FILE, load_figures, production_figures, read_power

TEXT = FILE.read_bytes()


def test_what_is_shipped_is_what_the_engine_was_measured_with() -> None:
    assert (load_figures(), production_figures()) == (LoadFigures(), ProductionFigures())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"prior_days = 7", b"prior_day = 7", "prior_day"),
        (b"unseen_sum = 1.6", b"", "unseen_sum"),
        (b"gap_h = 1.25", b'gap_h = "long"', "gap_h"),
        (b"[load]", b"[loads]", "load"),
        (b"[load]", b"load", "policy.toml"),
    ],
)
def test_a_wrong_key_is_named(old: bytes, new: bytes, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_power(TEXT.replace(old, new, 1), "policy.toml")
