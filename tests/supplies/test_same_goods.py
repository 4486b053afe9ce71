"""Goods that county, city and province report count once, with the reason, and a person decides what is unsure."""

from datetime import date
from threading import Thread

import pytest
from django.db import connection

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, make_person, signed_in
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.same_goods import Sameness
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.same_goods.services.deciding import decide
from tocsin.supplies.same_goods.services.judging import compare_new_lots
from tocsin.supplies.stock.models import BUCKETS, DayChange, Holding, Lot, Store, Total
from tocsin.supplies.stock.queries.totals import Cut, totals
from tocsin.supplies.stock.rules.ledger import Kind, move
from tocsin.supplies.stock.rules.lots import Level
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.stock.services.clocks import sums_of
from tocsin.supplies.stock.services.handling import prolong

MADE, ENDS = date(2026, 7, 14), date(2029, 7, 13)


def compared() -> None:
    while compare_new_lots(now=NOW):
        pass


def free(by: User) -> int:
    """Pieces that the total shows as available."""
    found = totals(by, Cut(), "category")
    return sum(row["free"] for row in found.values()) // 1_000_000 if found else 0


def adds_up() -> None:
    """Totals, and the changes of days, are what the holdings that count have."""
    whole = dict.fromkeys(BUCKETS.values(), 0)
    for one in Holding.objects.filter(counted=True):
        for name in whole:
            whole[name] += getattr(one, name) * one.pieces_per_unit
    assert sums_of(Total) == whole
    assert sums_of(DayChange) == whole
    assert not Holding.objects.filter(counted=True, lot__counted_as__isnull=False).exists()
    assert not Holding.objects.filter(counted=False, lot__counted_as__isnull=True).exists()


class Three:
    """One lot of 400 quilts as the county, the city and the province know it; they lie in the county's store."""

    def __init__(self, number: str = "QL2026-0714") -> None:
        self.by = head("370000")
        self.what = item(self.by, region="370000")
        more = {"maker": "青岛海润", "made_on": MADE, "expires_on": ENDS}
        self.county = received(self.by, store(), self.what, 400, number, **more)
        city = store("青岛市救灾物资库", LICANG, "gas_company", Level.CITY)
        self.city = received(self.by, city, self.what, 400, number, **more)
        province = store("省级代储点", LICANG, "heating_company", Level.PROVINCE)
        self.province = received(self.by, province, self.what, 380, "SD-" + number, **more)


@pytest.mark.django_db
def test_three_reports_count_once_and_say_why(english: None) -> None:
    world = Three()
    assert free(world.by) == 1180
    compared()
    assert free(world.by) == 400
    adds_up()
    county = Lot.objects.get(pk=world.county.lot_id)
    others = Lot.objects.filter(pk__in=[world.city.lot_id, world.province.lot_id])
    assert county.counted_as is None
    assert {one.counted_as_id for one in others} == {county.pk}
    page = signed_in(world.by).get(f"/supplies/same-goods/?lot={county.pk}").content.decode()
    assert "number of the lot" in page
    assert "one holds the other" in page
    assert "counted elsewhere" in page
    carry_out(world.by, Kind.ISSUE, world.county.store, [move(world.county.pk, Kind.ISSUE, 60_000)], now=NOW)
    assert free(world.by) == 340
    adds_up()


@pytest.mark.django_db
def test_a_person_holds_two_apart_and_joins_them_again(english: None) -> None:
    world = Three()
    compared()
    pair = SameGoods.objects.get(
        first__in=[world.county.lot_id, world.city.lot_id], second__in=[world.county.lot_id, world.city.lot_id]
    )
    with pytest.raises(InvalidInput, match="Say why"):
        decide(actor=world.by, same_goods_id=pair.pk, same=False, now=NOW)
    decide(actor=world.by, same_goods_id=pair.pk, same=False, reason="two deliveries", now=NOW)
    adds_up()
    rest = SameGoods.objects.exclude(pk=pair.pk)
    assert {one.standing for one in rest} == {Sameness.UNSURE.value}, "what joined them over the third is asked about"
    assert free(world.by) == 1180
    Lot.objects.update(compared_at=None)
    compared()
    pair.refresh_from_db()
    assert pair.standing == Sameness.APART, "the machine does not overrule a person"
    adds_up()
    decide(actor=world.by, same_goods_id=pair.pk, same=True, reason="one after all", now=NOW)
    compared()
    adds_up()
    assert {one.action for one in AuditEntry.objects.filter(action__startswith="same_goods")} == {
        "same_goods.same",
        "same_goods.apart",
    }


