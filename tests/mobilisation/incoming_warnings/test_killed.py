"""A process is killed for real while it asks many firms about a warning, and while it tells them that it is over: the next one
goes on where it stopped, and nobody hears twice.
"""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.killed import dying, killed_in
from tests.mobilisation.incoming_warnings.firms import asked, make_firms
from tests.mobilisation.incoming_warnings.services import NOW, following, service, signed, take
from tests.mobilisation.public_warnings.messages import own_signer
from tests.people import make_person
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
from tocsin.mobilisation.incoming_warnings.services import joining
from tocsin.mobilisation.public_warnings.rules.cap.message import MsgType
from tocsin.mobilisation.public_warnings.rules.cap.signing import sign
from tocsin.notices.messages.models import Notice
from tocsin.supervision.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
FIRMS = 60


def of_firms(what: str) -> list[int | None]:
    """Bodies that were told this as a firm, one for each notice."""
    rows = Notice.objects.filter(why="warned_firm", instead_of=None)
    return [one.organisation_id for one in rows if one.figures["what"] == what]


def test_a_killed_process_leaves_nobody_out_and_tells_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    make_person("duty_officer", organisation="monitoring_centre")
    weather = service(make_person("system_administrator"))
    make_firms(FIRMS)
    take(weather, signed())

    with monkeypatch.context() as patched:
        patched.setattr(joining, "tell_asked", dying(joining.tell_asked, at=3))
        killed_in(lambda: joining.join_warnings(now=NOW))
    some = len(asked())
    assert 0 < some < FIRMS and len(of_firms("firm")) == some, "what was committed stands, the step itself is undone"
    joining.join_warnings(now=NOW + timedelta(seconds=7))
    assert [row[1:] for row in asked()] == [(True, True)] * FIRMS
    assert sorted(of_firms("firm"), key=str) == sorted(set(of_firms("firm")), key=str)
    assert (len(of_firms("firm")), Task.objects.filter(rule="warning_measures").count()) == (FIRMS, FIRMS)

    late = NOW + timedelta(minutes=5)
    take(weather, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()), now=late)
    with monkeypatch.context() as patched:
        patched.setattr(joining, "tell_over", dying(joining.tell_over, at=3))
        killed_in(lambda: joining.join_warnings(now=late))
    some = WarningDemand.objects.filter(who="firm", ended_why="over").count()
    assert 0 < some < FIRMS and len(of_firms("over")) == some
    assert Task.objects.filter(rule="warning_measures", state="exempt").count() == some
    for _again in range(2):
        joining.join_warnings(now=late + timedelta(seconds=7))
        assert not IncomingWarning.objects.get().to_join
        assert not WarningDemand.objects.filter(ended_at=None).exists()
        assert len(of_firms("over")) == len(set(of_firms("over"))) == FIRMS
        assert Task.objects.filter(rule="warning_measures", state="exempt").count() == FIRMS
