"""Thousands of firms in the area of a warning are asked in short steps, each once, also where a step is killed in between."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.mobilisation.incoming_warnings.services import NOW, following, service, signed, take
from tests.mobilisation.public_warnings.messages import own_signer
from tests.people import LICANG, make_person
from tests.supervision.firms import make_body
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand, WarningService
from tocsin.mobilisation.incoming_warnings.services import answers, joining
from tocsin.mobilisation.incoming_warnings.services.warned import tell_asked
from tocsin.mobilisation.public_warnings.rules.cap.message import MsgType
from tocsin.mobilisation.public_warnings.rules.cap.signing import sign
from tocsin.notices.messages.models import Notice
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task

pytestmark = pytest.mark.django_db
FIRMS = 60


class Killed(BaseException):
    """As kill -9: nothing behind it runs."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def weather() -> WarningService:
    make_person("duty_officer", organisation="monitoring_centre")
    return service(make_person("system_administrator"))


def make_firms(count: int) -> list[Organisation]:
    """Firms in the middle of the area, each with a body of its own."""
    make_body("first")
    bodies = Organisation.objects.bulk_create(
        Organisation(code=f"firm-{number}", name_zh=f"企业{number}", name_en=f"Firm {number}", region_id=LICANG)
        for number in range(count)
    )
    SupervisedObject.objects.bulk_create(
        SupervisedObject(
            code=f"QC-MANY-{number:05}",
            kind="enterprise",
            name=body.name_zh,
            trade="chemicals",
            risk_class="red",
            region_code=LICANG,
            created_at=NOW,
            organisation=body,
            lon=120.38,
            lat=36.166,
        )
        for number, body in enumerate(bodies)
    )
    return bodies


def asked() -> list[tuple[object, ...]]:
    """Every firm that was asked, with its task and its notice."""
    notices = set(Notice.objects.filter(purpose="warned").values_list("key", flat=True))
    return [
        (row.object_id, row.task_id is not None, row.notice_key in notices)
        for row in WarningDemand.objects.filter(who="firm").order_by("object")
    ]


def test_a_round_that_is_killed_is_taken_up_and_nobody_hears_twice(
    weather: WarningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_firms(FIRMS)
    take(weather, signed())
    steps: list[int] = []

    def dies_in_the_third(*given: Any) -> None:
        tell_asked(*given)
        steps.append(1)
        if len(steps) == 3:
            raise Killed

    monkeypatch.setattr(joining, "tell_asked", dies_in_the_third)
    with pytest.raises(Killed):
        joining.join_warnings(now=NOW)
    some = len(asked())
    assert 0 < some < FIRMS, "what was committed before stands, the step itself is undone"
    assert IncomingWarning.objects.get().to_join
    monkeypatch.setattr(joining, "tell_asked", tell_asked)
    assert joining.join_warnings(now=NOW + timedelta(seconds=7)) == 1
    rows = asked()
    assert len({row[0] for row in rows}) == len(rows) == FIRMS
    assert all(has_task and has_notice for _firm, has_task, has_notice in rows)
    assert Task.objects.filter(rule="warning_measures").count() == FIRMS
    assert Notice.objects.filter(purpose="warned", why="warned_firm", instead_of=None).count() == FIRMS
    assert not IncomingWarning.objects.get().to_join


def test_a_warning_that_changes_in_between_begins_anew(weather: WarningService, monkeypatch: pytest.MonkeyPatch) -> None:
    make_firms(FIRMS)
    take(weather, signed())
    steps: list[int] = []

    def cancelled_meanwhile(*given: Any) -> None:
        tell_asked(*given)
        steps.append(1)
        if len(steps) == 1:
            take(weather, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()))

    monkeypatch.setattr(joining, "tell_asked", cancelled_meanwhile)
    joining.join_warnings(now=NOW)
    assert len(steps) == 1
    assert IncomingWarning.objects.get().to_join
    joining.join_warnings(now=NOW)
    assert set(WarningDemand.objects.values_list("ended_why", flat=True)) == {"over"}


def test_all_are_told_once_that_it_is_over_and_the_supervisor_once_of_silence(weather: WarningService) -> None:
    make_firms(FIRMS)
    take(weather, signed())
    joining.join_warnings(now=NOW)
    late = NOW + timedelta(hours=3)
    assert answers.watch_demands(now=late) >= FIRMS
    assert answers.watch_demands(now=late) == 0
    above = [one for one in Notice.objects.filter(instead_of=None) if one.figures.get("what") == "late"]
    assert len(above) == len({(one.organisation_id, one.figures["count"]) for one in above}) <= 2
    take(weather, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()), now=late)
    joining.join_warnings(now=late)
    over = [
        one.organisation_id for one in Notice.objects.filter(why="warned_firm", instead_of=None) if one.figures["what"] == "over"
    ]
    assert len(set(over)) == len(over) == FIRMS
