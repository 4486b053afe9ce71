"""Firms of which little is known are judged without a fault, and nothing is made up about them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.work.devices.drawing import ROW, at, plant, told
from tocsin.engine.work.devices.figures import MeterFigures
from tocsin.engine.work.devices.meters import trouble_spans
from tocsin.engine.work.devices.spans import untrusted
from tocsin.engine.work.firm import Firm, PointQuality, Role


def only(firm: Firm, *kept: str) -> Firm:
    rows = [ROW[meter] for meter in kept]
    return replace(firm, meters=tuple(firm.meters[row] for row in rows), kw=firm.kw[rows], quality=firm.quality[rows])


def rated(firm: Firm, kw: float | None) -> Firm:
    return replace(firm, meters=tuple(replace(meter, rated_kw=kw, multiplier=None) for meter in firm.meters))


def dead(firm: Firm) -> Firm:
    return replace(firm, kw=np.full_like(firm.kw, np.nan), quality=np.full_like(firm.quality, PointQuality.ABSENT))


def zero(firm: Firm) -> Firm:
    return replace(firm, kw=np.zeros_like(firm.kw))


FIRMS = {
    "no meter": lambda: only(plant().firm()),
    "connection only": lambda: only(plant().firm(), "T"),
    "line only": lambda: only(plant().firm(), "L1"),
    "device without its line": lambda: only(plant().firm(), "T", "D1", "L2"),
    "no rated power": lambda: rated(plant().firm(), None),
    "a tenth of the rated power": lambda: rated(plant().firm(), 4.0),
    "no shifts": lambda: replace(plant().firm(), shifts=()),
    "nothing but zeros": lambda: zero(plant().firm()),
    "no weather": lambda: replace(plant().firm(), irradiance_w_m2=np.full(40 * 24, np.nan, np.float32)),
}


@pytest.mark.parametrize("name", FIRMS)
def test_nothing_is_made_up(name: str) -> None:
    firm = FIRMS[name]()
    assert trouble_spans(firm, MeterFigures()) == []
    assert told(firm) == []


def test_a_firm_that_never_sent_anything_is_silent_from_the_first_day() -> None:
    firm = dead(plant().firm())
    (span,) = trouble_spans(firm, MeterFigures())
    assert (span.start, span.known, span.end) == (0, 95, firm.days.quarters)
    assert untrusted(firm, [span])[:, 95:].all()
    assert told(firm) == []


def test_own_generation_that_feeds_in_by_day_is_no_reversed_meter() -> None:
    made = plant()
    firm = made.firm()
    sun = np.zeros(40 * 24, np.float32)
    hour = np.arange(len(sun)) % 24
    sun[(hour >= 8) & (hour < 17)] = 700.0
    kw = firm.kw.copy()
    kw[ROW["T"]] -= 2.0 * np.repeat(sun, 4)  # far more than the plant needs
    fed = replace(firm, kw=kw, irradiance_w_m2=sun, solar_kwp=2_000.0)
    assert trouble_spans(fed, MeterFigures()) == []
    assert all(meter.role is not Role.SOLAR for meter in fed.meters)


def test_an_outage_of_all_meters_is_no_stop_and_no_lost_load() -> None:
    made = plant()
    made.quality[:, at(30, 10) : at(30, 16)] = PointQuality.MISSING
    assert told(made.firm()) == []
