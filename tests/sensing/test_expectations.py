"""What was expected, over the API: with weather and days off of the place, in each day's own light, within everybody's rights."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.test import Client

from tests.people import LICANG, SHINAN, make_person
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries import expected as expectations
from tocsin.sensing.history.queries.table import History

HOUR_MS = 3_600_000
BEGIN_MS = round(datetime(2026, 1, 12, 16, tzinfo=UTC).timestamp() * 1000)  # a midnight in Qingdao
DAYS = 20
END_MS = BEGIN_MS + DAYS * 24 * HOUR_MS
PLACE = {"lon": 120.4, "lat": 36.18}


@pytest.fixture
def pump(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sensor]:
    """A flow that follows the hour and the cold, a thermometer at a substation, twenty days of both."""
    ensure_regions()
    station = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [120.41, 36.18]}}
    import_network(
        actor=system_actor(), features=[{**station, "properties": {"id": "S1", "kind": "substation"}}], region_code=LICANG
    )
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=LICANG) for code in ("PUMP", "AIR", "NEW")],
        sensors=[
            NewSensor(device_code="PUMP", channel="flow", quantity="flow", interval_s=600, **PLACE),
            NewSensor(device_code="AIR", channel="t", quantity="temperature", asset_code="S1", **PLACE),
            NewSensor(device_code="NEW", channel="flow", quantity="flow", **PLACE),
        ],
    )
    flow, air, new = (Sensor.objects.get(device__code=code) for code in ("PUMP", "AIR", "NEW"))
    history = History(tmp_path / "history")
    ts = np.arange(BEGIN_MS, END_MS, HOUR_MS // 6)
    hour = (ts // HOUR_MS + 8) % 24
    random = np.random.default_rng(1)
    outdoor = 5 * np.sin(ts / (40 * HOUR_MS))
    value = 100 + 30 * np.cos(2 * np.pi * (hour - 18) / 24) - 2 * outdoor + random.normal(0, 1.0, len(ts))
    history.append(readings_of(flow.index, ts, value), version=None)
    history.append(readings_of(air.index, ts, outdoor), version=None)
    history.append(readings_of(new.index, ts[-24:], value[-24:]), version=None)
    monkeypatch.setattr(expectations, "history", lambda: history)
    monkeypatch.setattr(expectations, "WAIT_S", 120.0)
    expectations._weather.cache_clear()
    yield flow
    expectations._weather.cache_clear()


def readings_of(index: int, ts: np.ndarray, value: np.ndarray) -> Readings:
    return Readings.of(sensor=np.full(len(ts), index), ts=ts, value=value)


def ask(client: Client, sensor: Sensor, from_ms: int, to_ms: int) -> Any:
    return client.get(f"/api/v1/sensing/sensors/{sensor.pk}/expected?from_ms={from_ms}&to_ms={to_ms}")


@pytest.fixture
def viewer(pump: Sensor, client: Client) -> Client:
    client.force_login(make_person("viewer", LICANG))
    return client


def test_the_band_holds_what_was_measured(pump: Sensor, viewer: Client) -> None:
    from_ms = END_MS - 48 * HOUR_MS
    told = ask(viewer, pump, from_ms, END_MS).json()
    assert told["knowledge"] == "known"
    assert told["ts"][0] < from_ms and told["ts"][-1] > END_MS and set(np.diff(told["ts"])) == {HOUR_MS}
    measured = expectations.history().read([pump.index], from_ms, END_MS)
    low, high = (np.interp(measured.ts, told["ts"], told[name]) for name in ("low", "high"))
    inside = (measured.value >= low) & (measured.value <= high)
    assert inside.mean() > 0.85
    assert np.mean(high - low) < 20  # the flow itself swings by 60


def test_each_day_is_told_by_what_was_before_it(pump: Sensor, viewer: Client) -> None:
    """What happens later changes nothing in what was expected earlier."""
    from_ms, to_ms = END_MS - 72 * HOUR_MS, END_MS - 50 * HOUR_MS
    before = ask(viewer, pump, from_ms, to_ms).json()
    ts = np.arange(END_MS - 48 * HOUR_MS, END_MS, HOUR_MS // 6)
    expectations.history().append(readings_of(pump.index, ts, np.full(len(ts), 999.0)), version=None)
    assert ask(viewer, pump, from_ms, to_ms).json() == before


def test_days_without_enough_before_them_are_empty(pump: Sensor, viewer: Client) -> None:
    told = ask(viewer, pump, BEGIN_MS, BEGIN_MS + 6 * 24 * HOUR_MS).json()
    days = np.array([value is not None for value in told["middle"]])
    assert not days[: 3 * 24].any() and days[4 * 24 :].all()


def test_a_new_sensor_says_that_it_is_not_known_yet(pump: Sensor, viewer: Client) -> None:
    told = ask(viewer, Sensor.objects.get(device__code="NEW"), END_MS - HOUR_MS, END_MS).json()
    assert told["knowledge"] == "not_yet" and set(told["middle"]) == {None}


def test_weather_comes_from_the_open_air_of_the_city(pump: Sensor) -> None:
    first = BEGIN_MS // HOUR_MS
    around = expectations.circumstances_of(pump, first, first + 48)
    assert np.isfinite(around.outdoor_c).all() and np.isnan(around.rain_mm_h).all()
    air = Sensor.objects.get(device__code="AIR")
    assert np.isnan(expectations.circumstances_of(air, first, first + 48).outdoor_c).all()  # never by itself
    elsewhere = Sensor(lon=121.4, lat=37.5, region_code="370602", resolution=0.1)
    assert np.isnan(expectations.circumstances_of(elsewhere, first, first + 48).outdoor_c).all()
    holiday = round(datetime(2026, 2, 15, 16, tzinfo=UTC).timestamp() * 1000) // HOUR_MS
    assert expectations.circumstances_of(pump, holiday, holiday + 24).rest.all()


SPANS = {"backwards": (END_MS, BEGIN_MS), "negative": (-1, 5), "longer than a month": (BEGIN_MS, BEGIN_MS + 40 * 24 * HOUR_MS)}


@pytest.mark.parametrize(("from_ms", "to_ms"), SPANS.values(), ids=SPANS)
def test_spans_that_are_refused(pump: Sensor, viewer: Client, from_ms: int, to_ms: int) -> None:
    assert ask(viewer, pump, from_ms, to_ms).status_code == 400


def test_nothing_crosses_a_border(pump: Sensor, client: Client) -> None:
    assert ask(client, pump, BEGIN_MS, END_MS).status_code == 401
    client.force_login(make_person("viewer", SHINAN))
    assert ask(client, pump, BEGIN_MS, END_MS).status_code == 404


def test_a_server_that_has_just_started_answers_at_once(pump: Sensor, viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(expectations, "WAIT_S", 0.05)
    monkeypatch.setattr(expectations, "_prepared", SimpleNamespace(wait=waited.append))
    told = ask(viewer, pump, END_MS - HOUR_MS, END_MS).json()
    assert (told["knowledge"], told["ts"]) == ("preparing", [])
    assert waited == [0.05]
