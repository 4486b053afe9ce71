"""The stores of the demonstration."""

import pytest

from tests.people import LICANG
from tests.supplies.stores import NOW
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.supplies.requisitions.models import Requisition
from tocsin.supplies.roads.models import TravelTime
from tocsin.supplies.roads.queries.closures import roads_in_force
from tocsin.supplies.stock.models import Holding, Line, Reservation, Store
from tocsin.supplies.stock.services.clocks import run_stock_clocks
from tocsin.supplies.stocktakes.models import Stocktake
from tocsin.workshop.demo.supplies import settle_supplies

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_towns_stores_have_goods_in_every_state() -> None:
    ensure_regions()
    usual_bodies(LICANG)
    logins = settle_supplies(LICANG, NOW)
    assert {one.role for one in logins} == {"supplies_head", "store_keeper"}
    assert Store.objects.count() == 5
    assert Holding.objects.count() > 80
    run_stock_clocks(now=NOW)
    for state in ("free", "reserved", "in_transit", "in_repair", "expired", "overdue"):
        assert Holding.objects.filter(**{f"{state}__gt": 0}).exists(), state
    assert Reservation.objects.get().state == "held"
    assert Line.objects.filter(at__lt=NOW).count() > 80
    assert TravelTime.objects.count() == 5
    assert [one.name for one in roads_in_force(NOW)] == ["四流中路北段"]
    take = Stocktake.objects.get()
    assert (take.state, take.lines.filter(counted__isnull=False).count()) == ("counting", 5)
    assert take.lines.exclude(difference=0).count() == 1
    assert set(Requisition.objects.values_list("state", flat=True)) == {"asked", "in_use", "claimed"}
