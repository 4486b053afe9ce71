"""Early signs in the street of `tests.engine.diagnosis.district`: raised before a limit is crossed, never by looking ahead."""

import numpy as np
import pytest

from tests.engine.diagnosis.district import ASKED_H, HOUR_MS, START_MS, District
from tests.engine.diagnosis.incidents import gas_main_leak, heat_main_leak, quiet, sewer_blockage
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.engine.watch.model import EarlySign
from tocsin.engine.watch.watch import early_signs
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.early_signs.policy import shipped_watch_figures

ASKED_MS = START_MS + round(ASKED_H * HOUR_MS)


def watched(scene: tuple[Network, SensorColumns, Readings], until_ms: int | None = None) -> list[EarlySign]:
    network, sensors, readings = scene
    if until_ms is not None:
        readings = readings.take(readings.ts <= until_ms)
    return list(early_signs(network, sensors, readings, shipped_templates(), shipped_watch_figures()))


def told(signs: list[EarlySign]) -> list[tuple[object, ...]]:
    return [(one.ts_ms, one.sensor, one.hypothesis.cause, one.hypothesis.lon, one.hypothesis.lat, one.share) for one in signs]


CAUSES = [
    # cause, incident, hours before the question by which a sign is there
    ("heat_main_leak_biogas", heat_main_leak, 6.0),
    ("sewer_biogas", sewer_blockage, 6.0),
    ("gas_main_leak", gas_main_leak, 0.5),
]


@pytest.mark.parametrize(("cause", "incident", "hours"), CAUSES, ids=[row[0] for row in CAUSES])
def test_a_cause_is_told_before_the_limit(cause: str, incident: object, hours: float) -> None:
    signs = watched(incident().parts())  # type: ignore[operator]
    right = [sign for sign in signs if sign.hypothesis.cause == cause]
    assert right
    assert right[0].ts_ms <= ASKED_MS - hours * HOUR_MS


def test_nothing_is_told_of_quiet_days() -> None:
    assert watched(quiet().parts()) == []


def test_the_order_of_readings_does_not_matter() -> None:
    network, sensors, readings = heat_main_leak().parts()
    mixed = readings.take(np.random.default_rng(1).permutation(len(readings)))
    assert told(watched((network, sensors, mixed))) == told(watched((network, sensors, readings)))


@pytest.mark.parametrize("incident", [heat_main_leak, sewer_blockage], ids=["heat", "sewer"])
def test_no_sign_looks_ahead(incident: object) -> None:
    """What is told by a time is the same, whatever comes later: at each sign, just before it, and in between."""
    scene = incident().parts()  # type: ignore[operator]
    signs = watched(scene)
    moments = {sign.ts_ms + shift for sign in signs for shift in (-1, 0, 7 * 60_000)} | {ASKED_MS - 5 * HOUR_MS}
    for moment in sorted(moments):
        assert told(watched(scene, moment)) == told([sign for sign in signs if sign.ts_ms <= moment])


def test_a_scene_without_readings() -> None:
    network, sensors, _readings = District().parts()
    assert watched((network, sensors, Readings.empty())) == []
