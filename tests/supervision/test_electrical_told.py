"""Electrical danger is told to the firm and to whoever supervises it, answered by the firm, and closed by measurement alone."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.supervision.firms import make_body, make_object
from tests.supervision.test_electrical import NOW, history_of, sensors
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.work.danger import DangerKind
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.notices.messages.services.delivery import deliver
from tocsin.notices.messages.shown import text_of
from tocsin.supervision.electrical.queries import to_answer, unanswered
from tocsin.supervision.electrical.services.answers import answer_danger
from tocsin.supervision.electrical.services.places import change_point, watch_point
from tocsin.supervision.electrical.services.watching import watch_dangers
from tocsin.supervision.work.models import ElectricalDanger
from tocsin.supervision.work.policy.devices import danger_figures
from tocsin.supervision.work.queries.electrical import limits_of

pytestmark = pytest.mark.django_db

QUARTERS = 2 * 96
LATER = timedelta(minutes=16)


def texts(why: str) -> list[str]:
    return [text_of(one) for one in Notice.objects.filter(why=why).order_by("written_at", "key")]


def test_told_answered_and_closed_by_measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    ensure_regions()
    stand_at(monkeypatch, NOW)
    bureau = usual_bodies(LICANG)["emergency_bureau"]
    firm = make_object("Mill", organisation=make_body("firm-a"), trade="cement_grinding")
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    inspector, keeper = make_named_person("inspector", "inspector", bureau), make_named_person("keeper", "supervisor", bureau)
    phases = sensors("current", "current", "current")
    flat = np.full(QUARTERS, 50.0)
    history_of(tmp_path, monkeypatch, [flat, flat, flat + 40.0])  # far below the rated current, and unlike
    ids = [one.pk for one in phases]
    watch_point(actor=keeper, object_id=firm.pk, kind="feeder", name="Feeder 1", sensor_ids=ids, rated_a=500.0)
    watch_dangers(now=NOW)
    (told,) = Notice.objects.filter(purpose="electrical_danger", why="own_firm")
    assert (told.organisation, told.urgent) == (firm.organisation, True)
    assert text_of(told).startswith("Mill, Feeder 1: three-phase imbalance beyond the limit (42 %, limit 30 %).")
    assert list(inbox_of(officer, now=NOW)) == [told]
    assert [one.purpose for one in inbox_of(inspector, now=NOW)] == ["electrical_danger"]
    danger = ElectricalDanger.objects.get(kind="imbalance")
    assert danger.answer_due_at is None and list(to_answer(officer, NOW)) == [danger]
    deliver([told], NOW + LATER)
    danger.refresh_from_db()
    assert danger.answer_due_at == NOW + LATER + timedelta(hours=4)  # from the delivery

    with pytest.raises(InvalidInput):
        answer_danger(actor=officer, danger_id=danger.pk, text=" ", now=NOW)
    answer_danger(actor=officer, danger_id=danger.pk, text="Phases are being swapped", now=NOW + LATER)
    assert not to_answer(officer, NOW).exists() and not unanswered(inspector, NOW).exists()
    assert any("the firm answers “Phases are being swapped”" in one for one in texts("supervises"))
    watch_dangers(now=NOW + LATER)
    danger.refresh_from_db()
    assert danger.answer and Notice.objects.filter(purpose="electrical_danger").count() == 2  # nothing is said twice

    history_of(tmp_path / "later", monkeypatch, [flat, flat, flat])
    watch_dangers(now=NOW + 2 * LATER)
    assert texts("own_firm")[-1] == "Mill, Feeder 1: three-phase imbalance is over, measured 0 %."
    assert not [one for one in inbox_of(officer, now=NOW) if one.purpose == "electrical_danger"]
    with pytest.raises(Conflict):
        answer_danger(actor=officer, danger_id=danger.pk, text="again", now=NOW)


def test_a_place_may_have_a_limit_of_its_own() -> None:
    firm, keeper = make_object(), make_named_person("keeper", "supervisor")
    ids = [sensors("residual_current")[0].pk]
    point = watch_point(actor=keeper, object_id=firm.pk, kind="residual", name="Panel", sensor_ids=ids, limit=30.0)
    own = limits_of(point, DangerKind.RESIDUAL_CURRENT, danger_figures())
    assert (own.limit[DangerKind.RESIDUAL_CURRENT], own.high[DangerKind.RESIDUAL_CURRENT]) == (30.0, 15.0)
    assert own.limit[DangerKind.HOT_JOINT] == danger_figures().limit[DangerKind.HOT_JOINT]
    assert change_point(actor=keeper, point_id=point.pk).limit is None
    with pytest.raises(InvalidInput):
        change_point(actor=keeper, point_id=point.pk, limit=-1.0)
