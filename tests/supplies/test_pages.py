"""Pages of supplies, as keepers, heads and viewers use them."""

from datetime import date, timedelta

import pytest
from django.http import HttpResponse

from tests.clocks import stand_at
from tests.pages import words_of
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.stock.models import Holding, Movement, Reservation, Store

pytestmark = pytest.mark.django_db


def text_of(response: HttpResponse) -> str:
    return " ".join(words_of(response.content))


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_a_keeper_receives_issues_counts_and_recalls_from_the_page() -> None:
    by = head()
    what, where = item(by), store()
    browser = signed_in(by)
    form = {"item": f"{what.code} 棉被", "quantity": "12.5", "lot": "A-1", "reserve": "government", "expires_on": "2027-12-31"}
    browser.post(f"/supplies/stores/{where.pk}/receive/", form)
    holding = Holding.objects.get(lot__number="A-1")
    assert holding.free == 12_500
    page = browser.get("/supplies/")
    assert "棉被" in page.content.decode()
    browser.post(f"/supplies/stores/{where.pk}/issue/", {"item": "mb", "quantity": "2", "partner": "shelter 3"})
    browser.post(f"/supplies/lots/{holding.lot_id}/count/", {"store_id": where.pk, "counted": "10", "reason": "torn"})
    browser.post(f"/supplies/lots/{holding.lot_id}/recall/", {"reason": "mould"})
    page = browser.get(f"/supplies/lots/{holding.lot_id}/")
    text = text_of(page)
    assert "recalled" in text
    assert "found less" in text
    assert "shelter 3" in text
    holding.refresh_from_db()
    assert (holding.free, holding.blocked) == (10_000, True)
    past = text_of(browser.get(f"/supplies/lots/{holding.lot_id}/?at=2026-11-01T00:00"))
    assert "received" in past


def test_a_transfer_is_counted_in_by_the_other_store() -> None:
    by = head()
    what, here, there = item(by), store(), store("市南区库", "370202")
    received(by, here, what, 10)
    browser = signed_in(by)
    browser.post(f"/supplies/stores/{here.pk}/send/", {"item": what.code, "quantity": "6", "to_store_id": there.pk})
    coming = Holding.objects.get(store=there)
    assert (coming.in_transit, coming.free) == (6000, 0)
    move = Movement.objects.get(store=there)
    page = text_of(browser.get(f"/supplies/stores/{there.pk}/"))
    assert "On the way from" in page and f"{coming.lot.number} 6 " in page, "who counts in reads what has to be there"
    browser.post(f"/supplies/stores/{there.pk}/arrive/", {"movement_id": move.pk, "missing": "1", "reason": "wet"})
    coming.refresh_from_db()
    assert (coming.in_transit, coming.free) == (0, 5000)
    browser.post(f"/supplies/stores/{there.pk}/arrive/", {"movement_id": move.pk})
    coming.refresh_from_db()
    assert coming.free == 5000


