"""What waits for who keeps a store, and goods in the reader's words."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from tests.clocks import stand_at
from tests.people import signed_in
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.screens.waiting import rows_of
from tocsin.supplies.catalogue.services.items import take_shipped
from tocsin.supplies.stock.rules.ledger import Kind
from tocsin.supplies.stock.services.clocks import expire_lots
from tocsin.supplies.stock.services.handling import handle
from tocsin.supplies.stock.services.issuing import Wanted
from tocsin.supplies.stock.services.transfers import send
from tocsin.supplies.stock.shown.waiting import WAITING

pytestmark = pytest.mark.django_db
KINDS = {one.code: one for one in WAITING}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_lots_near_and_past_their_last_day_and_what_came_back_wait_for_the_keeper() -> None:
    by, day = head(), timezone.localdate(NOW)
    what, where, there = item(by), store(), store("市南区库", "370202")
    near = received(by, where, what, 12_345, "near", day + timedelta(days=30))
    received(by, where, what, 5, "later", day + timedelta(days=31))
    past = received(by, where, what, 7, "past", day + timedelta(days=1))
    later = NOW + timedelta(days=2)
    expire_lots(now=later)
    handle(actor=by, store_id=where.pk, lot_id=near.lot_id, kind=Kind.RETURN, amount=2000, now=NOW, partner="shelter")
    send(actor=by, store_id=where.pk, to_store_id=there.pk, lines=[Wanted(item_id=what.pk, amount=1000)], now=NOW)
    with translation.override("en"):
        told = {code: [one.about for one in rows_of(kind, by, later)] for code, kind in KINDS.items()}
    assert told == {
        "supplies_coming": ["李沧区救灾物资库, 市南区库"],
        "supplies_returned": ["棉被, near, 2 床, 李沧区救灾物资库"],
        "supplies_near_end": ["棉被, near, 12,344 床, 李沧区救灾物资库", "棉被, later, 5 床, 李沧区救灾物资库"],
        "supplies_past_end": ["棉被, past, 7 床, 李沧区救灾物资库"],
    }
    assert past.lot.number == "past"


def test_amounts_have_their_thousands_apart_and_storage_is_told_in_chinese() -> None:
    by = head()
    take_shipped(actor=by, region_code="370200", now=NOW)
    received(by, store(), item(by), 12_345)
    browser = signed_in(by)
    chinese = {"headers": {"Accept-Language": "zh-hans"}}
    assert "12,345" in browser.get("/supplies/", **chinese).content.decode()
    assert "干燥、防蛀" in browser.get("/supplies/items/?search=棉被", **chinese).content.decode()
