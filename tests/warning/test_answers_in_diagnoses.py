"""A diagnosis by the engine proposes checks, and holds what people said before it was made."""

import pytest

from tests.people import LICANG
from tests.warning.test_diagnosing import MAIN, WELL, due_now, history, raise_alarm
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.queries.networks import asset_ids
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.services.changes import edit_sensor
from tocsin.sensing.history.queries.table import History
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.diagnosis.services import answers as services
from tocsin.warning.diagnosis.services import diagnoses as diagnosis
from tocsin.warning.outlook.queries import look_ahead

pytestmark = pytest.mark.django_db
__all__ = ["history"]  # the fixture


def test_an_answer_stays_in_every_later_diagnosis(district: list[int], history: History, officer: User) -> None:
    assert not import_network(actor=system_actor(), features=[WELL, MAIN], region_code=LICANG).errors
    alarm = raise_alarm()
    assert alarm.sensor_id is not None
    edit_sensor(actor=system_actor(), sensor_id=alarm.sensor_id, changes={"asset_id": asset_ids(["W1"])[LICANG, "W1"]})
    due_now()
    assert diagnosis.work_on_next_task(look_ahead)
    first = Diagnosis.objects.get(alarm=alarm)
    placed = {(one["check"], one["asset_code"]) for one in first.result["checks"]}
    assert {("ethane_in_chamber", "W1"), ("makeup_water", "")} <= placed
    assert "chlorine_in_water" not in {check for check, _place in placed}  # not for an alarm of gas
    services.record_answer(
        actor=officer,
        alarm_id=alarm.pk,
        check="ethane_in_chamber",
        asset_code="W1",
        value=2.0,
        unit="pct",
        said_by="Gas crew 2",
        said_through="on_site",
    )
    due_now()
    assert diagnosis.work_on_next_task(look_ahead)
    newest = Diagnosis.objects.filter(alarm=alarm).first()
    assert newest is not None
    assert newest.reason == "answered"
    assert newest.duration_ms > 0  # by the engine, not only weighed anew
    leak = next(one for one in newest.result["hypotheses"] if one["cause"] == "gas_main_leak")
    told = [item for item in leak["evidence"] if item["code"] == "answer.ethane_in_chamber.pipeline_gas"]
    assert [item["seen"] for item in told] == [2.0]
    before = next(one for one in first.result["hypotheses"] if one["cause"] == "gas_main_leak")
    assert leak["probability"] > before["probability"]