def test_a_reservation_is_made_prolonged_issued_or_freed() -> None:
    by = head()
    what, where = item(by), store()
    holding = received(by, where, what, 10)
    duty = signed_in(make_person("duty_officer"))
    for _ in range(2):
        duty.post(f"/supplies/stores/{where.pk}/reserve/", {"item": what.code, "quantity": "4", "purpose": "370213-1"})
    first, second = Reservation.objects.order_by("made_at", "id")
    until = (NOW + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    duty.post(f"/supplies/reservations/{first.pk}/prolong/", {"until": until})
    duty.post(f"/supplies/reservations/{first.pk}/issue/", {"partner": "nobody may"})
    signed_in(by).post(f"/supplies/reservations/{first.pk}/issue/", {"partner": "shelter 3"})
    duty.post(f"/supplies/reservations/{second.pk}/release/")
    first.refresh_from_db()
    second.refresh_from_db()
    holding.refresh_from_db()
    assert (first.state, second.state) == ("used", "released")
    assert (holding.free, holding.reserved) == (6000, 0)
    assert "370213-1" in text_of(duty.get("/supplies/reservations/?state=used"))


def test_the_catalogue_is_found_by_pinyin_and_filled_by_one_press() -> None:
    browser = signed_in(head())
    browser.post("/supplies/items/shipped/", {"region_code": "370200"})
    assert Item.objects.count() == 49
    browser.post("/supplies/items/shipped/", {"region_code": "370200"})
    assert Item.objects.count() == 49
    for words in ("zhangpeng", "jzzp", "救灾帐篷", "relief tent", "单帐篷"):
        assert "Relief tent" in text_of(browser.get("/supplies/items/", {"search": words})), words
    assert "Relief tent" not in text_of(browser.get("/supplies/items/", {"search": "mianbei"}))
    assert browser.get("/supplies/items/?format=csv").status_code == 200


def test_an_item_with_stock_keeps_its_unit() -> None:
    by = head()
    what, where = item(by), store()
    browser = signed_in(by)
    form = {"class_code": "1010203", "category": "A1", "name_zh": "棉被", "unit_zh": "条", "pieces": "1"}
    browser.post(f"/supplies/items/{what.pk}/change/", form)
    assert Item.objects.get(pk=what.pk).unit_zh == "条"
    received(by, where, what, 1)
    browser.post(f"/supplies/items/{what.pk}/change/", {**form, "unit_zh": "箱"})
    assert Item.objects.get(pk=what.pk).unit_zh == "条"
    browser.post(f"/supplies/items/{what.pk}/change/", {**form, "storage": "dry"})
    assert Item.objects.get(pk=what.pk).storage == "dry"


def test_editing_an_item_keeps_its_confidence_and_source() -> None:
    by = head()
    what = item(by, confidence="A", source="GB/T 38565-2020")
    browser = signed_in(by)
    page = browser.get(f"/supplies/items/{what.pk}/").content.decode()
    assert 'value="A" selected' in page
    assert 'value="GB/T 38565-2020"' in page
    form = {"class_code": "1010203", "category": "A1", "name_zh": "棉被", "unit_zh": "床", "pieces": "1"}
    browser.post(f"/supplies/items/{what.pk}/change/", {**form, "storage": "dry"})
    what.refresh_from_db()
    assert (what.storage, what.confidence, what.source) == ("dry", "A", "GB/T 38565-2020")
    browser.post(f"/supplies/items/{what.pk}/change/", {**form, "confidence": "B", "source": ""})
    what.refresh_from_db()
    assert (what.confidence, what.source) == ("B", "")
    browser.post(f"/supplies/items/{what.pk}/change/", {**form, "confidence": "Z"})
    what.refresh_from_db()
    assert what.confidence == "B"


def test_what_expires_first_goes_first_and_a_lot_before_its_turn_needs_a_reason() -> None:
    by = head()
    what, where = item(by, perishable=True), store()
    late = received(by, where, what, 5, "late", date(2027, 9, 1))
    soon = received(by, where, what, 5, "soon", date(2027, 3, 1))
    old = received(by, where, what, 5, "old", date(2026, 12, 10))
    browser = signed_in(by)
    browser.post(f"/supplies/stores/{where.pk}/issue/", {"item": what.code, "quantity": "6", "partner": "a"})
    assert [Holding.objects.get(pk=one.pk).free for one in (old, soon, late)] == [5000, 0, 4000]
    form = {"store_id": where.pk, "quantity": "1", "partner": "a"}
    browser.post(f"/supplies/lots/{old.lot_id}/issue/", form)
    assert Holding.objects.get(pk=old.pk).free == 5000
    browser.post(f"/supplies/lots/{old.lot_id}/issue/", {**form, "reason": "today"})
    assert Holding.objects.get(pk=old.pk).free == 4000


def test_a_keeper_of_one_body_sees_and_keeps_its_own_stores_alone() -> None:
    by = head()
    what, own, other = item(by), store(), store("燃气公司库", body="gas_company")
    received(by, own, what, 3)
    received(by, other, what, 5)
    keeper = signed_in(make_named_person("li", "store_keeper", other.body))
    assert keeper.get(f"/supplies/stores/{own.pk}/").status_code == 404
    text = text_of(keeper.get("/supplies/"))
    assert "燃气公司库" in text
    assert "李沧区救灾物资库" not in text
    assert keeper.get("/api/v1/supplies/totals").json()["pieces"] == 5
    keeper.post(f"/supplies/stores/{own.pk}/issue/", {"item": what.code, "quantity": "1", "partner": "a"})
    assert Holding.objects.get(store=own).free == 3000
    viewer = signed_in(make_person("viewer", LICANG))
    viewer.post(f"/supplies/stores/{own.pk}/issue/", {"item": what.code, "quantity": "1", "partner": "a"})
    assert Holding.objects.get(store=own).free == 3000
    assert "Issue" not in text_of(viewer.get(f"/supplies/stores/{own.pk}/"))


def test_a_store_is_entered_and_closed_when_it_is_empty() -> None:
    by = head()
    body = store().body
    browser = signed_in(by)
    form = {"region_code": LICANG, "organisation_id": body.pk, "name": "新库", "level": "county", "lon": "120.4", "lat": "36.1"}
    browser.post("/supplies/stores/register/", form)
    made = Store.objects.get(name="新库")
    what = item(by)
    received(by, made, what, 1)
    browser.post(f"/supplies/stores/{made.pk}/state/", {"active": "no"})
    assert Store.objects.get(pk=made.pk).active
    browser.post(f"/supplies/stores/{made.pk}/issue/", {"item": what.code, "quantity": "1", "partner": "a"})
    browser.post(f"/supplies/stores/{made.pk}/state/", {"active": "no"})
    assert not Store.objects.get(pk=made.pk).active
