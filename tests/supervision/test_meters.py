"""Meters: swapped, corrected, shared, taken down; each reading counts with the multiplier of its time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.languages import english as english
from tests.people import LICANG, make_named_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.supervision.firms import make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.services.taking import undo_file
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.history.queries.table import History
from tocsin.supervision.meters.models import Meter, MeterPeriod
from tocsin.supervision.meters.rules import Period, hangs, sends_for
from tocsin.supervision.meters.services import meters as services
from tocsin.supervision.meters.services.meters import Described, Hung
from tocsin.supervision.meters.services.tables import KIND
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.work.queries import firms as queries

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # noon in Qingdao
TODAY = NOW.date()
MORNING = moment_of(TODAY, 0)
PROCESS = Described("process", rated_kw=500.0)


@pytest.fixture
def keeper(db: None) -> User:
    return make_named_person("keeper", "supervisor")


@pytest.fixture
def firm(db: None) -> SupervisedObject:
    return make_object("甲厂", organisation=make_body("firm-a"))


@pytest.fixture
def sensors(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Sensor]:
    """Two collectors that have sent 10 kW and 20 kW in each quarter hour of this day."""
    device = Device.objects.create(code="em", secret_sha256="0" * 64, region_code="370213", created_at=NOW)
    place: dict[str, Any] = {"lon": 120.4, "lat": 36.1, "region_code": "370213", "resolution": 0.1, "quantity": "power"}
    made = [Sensor.objects.create(index=index, device=device, channel=f"c{index}", **place) for index in (1, 2)]
    kept = History(tmp_path / "history")
    ts = ms_from_datetime(MORNING) + 900_000 * np.arange(48)
    for sensor in made:
        kept.append(Readings.of(np.full(48, sensor.index), ts, np.full(48, 10.0 * sensor.index)), version=None)
    monkeypatch.setattr(queries, "history", lambda: kept)
    return made


def add(keeper: User, firm: SupervisedObject, sensor: Sensor, code: str = "M1", **hung: Any) -> Meter:
    told = Hung(sensor.pk, **hung)
    return services.add_meter(actor=keeper, object_id=firm.pk, code=code, described=PROCESS, hung=told, now=NOW)


def curve(firm: SupervisedObject, now: datetime = NOW) -> list[float]:
    """kW at 1, 5 and 11 o'clock."""
    told = queries.firm_of(firm, queries.days_from(TODAY, 1), now=now)
    return [round(float(value), 3) for value in told.kw[0, [4, 20, 44]]] if len(told.kw) else []


def clock(hour: float) -> datetime:
    return MORNING + timedelta(hours=hour)


def test_a_swap_leaves_the_curve_whole(keeper: User, firm: SupervisedObject, sensors: list[Sensor]) -> None:
    meter = add(keeper, firm, sensors[0], serial="A1", multiplier=40.0)
    swapped = Hung(sensors[1].pk, "B7", 60.0, 1.0)
    services.swap_meter(actor=keeper, meter_id=meter.pk, hung=swapped, at=clock(4), now=NOW)
    assert curve(firm) == [10.0, 1200.0, 1200.0]
    meter.refresh_from_db()
    assert (meter.sensor, meter.multiplier) == (sensors[1], 60.0)
    told = queries.firm_of(firm, queries.days_from(TODAY, 1), now=NOW)
    assert told.meters[0].changed_ms == (ms_from_datetime(clock(4)),)
    with pytest.raises(Conflict):
        services.swap_meter(actor=keeper, meter_id=meter.pk, hung=swapped, at=clock(4), now=NOW)
    with pytest.raises(InvalidInput):
        services.swap_meter(actor=keeper, meter_id=meter.pk, hung=swapped, at=NOW + timedelta(hours=1), now=NOW)


