"""Where checks can be made in the street of district.py, and which a live sensor answers already."""

import numpy as np

from tests.engine.diagnosis.district import features
from tocsin.engine.diagnosis.check_places import live_sensors, place_checks
from tocsin.engine.diagnosis.deciding import Check, PlacedCheck
from tocsin.engine.diagnosis.model import Hypothesis, SensorColumns
from tocsin.engine.network import Network

NETWORK = Network.from_features(features())
NOW = 1_768_000_000_000
SENSORS = [("S2", "methane"), ("S2", "temperature"), ("S1", "level"), ("G1", "pressure")]


def columns() -> SensorColumns:
    many = len(SENSORS)
    at = [NETWORK.position[code] for code, _ in SENSORS]
    return SensorColumns.build(
        NETWORK,
        index=list(range(many)),
        asset_code=[code for code, _ in SENSORS],
        quantity=[quantity for _, quantity in SENSORS],
        interval_s=[600.0] * many,
        accuracy=[np.nan] * many,
        alarm_low=[np.nan] * many,
        alarm_high=[np.nan] * many,
        lon=NETWORK.lon[at],
        lat=NETWORK.lat[at],
    )


def check(at: str, *of: str, answered_by: tuple[str, ...] = (), asks: tuple[str, ...] = (), reach_m: float = 0.0) -> Check:
    given = {"sewer_biogas": (0.9, 0.1), "other": (0.1, 0.9)}
    return Check(f"{at or 'telephone'}-check", at, of, asks, answered_by, 5.0, reach_m, 0.0, ("yes", "no"), given)


def placed(*checks: Check, live: list[bool] | None = None, cause: str = "sewer_biogas") -> list[tuple[str, str]]:
    line = next(code for code, kind in zip(NETWORK.codes, NETWORK.kind, strict=True) if kind == "sewer")
    place = NETWORK.position[line]
    lon, lat = float(NETWORK.lon[place]), float(NETWORK.lat[place])
    suspected = Hypothesis(cause, line, lon, lat, "drainage_bureau", 0.6, 0.0, ())
    asked = ("S2", float(NETWORK.lon[NETWORK.position["S2"]]), float(NETWORK.lat[NETWORK.position["S2"]]))
    mask = np.array(live or [False] * len(SENSORS))
    found: tuple[PlacedCheck, ...] = place_checks(NETWORK, asked, "methane", [suspected], checks, columns(), mask)
    return [(one.check.id, one.asset_code) for one in found]


def test_checks_find_their_places() -> None:
    assert placed(check("asked"), check("")) == [("asked-check", "S2"), ("telephone-check", "")]
    (upper,) = placed(check("upstream", "sewer_biogas"))
    (lower,) = placed(check("downstream", "sewer_biogas"))
    assert (upper[1], lower[1]) == ("S1", "S2")  # the first sewer runs from S1 to S2
    assert placed(check("suspected", "gas_main_leak")) == []


def test_a_live_sensor_answers_and_a_silent_one_does_not() -> None:
    warmth = check("asked", answered_by=("temperature",))
    assert placed(warmth) == [("asked-check", "S2")]
    assert placed(warmth, live=[False, True, False, False]) == []
    pressure = check("", answered_by=("pressure@gas_company",))
    assert placed(pressure, live=[False, False, False, True]) == []
    assert placed(check("", answered_by=("pressure@water_company",)), live=[False, False, False, True]) != []


def test_a_check_for_other_alarms_is_left_out() -> None:
    assert placed(check("asked", asks=("level",))) == []


def test_the_sensor_that_rings_and_a_silent_one_are_not_live() -> None:
    newest = np.array([NOW, NOW, NOW - 3_600_000, 0])
    assert live_sensors(columns(), newest, asked=0, ts_ms=NOW).tolist() == [False, True, False, False]
