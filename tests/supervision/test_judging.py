"""A made-up firm that was ordered to stop and works at night, judged from rows and a real history."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.people import make_named_person
from tests.supervision.firms import make_body, make_object
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.engine.work.firm import QUARTER_MS, OrderKind, PointQuality
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.calendar.policy import working_days
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.history.queries.table import History
from tocsin.simulation.firms.sets import make_set
from tocsin.simulation.firms.stops import Cheat, Staged, Stop
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.meters.models import Meter, MeterPeriod
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries import days as queries_days
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.work.models import Episode, WorkDay, WorkVerdict
from tocsin.supervision.work.queries import firms as queries
from tocsin.supervision.work.queries.board import waiting_episodes
from tocsin.supervision.work.queries.power import power_curve
from tocsin.supervision.work.rules.episodes import EpisodeAct
from tocsin.supervision.work.services.acting import apply_act
from tocsin.supervision.work.services.judging import judge_due_firms, judge_firm
from tocsin.workshop.files.firm_sets import days_from

FIRST, LENGTH, STOPPED = date(2025, 11, 20), 62, 40
NIGHT = STOPPED + 14  # the first night with its lines running
FIRM = 2  # of the set: a fine chemical works


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    stop = Stop(STOPPED, LENGTH + 9, OrderKind.ORDERED_STOP, line=None, open_end=True, approved=False, served=40)
    nights = Cheat(NIGHT, NIGHT + 2, "nights", level=0.85, lines=(0, 1))
    made = make_set(160, FIRM, days_from(FIRST, LENGTH, working_days()), {FIRM: Staged((stop,), (nights,))})
    return made.tables


def rows(tables: dict[str, Any], name: str) -> list[dict[str, Any]]:
    names = list(tables[name])
    return [dict(zip(names, row, strict=True)) for row in zip(*tables[name].values(), strict=True)]


@pytest.fixture
def firm(db: None, tables: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    told = rows(tables, "firms")[FIRM - 1]
    found = make_object(
        "沧口化工", trade=told["trade"], shifts=told["shifts"], employees=told["employees"], organisation=make_body("firm-a")
    )
    device = Device.objects.create(
        code="em", secret_sha256="0" * 64, region_code="370213", created_at=datetime(2025, 1, 1, tzinfo=UTC)
    )
    meters = [one for one in rows(tables, "meters") if one["firm_id"] == told["firm_id"]]
    kept = History(tmp_path / "history")
    names, quality = np.asarray(tables["power"]["meter_id"]), np.asarray(tables["power"]["quality"])
    for index, meter in enumerate(meters):
        sensor = Sensor.objects.create(
            index=index,
            device=device,
            channel=meter["meter_id"],
            quantity="power",
            lon=120.4,
            lat=36.1,
            region_code="370213",
            resolution=0.1,
        )
        kept_meter = Meter.objects.create(
            object=found,
            code=meter["meter_id"],
            role=meter["role"],
            rated_kw=meter["rated_kw"],
            multiplier=meter["ct_multiplier"],
            sensor=sensor,
        )
        MeterPeriod.objects.create(meter=kept_meter, sensor=sensor, change="added", booked_at=found.created_at)
        own = (names == meter["meter_id"]) & (quality != PointQuality.MISSING)
        ts, kw = np.asarray(tables["power"]["ts"])[own], np.asarray(tables["power"]["kw"])[own]
        kept.append(Readings.of(np.full(len(ts), index), ts, kw, np.minimum(quality[own], 1)), version=None)
    for meter in meters:
        if meter["protects_meter_id"]:
            Meter.objects.filter(code=meter["meter_id"]).update(protects=Meter.objects.get(code=meter["protects_meter_id"]))
    StopOrder.objects.create(
        number="1",
        object=found,
        region_code="370213",
        kind="ordered stop",
        first=FIRST + timedelta(days=STOPPED),
        made_at=found.created_at,
        served_at=queries_days.moment_of(FIRST + timedelta(days=STOPPED), 0),
    )
    records = [one for one in rows(tables, "evidence") if one["firm_id"] == told["firm_id"]]
    EvidenceRecord.objects.bulk_create(
        EvidenceRecord(
            object=found,
            source=one["source"],
            level=one["platform_level"],
            platform=one["platform_level"],
            stamped_at=datetime_from_ms(int(one["ts"])),
            received_at=datetime_from_ms(int(one["ts"])),
            value=one["value"],
        )
        for one in records
    )
    monkeypatch.setattr(queries, "history", lambda: kept)
    return found


def at(day: int, hour: float) -> datetime:
    return queries_days.moment_of(FIRST + timedelta(days=day), 0) + timedelta(hours=hour)


def test_the_firm_reaches_the_engine_as_its_rows_have_it(firm: SupervisedObject, tables: dict[str, Any]) -> None:
    days = queries.days_from(FIRST, 30)
    told = queries.firm_of(firm, days, now=at(30, 12))
    meter = told.meters[0].id
    power = [(int(row["ts"]), row["kw"], row["quality"]) for row in rows(tables, "power") if row["meter_id"] == meter]
    for ts, kw, quality in power[:: len(power) // 50]:
        quarter = days.quarter(ts)
        if quarter < days.quarters and quality == PointQuality.MEASURED:
            assert told.kw[0, quarter] == pytest.approx(kw, abs=0.06)  # history keeps tenths of a kilowatt
    assert [order.kind for order in told.orders] == [OrderKind.ORDERED_STOP]
    assert int(told.evidence.ts.max()) <= ms_from_datetime(at(33, 0))


def test_silence_before_a_firm_was_joined_means_nothing(firm: SupervisedObject) -> None:
    told = queries.firm_of(firm, queries.days_from(FIRST - timedelta(days=20), 50), now=at(30, 12))
    known = queries.since_known(told)
    assert known.days.dates[0] == FIRST and len(known.days) == 30
    assert known.kw.shape == (len(told.meters), 30 * 96) and len(known.temperature_c) == 30 * 24
    assert np.array_equal(known.kw, told.kw[:, 20 * 96 :], equal_nan=True)
    judge_firm(firm, now=at(30, 12))
    assert not Episode.objects.filter(kind="meter_trouble", start_at__lt=at(0, 0)).exists()


def test_nothing_of_the_future_is_read(firm: SupervisedObject) -> None:
    before = queries.firm_of(firm, queries.days_from(FIRST, NIGHT + 1), now=at(NIGHT, 3))
    assert int(before.evidence.ts.max()) <= ms_from_datetime(at(NIGHT, 3))


def test_work_against_an_order_is_caught_in_the_night_and_said_once(firm: SupervisedObject) -> None:
    judge_firm(firm, now=at(NIGHT, 12))
    assert not Episode.objects.filter(kind="hidden_production").exists()
    assert WorkVerdict.objects.get(object=firm).decision == "nothing"
    assert WorkDay.objects.get(object=firm, day=FIRST + timedelta(days=NIGHT - 1)).state in ("stopped", "idle")

    judge_firm(firm, now=at(NIGHT + 1, 4))
    episode = Episode.objects.get(kind="hidden_production")
    assert at(NIGHT, 19) < episode.start_at < at(NIGHT + 1, 1)
    assert episode.detected_at - episode.start_at < timedelta(hours=4)
    assert episode.end_at is None  # it lasts
    assert episode.state in ("asked", "inspection")
    inspector = make_named_person("inspector", "inspector")
    assert list(waiting_episodes(inspector)) == [episode]

    judge_firm(firm, now=at(NIGHT + 1, 12))
    judge_firm(firm, now=at(NIGHT + 2, 4))  # the next night is the same matter
    assert Episode.objects.get(kind="hidden_production").pk == episode.pk
    assert episode.entries.count() == 1


def test_what_a_person_confirmed_is_kept_whatever_is_approved_and_judged_afterwards(firm: SupervisedObject) -> None:
    judge_firm(firm, now=at(NIGHT + 1, 12))
    episode = Episode.objects.get(kind="hidden_production")
    decided = at(NIGHT + 1, 14)
    apply_act(episode, EpisodeAct.CONFIRM, actor=system_actor(), data={}, now=decided)
    episode.refresh_from_db()
    before = {name: getattr(episode, name) for name in ("start_at", "end_at", "probability", "why", "kept")}
    assert episode.kept["votes"] and episode.kept["orders"] and len(episode.kept["curve"]["ts"]) >= 2 * 96
    order = StopOrder.objects.get()
    order.resumed_on, order.resumed_at = FIRST + timedelta(days=NIGHT + 1), at(NIGHT + 1, 14.5)
    order.save()
    judge_firm(firm, now=at(NIGHT + 1, 15))
    judge_firm(firm, now=at(NIGHT + 2, 4))  # the next night is lawful
    episode.refresh_from_db()
    assert {name: getattr(episode, name) for name in before} == before
    assert Episode.objects.filter(kind="hidden_production").count() == 1
    assert not Episode.objects.filter(kind="sudden_stop").exists()  # the end of an unlawful run is no accident
    assert WorkVerdict.objects.get(object=firm).decision not in ("inspect", "ask")


def test_work_that_goes_on_after_a_confirmed_breach_is_another_one(firm: SupervisedObject) -> None:
    judge_firm(firm, now=at(NIGHT + 1, 4))
    episode = Episode.objects.get(kind="hidden_production")
    apply_act(episode, EpisodeAct.CONFIRM, actor=system_actor(), data={}, now=at(NIGHT + 1, 4))
    for hour in (12, 28):
        judge_firm(firm, now=at(NIGHT + 1, hour))
    first, second = Episode.objects.filter(kind="hidden_production").order_by("start_at")
    assert (first.pk, first.end_at) == (episode.pk, at(NIGHT + 1, 4))
    assert second.start_at >= at(NIGHT + 1, 4)


def test_what_the_machine_no_longer_finds_is_withdrawn_and_found_again(firm: SupervisedObject) -> None:
    judge_firm(firm, now=at(NIGHT + 1, 4))
    episode = Episode.objects.get(kind="hidden_production")
    Episode.objects.update(state="asked")
    StopOrder.objects.update(served_at=None)
    judge_firm(firm, now=at(NIGHT + 1, 5))
    episode.refresh_from_db()
    assert episode.state == "withdrawn" and not waiting_episodes(make_named_person("inspector", "inspector")).exists()
    StopOrder.objects.update(served_at=at(STOPPED, 0))
    judge_firm(firm, now=at(NIGHT + 1, 6))
    episode.refresh_from_db()
    assert episode.state in ("asked", "inspection")


def test_new_hours_judge_nothing_that_lay_before(firm: SupervisedObject) -> None:
    StopOrder.objects.all().delete()
    judge_firm(firm, now=at(NIGHT - 1, 12))
    assert WorkVerdict.objects.get(object=firm).hours_since is None
    firm.shifts = "08:00-17:30"
    firm.save()
    changed = at(NIGHT - 1, 13)
    judge_firm(firm, now=changed)
    assert WorkVerdict.objects.get(object=firm).hours_since == changed
    assert not Episode.objects.filter(kind="night_production", start_at__lt=changed).exists()


def test_a_firm_is_judged_again_only_when_its_verdict_is_old(firm: SupervisedObject) -> None:
    now = at(NIGHT, 12)
    assert judge_due_firms(now=now) == 1
    assert judge_due_firms(now=now + timedelta(minutes=10)) == 0
    assert judge_due_firms(now=now + timedelta(minutes=31)) == 1


def test_a_firm_that_can_not_be_judged_keeps_nobody_waiting(firm: SupervisedObject, caplog: Any, monkeypatch: Any) -> None:
    def broken(*_: object) -> None:
        raise ValueError("curves do not fit")

    monkeypatch.setattr("tocsin.supervision.work.services.judging.judge", broken)
    assert judge_due_firms(now=at(NIGHT, 12)) == 1
    assert firm.code in caplog.text
    assert WorkVerdict.objects.get(object=firm).p_working is None
    assert judge_due_firms(now=at(NIGHT, 12.1)) == 0


def test_the_curve_stands_on_one_axis_with_stops_and_episodes(firm: SupervisedObject) -> None:
    now = at(NIGHT + 1, 4)
    judge_firm(firm, now=now)
    first = FIRST + timedelta(days=NIGHT - 3)
    curve = power_curve(firm, first, 5, now=now)
    assert len(curve.ts) == 5 * 96 and curve.ts[1] - curve.ts[0] == QUARTER_MS
    assert [one.number for one in curve.stops] == ["1"] and len(curve.episodes) >= 1
    night = slice(3 * 96 + 90, 3 * 96 + 96)
    assert np.nanmean(curve.process_kw[night]) > 3 * np.nanmean(curve.process_kw[2 * 96 + 90 : 2 * 96 + 96])


def test_history_of_a_newly_joined_firm_is_listed_and_rings_nowhere(firm: SupervisedObject) -> None:
    WorkVerdict.objects.all().delete()
    judge_firm(firm, now=at(NIGHT + 7, 12))
    old = Episode.objects.filter(kind="hidden_production", end_at__lt=at(NIGHT + 4, 0)).first()
    assert old is not None and old.state == "found" and old.due_at is None
    assert not waiting_episodes(make_named_person("inspector", "inspector")).filter(pk=old.pk).exists()