def test_a_correction_counts_from_its_time_and_withdraws_what_was_wrong(
    keeper: User, firm: SupervisedObject, sensors: list[Sensor]
) -> None:
    meter = add(keeper, firm, sensors[0], multiplier=40.0, included=40.0)
    hung = Hung(sensors[0].pk, multiplier=60.0, included=40.0)
    services.swap_meter(actor=keeper, meter_id=meter.pk, hung=hung, at=clock(4), now=NOW)
    assert curve(firm) == [10.0, 15.0, 15.0]
    row = meter.periods.get(change="multiplier")
    with pytest.raises(InvalidInput):  # a reason is asked for
        services.correct_period(actor=keeper, period_id=row.pk, hung=hung, since=clock(8), note=" ", now=NOW)
    services.correct_period(actor=keeper, period_id=row.pk, hung=hung, since=clock(8), note="八点才换", now=NOW)
    assert curve(firm) == [10.0, 10.0, 15.0]
    row.refresh_from_db()
    assert row.withdrawn_at == NOW and meter.periods.count() == 3
    told = AuditEntry.objects.get(action="meter.corrected").details
    assert told["before"]["since"] != told["after"]["since"] and told["why"] == "八点才换"


def test_what_is_taken_down_counts_until_then(keeper: User, firm: SupervisedObject, sensors: list[Sensor]) -> None:
    meter = add(keeper, firm, sensors[0])
    services.retire_meter(actor=keeper, meter_id=meter.pk, at=clock(8), note="拆除", now=NOW)
    assert curve(firm) == []
    assert curve(firm, now=clock(7))[:2] == [10.0, 10.0]
    with pytest.raises(Conflict):  # until eight its readings were the other meter's
        add(keeper, firm, sensors[0], code="M2")


def test_a_sensor_counts_for_one_meter_at_a_time(keeper: User, firm: SupervisedObject, sensors: list[Sensor]) -> None:
    add(keeper, firm, sensors[0])
    with pytest.raises(Conflict):
        add(keeper, firm, sensors[0], code="M2")


def test_firms_share_a_meter_by_agreement(keeper: User, firm: SupervisedObject, sensors: list[Sensor]) -> None:
    other = make_object("乙厂")
    meter = add(keeper, firm, sensors[0])
    services.share_meter(actor=keeper, meter_id=meter.pk, shares={firm.pk: 0.4, other.pk: 0.6}, at=clock(4), now=NOW)
    assert curve(firm) == [10.0, 4.0, 4.0]
    assert curve(other)[1:] == [6.0, 6.0] and np.isnan(curve(other)[0])
    with pytest.raises(InvalidInput):
        services.share_meter(actor=keeper, meter_id=meter.pk, shares={firm.pk: 0.7, other.pk: 0.6}, at=clock(5), now=NOW)


def test_only_keepers_of_the_register_book(keeper: User, firm: SupervisedObject, sensors: list[Sensor]) -> None:
    meter = add(keeper, firm, sensors[0])
    inspector = make_named_person("inspector", "inspector")
    with pytest.raises(NotAllowed):
        services.retire_meter(actor=inspector, meter_id=meter.pk, at=NOW, now=NOW)
    with pytest.raises(NotAllowed):
        services.swap_meter(actor=inspector, meter_id=meter.pk, hung=Hung(), at=NOW, now=NOW)


TABLE = """企业,电表编号,用途,额定功率,倍率,测点,表号,启用时间
{code},M1,生产线,500,40,em/c1,A1,
{code},M2,风车,,,,,
没有这家,M3,total,,,,,
{code},M1,,,60,em/c2,B7,2026-11-25 04:00
{code},M4,total,-3,,,,
"""


