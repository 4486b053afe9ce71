"""The figures of meters, devices and electrical danger are read from their policy, and a wrong key is named."""

import pytest

from tocsin.engine.work.danger import DangerKind
from tocsin.engine.work.devices.figures import DeviceFigures
from tocsin.supervision.work.policy.devices import FILE, danger_figures, device_figures, read_devices

TEXT = FILE.read_bytes()


def test_what_is_shipped_is_what_the_engine_was_measured_with() -> None:
    assert device_figures() == DeviceFigures()


def test_every_quantity_has_both_limits() -> None:
    figures = danger_figures()
    assert set(figures.limit) == set(figures.high) == set(DangerKind)
    assert all(figures.high[kind] < figures.limit[kind] for kind in DangerKind)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"trouble_h = 24.0", b"troubl_h = 24.0", "troubl_h"),
        (b"goes_on = 0.85", b"", "goes_on"),
        (b"off = 0.38", b'off = "low"', "off"),
        (b"[stop]", b"[stops]", "stop"),
        (b"[meters]", b"meters", "policy.toml"),
    ],
)
def test_a_wrong_key_is_named(old: bytes, new: bytes, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_devices(TEXT.replace(old, new, 1), "policy.toml")
