"""Supervision orders (督办单): issued with a number, served, signed for, answered within a time; silence goes upward."""

from datetime import timedelta

import pytest

from tests.clocks import SetClock
from tests.command.orders import bodies, case, crew_of, send
from tests.command.street import START
from tests.people import SHINAN, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.orders.models import Order
from tocsin.command.urging.models import SupervisionOrder
from tocsin.command.urging.services import answer, issue, sign, tell_unanswered
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.services.delivery import deliver
from tocsin.notices.messages.shown import text_of

__all__ = ["bodies", "case"]
pytestmark = pytest.mark.django_db
API = "/api/v1/command"
SAID = {"reason": "the road is blocked", "measures": "on site by 07:30", "person": "Zhao"}


@pytest.fixture
def order(case: Case, bodies: dict[str, Organisation]) -> Order:
    return send(case, bodies["gas_company"])


def later(clock: SetClock, minutes: int) -> None:
    clock(START + timedelta(minutes=minutes))


def lines(case: Case) -> list[str]:
    return list(CaseChange.objects.filter(case=case, act__startswith="urg").order_by("line").values_list("act", flat=True))


def test_issued_served_signed_answered(order: Order, clock: SetClock, officer: User, english: None) -> None:
    later(clock, 90)
    desk = crew_of(order.unit)
    urging = issue(actor=officer, order_id=order.pk)
    assert urging.number.endswith("370213-1号")
    assert {"sign", "leave"} <= {one["step"] for one in urging.late}
    told = Notice.objects.get(purpose="urged", organisation=order.unit)
    assert (told.organisation, told.act_label) == (order.unit, urging.number)
    assert f"Supervision order {urging.number} on order {order.number}" in text_of(told)
    later(clock, 95)
    deliver([told], START + timedelta(minutes=95))
    urging.refresh_from_db()
    assert urging.answer_by == START + timedelta(minutes=95 + 60)  # its time runs from the moment the unit has it
    with pytest.raises(InvalidInput):
        answer(actor=desk, urging_id=urging.pk, reason="late", measures="", person="")
    assert sign(actor=desk, urging_id=urging.pk).signed_as == str(desk)
    answer(actor=desk, urging_id=urging.pk, **SAID)
    with pytest.raises(Conflict):
        answer(actor=desk, urging_id=urging.pk, **SAID)
    (back,) = Notice.objects.filter(purpose="urged_back")
    assert back.person == officer
    assert "on site by 07:30" in text_of(back)
    assert lines(order.case) == ["urged", "urging_signed", "urging_answered"]
    assert tell_unanswered(now=START + timedelta(days=1)) == 0


def test_silence_goes_upward_once(order: Order, clock: SetClock, officer: User, english: None) -> None:
    later(clock, 90)
    urging = issue(actor=officer, order_id=order.pk, text="report at once")
    assert tell_unanswered(now=START + timedelta(days=1)) == 0  # nobody has it: no time runs
    deliver(Notice.objects.filter(purpose="urged"), START + timedelta(minutes=90))
    assert tell_unanswered(now=START + timedelta(minutes=149)) == 0
    for _ in range(2):
        tell_unanswered(now=START + timedelta(minutes=151))
    told = list(Notice.objects.filter(purpose="urged_back", instead_of=None))
    assert officer in [one.person for one in told]
    assert all("has not answered supervision order" in text_of(one) for one in told)
    assert len(told) == len({one.key for one in told}) <= 2
    assert lines(order.case) == ["urged", "urging_unanswered"]
    assert SupervisionOrder.objects.get() == urging


def test_who_issues_and_who_answers(order: Order, clock: SetClock, officer: User) -> None:
    desk, stranger = crew_of(order.unit), make_person("duty_officer", SHINAN)
    with pytest.raises(InvalidInput):
        issue(actor=officer, order_id=order.pk)  # nothing is late, and no words say what for
    with pytest.raises(NotAllowed):
        issue(actor=desk, order_id=order.pk, text="?")
    with pytest.raises(Order.DoesNotExist):
        issue(actor=stranger, order_id=order.pk, text="?")
    urging = issue(actor=officer, order_id=order.pk, text="report")
    with pytest.raises(SupervisionOrder.DoesNotExist):
        sign(actor=stranger, urging_id=urging.pk)
    page = signed_in(desk).get(f"/orders/{order.number}/").content.decode()
    assert urging.number in page
    assert "Issue a supervision order" not in page
    assert "supervision_order" in [one["kind"] for one in signed_in(desk).get(f"{API}/waiting").json()]
    program = signed_in(desk)
    signed = program.post(f"{API}/supervision-orders/{urging.pk}/sign", content_type="application/json").json()
    assert signed["state"] == "signed"
    said = program.post(f"{API}/supervision-orders/{urging.pk}/answer", SAID, content_type="application/json").json()
    assert (said["state"], said["answer"]) == ("answered", SAID)
    assert signed_in(stranger).get(f"{API}/supervision-orders").json() == []
    assert [one["number"] for one in signed_in(officer).get(f"{API}/supervision-orders").json()] == [urging.number]
