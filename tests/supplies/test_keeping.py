"""Drivers and receivers are nameless once their time is over, and not before."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.supplies.requests import served
from tests.supplies.stores import NOW
from tests.supplies.test_requests import code_of, enter
from tocsin.supplies.requests.rules.states import DeliveryAct
from tocsin.supplies.requests.services.keeping import KEPT
from tocsin.supplies.requests.services.requests import close_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_names_and_numbers_go_and_what_was_delivered_stays() -> None:
    assert KEPT.count is not None
    assert KEPT.forget is not None
    by, lead, made, (one,) = served(400)
    made.receiver, made.receiver_telephone = "李主任", "13800000000"
    made.save()
    enter(lead, one, DeliveryAct.PICK)
    enter(lead, one, DeliveryAct.LOAD, driver="王师傅", telephone="13900000000", vehicle="鲁B12345")
    enter(lead, one, DeliveryAct.LEAVE)
    enter(lead, one, DeliveryAct.HAND_OVER, code=code_of(one))
    later = NOW + timedelta(days=1)
    assert KEPT.count(later) == 0, "goods are still lent"
    enter(by, one, DeliveryAct.USE)
    close_request(actor=by, request_id=made.pk, reason="over", now=NOW)
    assert KEPT.count(NOW) == 0, "the last step is not older"
    assert KEPT.count(later) == 2
    assert KEPT.forget(later) == 2
    one.refresh_from_db()
    made.refresh_from_db()
    assert (one.driver, one.driver_telephone, one.vehicle, made.receiver, made.receiver_telephone) == ("", "", "", "", "")
    assert not [entry for entry in one.entries.all() if {"driver", "telephone", "vehicle"} & set(entry.data)]
    assert one.lines.get().received == 400_000
    assert KEPT.forget(later) == 0
