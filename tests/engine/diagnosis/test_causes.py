"""Each cause is named first where it is at work, at its place, with the right body."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.diagnosis.district import HOUR_MS, START_MS, STEP_MS, District, gusting
from tests.engine.diagnosis.incidents import INCIDENTS
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import UNKNOWN, diagnose
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.warning.causes.policy.causes import shipped_templates


@pytest.mark.parametrize(("cause", "district", "channel", "owner", "assets"), INCIDENTS, ids=[row[0] for row in INCIDENTS])
def test_the_cause_at_work_is_named_first(
    cause: str, district: Callable[[], District], channel: tuple[str, str], owner: str, assets: tuple[str, ...]
) -> None:
    diagnosis = district().ask(*channel)
    first = diagnosis.hypotheses[0]
    assert (first.cause, first.owner) == (cause, owner)
    assert first.asset_code in assets
    assert first.probability > 0.5
    assert first.evidence[0].supports
    if owner:
        assert diagnosis.call[0].owner == owner


@pytest.mark.parametrize(
    ("cause", "district", "channel"),
    [(row[0], row[1], row[2]) for row in INCIDENTS if row[0] not in ("no_event", "sensor_fault", "calibration_or_maintenance")],
    ids=[row[0] for row in INCIDENTS if row[0] not in ("no_event", "sensor_fault", "calibration_or_maintenance")],
)
def test_the_owner_of_the_place_that_rings_is_called_too(
    cause: str, district: Callable[[], District], channel: tuple[str, str]
) -> None:
    diagnosis = district().ask(*channel)
    owner = {"G": "gas_company", "T": "telecom", "S": "drainage_bureau", "P": "power_company"}[channel[0][0]]
    assert owner in [body.owner for body in diagnosis.call]
    assert len({body.owner for body in diagnosis.call}) == len(diagnosis.call)


def test_unknown_wins_where_there_is_nothing_to_go_on() -> None:
    """A lone methane sensor rises, and no network was ever loaded."""
    network = Network.from_features([])
    one = {name: [value] for name, value in (("interval_s", 600.0), ("accuracy", 1.0), ("alarm_low", np.nan))}
    sensors = SensorColumns.build(
        network, index=[7], asset_code=["?"], quantity=["methane"], alarm_high=[25.0], lon=[120.4], lat=[36.2], **one
    )
    ts = START_MS + np.arange(0, 240 * HOUR_MS, STEP_MS)
    noise = 0.3 * np.random.default_rng(1).standard_normal(len(ts))
    value = 0.5 + noise + gusting(234, 30, 5)(np.arange(len(ts)) / 6)
    readings = Readings.of(np.full(len(ts), 7), ts, value)
    grid = Grid.build(sensors, readings, ts_ms=int(ts[-6]))
    diagnosis = diagnose(network, grid, shipped_templates(), sensor=7, ts_ms=int(ts[-6]))
    assert diagnosis.hypotheses[0].cause == UNKNOWN
    assert diagnosis.asset_code == ""
    assert diagnosis.call == ()
