"""The past of a device stands: who sends another value for a known moment changes nothing, is counted and seen."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.languages import english as english
from tests.people import LICANG, make_person, signed_in
from tocsin.base.time import Clock
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.contradictions import Contradiction, contradictions
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.history.services import record_contradictions
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.services.asides import tell_keepers
from tocsin.sensing.quarantine.shown import page, texts
from tocsin.warning.detection.services import history_writer
from tocsin.warning.detection.services.history_writer import HistoryWriter

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
DAY = 20_000 * DAY_MS

Rows = list[tuple[int, int, float]]


def readings(rows: Rows) -> Readings:
    return Readings.of([row[0] for row in rows], [DAY + row[1] * DAY_MS // 2 for row in rows], [row[2] for row in rows])


def slowly(batches: list[Rows]) -> tuple[dict[tuple[int, int], float], dict[int, int]]:
    """The values that stand, and how many of each sensor said something else: one reading after the other."""
    stands: dict[tuple[int, int], float] = {}
    others: dict[int, int] = {}
    for batch in batches:
        for sensor, ts, value in batch:
            first = stands.setdefault((sensor, ts), value)
            if first != value and not (np.isnan(first) and np.isnan(value)):
                others[sensor] = others.get(sensor, 0) + 1
    return stands, others


rows = st.tuples(st.integers(0, 2), st.integers(0, 4), st.sampled_from([1.0, 2.0, float("nan")]))


@settings(max_examples=25, deadline=None)
@given(batches=st.lists(st.lists(rows, max_size=8), min_size=1, max_size=4))
def test_as_its_slow_twin(batches: list[Rows], tmp_path_factory: pytest.TempPathFactory) -> None:
    history, others = History(tmp_path_factory.mktemp("history")), dict[int, int]()
    for version, batch in enumerate(batches, start=1):
        for one in contradictions(history, readings(batch), None):
            others[one.sensor] = others.get(one.sensor, 0) + one.count
        history.append(readings(batch), version=version)
    stands, expected = slowly(batches)
    assert others == expected
    found = history.read([0, 1, 2], 0, 2 * DAY)
    values = {
        (int(s), int(t - DAY) * 2 // DAY_MS): v for s, t, v in zip(found.sensor, found.ts, found.value.tolist(), strict=True)
    }
    assert repr(values) == repr(dict(sorted(stands.items())))


def test_what_is_quantised_to_the_same_is_no_contradiction(tmp_path: Path) -> None:
    history, resolution = History(tmp_path), np.array([0.1])
    history.append(readings([(0, 0, 12.34)]), version=1, resolution=resolution)
    assert contradictions(history, readings([(0, 0, 12.31)]), resolution) == []
    assert contradictions(history, readings([(0, 0, 12.4)]), resolution) == [Contradiction(0, 1, DAY, 12.3, 12.4)]


def test_only_what_is_older_than_a_minute_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Contradiction] = []
    monkeypatch.setattr(history_writer, "record_contradictions", lambda found, now: told.extend(found))
    now_ms = DAY + DAY_MS

    async def write() -> None:
        writer = HistoryWriter(History(tmp_path), Clock(origin_ms=now_ms, started_ms=0, speed=0.0))
        writer.resolution = np.zeros(1)
        for version, value in enumerate((1.0, 2.0), start=1):
            writer.add(version, Readings.of([0, 0], [now_ms - 3_600_000, now_ms - 30_000], [value, value]))
            await writer.flush()

    asyncio.run(write())
    assert told == [Contradiction(0, 1, now_ms - 3_600_000, 1.0, 2.0)]
    assert History(tmp_path).read([0], 0, now_ms).value.tolist() == [1.0, 1.0]


@pytest.fixture
def well(db: None) -> Sensor:
    ensure_regions()
    sensor = NewSensor(device_code="well-1", channel="methane", quantity="methane", lon=120.4, lat=36.2)
    register_many(actor=system_actor(), devices=[NewDevice(code="well-1", region_code=LICANG)], sensors=[sensor])
    return Sensor.objects.get()


def test_they_are_counted_audited_seldom_and_seen_on_the_pages(well: Sensor) -> None:
    def record(count: int, minutes: int) -> None:
        found = [Contradiction(well.index, count, DAY, 45.0, 3.0)]
        record_contradictions(found=found, now=NOW + timedelta(minutes=minutes))

    def audited() -> list[Any]:
        entries = AuditEntry.objects.filter(action="readings.contradicted").order_by("pk")
        return [entry.details["count"] for entry in entries]

    for minute in range(15):
        record(1, minute)
    assert audited() == [1, 10], "the first, and again when they have grown tenfold"
    record(1, 200)
    assert audited() == [1, 10, 16], "and after an hour without"
    row = QuarantinedMessage.objects.get()
    assert (row.reason, row.count, row.device_code) == ("already_known", 16, "well-1")
    assert "3" in row.sample
    with translation.override("en"):
        assert "45 stands, 3 was refused" in row.detail
    with translation.override("zh-hans"):
        assert "保留 45，拒收 3" in row.detail
    browser = signed_in(make_person("analyst"))
    page = browser.get(reverse("sensor", args=[well.pk])).content.decode()
    assert "16 times its device sent another value" in page
    assert "45 stands, 3 was refused" in page
    assert "another value for a known time" in browser.get(reverse("device", args=[well.device_id])).content.decode()


def test_who_manages_sensors_is_told_once_a_day_of_all_devices_together(well: Sensor) -> None:
    keeper = make_person("rule_engineer")
    make_person("viewer")
    other = NewSensor(device_code="well-2", channel="methane", quantity="methane", lon=120.4, lat=36.2)
    register_many(actor=system_actor(), devices=[NewDevice(code="well-2", region_code=LICANG)], sensors=[other])
    found = [Contradiction(index, 1, DAY, 45.0, 3.0) for index in Sensor.objects.values_list("index", flat=True)]
    for minute in range(0, 60, 5):
        now = NOW + timedelta(minutes=minute)
        record_contradictions(found=found, now=now)
        tell_keepers(now=now)
    (notice,) = Notice.objects.all()
    assert (notice.person, notice.figures) == (keeper, {"count": 2, "codes": ["well-1", "well-2"]})
    assert texts([notice])[notice.pk].startswith("2 devices send more than their quota")
    assert page(notice) == reverse("quarantine")
    tell_keepers(now=NOW + timedelta(days=1))
    assert Notice.objects.count() == 1, "nothing new, nothing told"