@pytest.mark.django_db
def test_what_the_city_added_up_counts_as_the_countys_two_lots(english: None) -> None:
    by = head()
    what = item(by)
    more = {"maker": "青岛海润", "made_on": MADE, "expires_on": ENDS}
    here = store()
    lots = [received(by, here, what, units, f"QL2026-{units}", **more) for units in (100, 60)]
    city = received(by, store("市库", LICANG, "gas_company", Level.CITY), what, 160, "QL-2026", **more)
    compared()
    for pair in SameGoods.objects.filter(standing=Sameness.UNSURE.value):
        decide(actor=by, same_goods_id=pair.pk, same=True, now=NOW)
    assert free(by) == 160
    assert not Holding.objects.get(pk=city.pk).counted
    assert all(Holding.objects.get(pk=one.pk).counted for one in lots)
    adds_up()


@pytest.mark.django_db
def test_another_last_day_is_judged_anew(english: None) -> None:
    world = Three()
    compared()
    assert free(world.by) == 400
    prolong(
        actor=world.by,
        store_id=world.city.store_id,
        lot_id=world.city.lot_id,
        expires_on=date(2027, 1, 1),
        reason="typed wrongly",
        now=NOW,
    )
    Lot.objects.filter(pk=world.city.lot_id).update(made_on=date(2024, 1, 1), maker="济南长城")
    compared()
    assert free(world.by) == 800
    adds_up()


@pytest.mark.django_db
def test_new_goods_of_a_lot_that_counts_elsewhere_do_not_count(english: None) -> None:
    world = Three()
    compared()
    second = Store.objects.create(
        name="第二库", region_code=LICANG, body=world.city.store.body, level=Level.CITY.value, lon=120.41, lat=36.16
    )
    more = {"maker": "青岛海润", "made_on": MADE, "expires_on": ENDS}
    moved = received(world.by, second, world.what, 5, "QL2026-0714", owner_id=world.city.owner_id, **more)
    assert not moved.counted
    adds_up()


@pytest.mark.django_db
def test_who_may_see_and_decide(english: None) -> None:
    world = Three()
    compared()
    pair = SameGoods.objects.first()
    assert pair is not None
    viewer, elsewhere = make_person("viewer", QINGDAO), head("370100")
    with pytest.raises(NotAllowed):
        decide(actor=viewer, same_goods_id=pair.pk, same=False, reason="no", now=NOW)
    with pytest.raises(SameGoods.DoesNotExist):
        decide(actor=elsewhere, same_goods_id=pair.pk, same=False, reason="no", now=NOW)
    told = signed_in(world.by).get("/api/v1/supplies/same-goods").json()
    assert told["total"] == 3
    done = signed_in(world.by).post(
        f"/api/v1/supplies/same-goods/{pair.pk}/decision", {"same": False, "reason": "two"}, content_type="application/json"
    )
    assert (done.status_code, done.json()["standing"]) == (200, "apart")


@pytest.mark.django_db(transaction=True)
def test_goods_that_move_while_reports_are_joined_are_counted_right() -> None:
    world = Three()

    def issue() -> None:
        for _time in range(12):
            carry_out(world.by, Kind.ISSUE, world.city.store, [move(world.city.pk, Kind.ISSUE, 1000)], now=NOW)
        connection.close()

    def join() -> None:
        compared()
        connection.close()

    threads = [Thread(target=issue), Thread(target=join), Thread(target=issue)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert Holding.objects.get(pk=world.city.pk).free == 376_000
    adds_up()
