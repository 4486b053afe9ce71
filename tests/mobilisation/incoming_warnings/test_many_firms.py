"""Thousands of firms in the area of a warning are asked in short steps, each once, by what the warning says at that moment."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.mobilisation.incoming_warnings.firms import make_firms
from tests.mobilisation.incoming_warnings.services import NOW, following, service, signed, take
from tests.mobilisation.public_warnings.messages import own_signer
from tests.people import make_person
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand, WarningService
from tocsin.mobilisation.incoming_warnings.services import answers, joining
from tocsin.mobilisation.incoming_warnings.services.warned import tell_asked
from tocsin.mobilisation.public_warnings.rules.cap.message import MsgType
from tocsin.mobilisation.public_warnings.rules.cap.signing import sign
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db
FIRMS = 60


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def weather() -> WarningService:
    make_person("duty_officer", organisation="monitoring_centre")
    return service(make_person("system_administrator"))


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
