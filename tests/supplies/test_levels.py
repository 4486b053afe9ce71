"""Levels of supplies by region from people at risk, who is told, and lots to exchange."""

from datetime import date, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.notices.messages.models import Notice
from tocsin.supplies.levels.models import Shortage
from tocsin.supplies.levels.queries.levels import lots_to_rotate, region_levels, targets_of
from tocsin.supplies.levels.rules.levels import Levels, Standing, levels_of, safety_stock, standing_of
from tocsin.supplies.levels.services.people import enter_people, watch_levels
from tocsin.supplies.stock.services.issuing import Wanted, issue

SHINAN = "370202"
LEVELS = Levels(minimum=50, reorder=60, target=100, safety=5)
STANDINGS = [
    ("below the minimum, whatever comes", 49, 100, Standing.BELOW_MINIMUM),
    ("order now", 50, 9, Standing.REORDER),
    ("what comes is reckoned", 50, 10, Standing.BELOW_TARGET),
    ("enough", 50, 50, Standing.ENOUGH),
]


@pytest.mark.parametrize(("available", "coming", "wanted"), [one[1:] for one in STANDINGS], ids=[one[0] for one in STANDINGS])
def test_how_stock_stands(available: int, coming: int, wanted: Standing) -> None:
    assert standing_of(available, coming, LEVELS) is wanted


@given(st.floats(0, 5), st.floats(0.1, 60), st.floats(0, 20), st.floats(0, 1e6), st.floats(0, 1e6))
def test_safety_stock_covers_demand_and_delivery(z: float, lead: float, lead_sigma: float, demand: float, sigma: float) -> None:
    found = safety_stock(z, lead, lead_sigma, demand, sigma)
    assert found == pytest.approx(z * sqrt(lead * sigma * sigma + demand * demand * lead_sigma * lead_sigma))
    assert safety_stock(z, lead, lead_sigma, demand, 0) <= found


@given(st.integers(0, 10**9), st.lists(st.floats(0, 1e6), max_size=30))
def test_levels_stand_in_their_order(target: int, issued: list[float]) -> None:
    found = levels_of(target, issued, minimum_share=0.5, lead_days=7, lead_sigma=2, z=1.65)
    assert found.minimum <= found.reorder
    assert found.minimum <= found.target


def test_the_disaster_that_needs_most_counts_and_not_all_at_once() -> None:
    found = targets_of({"flood": 10_000, "cold": 10_000})
    assert found["棉被"] == 1_000_000, "a tenth of 10,000, one each"
    assert found["饮用水"] == 750_000
    assert "救灾帐篷(12平方米)" not in found, "of an earthquake alone"


@pytest.mark.django_db
def test_a_region_sees_what_it_lacks_and_what_another_can_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    by = head()
    quilt, here, there = item(by, name_en="Quilt"), store(), store("市南区库", SHINAN)
    received(by, here, quilt, 300)
    received(by, there, quilt, 1100)
    for code in (LICANG, SHINAN):
        enter_people(actor=by, region_code=code, hazard="flood", people=10_000, source="survey", now=NOW)
    desk = make_person("supplies_head", LICANG)
    assert watch_levels(now=NOW) == 1
    told = Notice.objects.filter(purpose="supplies_levels")
    assert {one.figures["region"] for one in told} == {LICANG}
    assert watch_levels(now=NOW) == 0
    (short,) = Shortage.objects.all()
    assert (short.region_code, short.minimum, short.available) == (LICANG, 500_000, 300_000)
    waits = signed_in(desk).get("/waiting/").content.decode()
    assert "below their minimum" in waits
    (row,) = [one for one in signed_in(by).get("/api/v1/supplies/levels").json() if one["region_code"] == LICANG]
    assert (row["target"], row["gap"], row["standing"]) == (1000, 700, "below_minimum")
    assert row["advice"] == f"move 100 from {next(one['region'] for one in _levels(by) if one['region_code'] == SHINAN)}, buy 600"
    page = signed_in(by).get("/supplies/levels/").content.decode()
    assert "buy 600" in page
    received(by, here, quilt, 250, "L2")
    watch_levels(now=NOW)
    assert not Shortage.objects.exists()
    assert signed_in(make_named_person("x", "store_keeper", here.body)).get("/supplies/levels/").status_code == 200


def _levels(by: object) -> list[dict[str, str]]:
    found: list[dict[str, str]] = signed_in(by).get("/api/v1/supplies/levels").json()  # type: ignore[arg-type]
    return found


@pytest.mark.django_db
def test_issues_of_the_past_raise_the_reorder_point() -> None:
    by = head()
    quilt, here = item(by), store()
    received(by, here, quilt, 2000, at=NOW - timedelta(days=80))
    enter_people(actor=by, region_code=LICANG, hazard="flood", people=10_000, source="", now=NOW)
    (calm,) = region_levels([LICANG], NOW)
    assert calm.levels.reorder == calm.levels.minimum == 500_000
    for days in range(1, 10):
        wanted = [Wanted(item_id=quilt.pk, amount=10_000)]
        issue(actor=by, store_id=here.pk, lines=wanted, partner="a", now=NOW, at=NOW - timedelta(days=days))
    (busy,) = region_levels([LICANG], NOW)
    assert busy.levels.reorder > 500_000 + 7000
    assert busy.levels.safety > 0


@pytest.mark.django_db
def test_people_at_risk_are_the_heads_to_enter() -> None:
    by = head()
    with pytest.raises(InvalidInput):
        enter_people(actor=by, region_code=LICANG, hazard="dragons", people=1, source="", now=NOW)
    with pytest.raises(NotAllowed):
        enter_people(actor=make_person("store_keeper"), region_code=LICANG, hazard="flood", people=1, source="", now=NOW)


@pytest.mark.django_db
def test_a_lot_of_which_little_life_is_left_is_to_be_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    by = head()
    what, where = item(by), store()
    received(by, where, what, 1, "old", date(2027, 3, 1), made_on=date(2025, 3, 1))
    received(by, where, what, 1, "fresh", date(2027, 3, 1), made_on=date(2026, 9, 1))
    received(by, where, what, 1, "never")
    assert [one.lot.number for one in lots_to_rotate(by, NOW.date())] == ["old"]
    assert "old" in signed_in(by).get("/supplies/levels/rotation/").content.decode()
