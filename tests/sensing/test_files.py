"""Readings from files: whatever names the sensor, in the unit that it sends, as far as they can be read."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.time import Clock
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.models import Grant
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.services.files import import_file
from tocsin.sensing.history.queries.table import History

TS = 1_764_000_000_000


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """A data folder and two sensors: methane in percent of volume, temperature in kelvin."""
    import dataclasses

    clock = Clock(origin_ms=TS + 60_000, started_ms=0, speed=0.0)
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path, clock=clock)
    ensure_regions()
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="well-1", region_code="370213")],
        sensors=[
            NewSensor(device_code="well-1", channel="ch4", quantity="methane", unit="pct_vol", lon=120.4, lat=36.2),
            NewSensor(device_code="well-1", channel="t", quantity="temperature", unit="K", lon=120.4, lat=36.2),
        ],
    )
    return tmp_path


def stored(folder: Path) -> list[tuple[int, int, float, int]]:
    found = History(folder / "history").read([0, 1], 0, 2 * TS)
    return list(zip(found.sensor.tolist(), found.ts.tolist(), found.value.tolist(), found.quality.tolist(), strict=True))


EXPECTED = [(0, TS, 10.0, 0), (1, TS, 20.0, 0)]
ISO = ["2025-11-24T16:00:00Z", "2025-11-25T00:00:00+08:00"]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson"])
@pytest.mark.parametrize("named", ["index", "id", "path", "columns"])
def test_all_formats_and_all_ways_to_name_a_sensor(folder: Path, suffix: str, named: str) -> None:
    frame = pl.DataFrame({"ts": [TS, TS], "value": [0.5, 293.15]})
    table = queries.sensor_table()
    who = {
        "index": {"sensor": [0, 1]},
        "id": {"sensor": [str(one) for one in table.id]},
        "path": {"sensor": ["well-1/ch4", "well-1/t"]},
        "columns": {"device": ["well-1", "well-1"], "channel": ["ch4", "t"]},
    }[named]
    path = folder / f"readings.{suffix}"
    getattr(frame.with_columns(**{name: pl.Series(values) for name, values in who.items()}), f"write_{suffix}")(path)
    report = import_file(actor=system_actor(), path=path)
    assert (report.rows, report.accepted, report.sensors) == (2, 2, {0, 1})
    assert stored(folder) == EXPECTED


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
def test_times_as_text(folder: Path, suffix: str) -> None:
    path = folder / f"readings.{suffix}"
    getattr(pl.DataFrame({"ts": ISO, "value": [0.5, 293.15], "sensor": [0, 1]}), f"write_{suffix}")(path)
    import_file(actor=system_actor(), path=path)
    assert stored(folder) == EXPECTED


def test_what_can_not_be_read_is_counted_with_an_example(folder: Path) -> None:
    rows = {
        "sensor": ["well-1/ch4", "well-1/ch4", "well-1/ch4", "well-1/ch4", "well-9/x", "well-1/ch4"],
        "ts": [TS, TS // 1000, TS + 3_600_000, None, TS, 900_000_000_000],
        "value": [None, 1.0, 1.0, 1.0, 1.0, 1.0],
    }
    pl.DataFrame(rows).write_parquet(folder / "readings.parquet")
    report = import_file(actor=system_actor(), path=folder / "readings.parquet")
    assert report.refused == {"unknown_channel": 1, "time_unreadable": 2, "time_ahead": 1, "time_too_old": 1}
    assert "well-9/x" in report.examples["unknown_channel"]
    assert [row[3] for row in stored(folder)] == [2], "a missing value is a bad reading"


def test_files_that_are_none(folder: Path) -> None:
    (folder / "readings.txt").write_text("x")
    (folder / "readings.parquet").write_text("x")
    pl.DataFrame({"ts": [1], "value": [1.0]}).write_csv(folder / "nobody.csv")
    for name, words in (("readings.txt", "must end in"), ("readings.parquet", "can't be read"), ("nobody.csv", "who measured")):
        with pytest.raises(InvalidInput, match=words):
            import_file(actor=system_actor(), path=folder / name)


def test_rights_of_the_region_are_needed(folder: Path) -> None:
    user = User.objects.create_user("engineer", "a long password")
    Grant.objects.create(user=user, role="rule_engineer", region_code="370202")
    pl.DataFrame({"sensor": [0], "ts": [TS], "value": [0.5]}).write_csv(folder / "readings.csv")
    with pytest.raises(NotAllowed):
        import_file(actor=user, path=folder / "readings.csv")
    assert stored(folder) == []