def test_a_table_tells_every_wrong_row_books_swaps_and_is_undone(
    keeper: User, firm: SupervisedObject, sensors: list[Sensor], english: None
) -> None:
    text = TABLE.format(code=firm.code)
    made = given(keeper, KIND, text, region=LICANG, now=NOW)
    rows = judged_now(made, NOW)
    assert [[one.column for one in row.problems] for row in rows] == [[], ["role"], ["firm"], [], ["rated_kw"]]
    assert [row.verdict.value for row in rows] == ["new", "wrong", "wrong", "changed", "wrong"]
    with pytest.raises(Conflict):
        taken(made, NOW)
    assert not Meter.objects.exists()
    taken(made, NOW, leave_wrong=True)
    assert curve(firm) == [10.0, 20.0, 20.0]
    again = judged_now(given(keeper, KIND, text, region=LICANG, now=NOW), NOW)
    assert [row.verdict.value for row in again] == ["same", "wrong", "wrong", "same", "wrong"]
    undo_file(actor=keeper, import_id=made.pk, now=NOW)
    assert not Meter.objects.exists() and not MeterPeriod.objects.exists()


WRONG = {
    "all of it": (
        "{code},{long},风车,x,-1,em/none,,gestern,nan,M9",
        "code role since rated_kw multiplier sensor included protects",
    ),
    "no firm": (",M1,total,,,,,,,", "firm"),
    "swap without a time": ("{code},M0,,,60,,,,,", "since"),
    "swap ahead": ("{code},M0,,,60,,,2031-01-01 00:00,,", "since"),
    "sensor of another": ("{code},M1,total,,,em/c1,,,,", "sensor"),
    "protects itself": ("{code},M1,protective,,,,,,,M1", "protects"),
}


def test_every_error_of_a_meter_is_told_by_its_column(
    keeper: User, firm: SupervisedObject, sensors: list[Sensor], english: None
) -> None:
    add(keeper, firm, sensors[0], code="M0")
    head = "企业,电表编号,用途,额定功率,倍率,测点,表号,启用时间,已乘倍率,保护对象\n"
    for name, (text, columns) in WRONG.items():
        row = text.format(code=firm.code, long="M" * 61)
        (found,) = judged_now(given(keeper, KIND, head + row + "\n", region=LICANG, now=NOW), NOW)
        assert sorted(one.column for one in found.problems) == sorted(columns.split()), (name, found.problems)


def test_changes_by_a_table_are_shown_and_undone(
    keeper: User, firm: SupervisedObject, sensors: list[Sensor], english: None
) -> None:
    meter = add(keeper, firm, sensors[0], code="M0")
    text = f"企业,电表编号,用途,名称,倍率,启用时间\n{firm.code},M0,total,大表,60,2026-11-25 04:00\n"
    made = given(keeper, KIND, text, region=LICANG, now=NOW)
    [row] = judged_now(made, NOW)
    assert {one.column for one in row.changes} >= {"name", "multiplier"}
    taken(made, NOW)
    meter.refresh_from_db()
    assert (meter.name, meter.multiplier, meter.periods.count()) == ("大表", 60, 2)
    undo_file(actor=keeper, import_id=made.pk, now=NOW)
    meter.refresh_from_db()
    assert (meter.name, meter.multiplier == 60, meter.sensor) == ("", False, sensors[0])
    services.retire_meter(actor=keeper, meter_id=meter.pk, at=NOW, now=NOW)
    moved = signed_in(keeper).get("/work/meters/table/")
    assert (moved.status_code, moved["Location"]) == (301, "/imports/to/meters/")


TIMES: list[tuple[str, list[Period], int, bool]] = [
    ("nothing was ever booked", [], 5, True),
    ("since its first reading", [Period(None, 1)], 5, True),
    ("before it came", [Period(10, 1)], 5, False),
    ("after it was taken down", [Period(None, 1), Period(4, None)], 5, False),
    ("put to use again", [Period(None, 1), Period(2, None), Period(4, 1)], 5, True),
]


@pytest.mark.parametrize(("words", "periods", "at", "there"), TIMES)
def test_what_hangs_when(words: str, periods: list[Period], at: int, there: bool) -> None:
    assert hangs(periods, at) is there, words


def test_two_meters_may_have_one_sensor_after_each_other() -> None:
    first = [Period(None, 1), Period(10, None)]
    assert sends_for(first, 1, 0, 10) and not sends_for(first, 1, 10, 20) and not sends_for(first, 2, 0, 10)
