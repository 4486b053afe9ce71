"""Weight and room of items: out of a table, on the page, and by them the vehicles of a plan."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import signed_in
from tests.records.imports import files
from tests.supplies.requests import approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.supplies.allocation.rules.question import Figures, Wish, size_of
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.requests.services.requests import set_line

pytestmark = pytest.mark.django_db
ONE = UUID(int=1)
FIGURES = Figures(pieces_per_min=40, vehicle_pieces=1500, vehicle_kg=5000, vehicle_m3=25, yuan_per_km=6, stay_share=0.2)
KNOWN = st.none() | st.floats(0.001, 100)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@given(st.lists(st.tuples(st.integers(1, 50), KNOWN, KNOWN), min_size=1, max_size=6))
def test_a_vehicle_that_the_size_fills_carries_neither_too_much_nor_too_many(
    goods: list[tuple[int, float | None, float | None]],
) -> None:
    sizes = [size_of(Wish(ONE, ONE, 1000, 1000, kg, m3), FIGURES) for _, kg, m3 in goods]
    filled = sum(count * size for (count, _, _), size in zip(goods, sizes, strict=True))
    vehicles = filled / FIGURES.vehicle_pieces
    assert sum(count * (kg or 0) for count, kg, _ in goods) <= vehicles * FIGURES.vehicle_kg * (1 + 1e-9)
    assert sum(count * (m3 or 0) for count, _, m3 in goods) <= vehicles * FIGURES.vehicle_m3 * (1 + 1e-9)


def test_a_table_brings_weights_and_an_empty_cell_keeps_them(english: None) -> None:
    by = head()

    def table(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
        heading = "名称,国标编码,类别,计量单位,重量（kg）,单位体积（m³）\n"
        made = files.given(by, "supply-items", heading + text, region="370200", now=NOW)
        told = [(row.verdict.value, [tuple(one) for one in row.problems]) for row in files.judged_now(made, NOW)]
        files.taken(made, NOW, leave_wrong=True)
        return told

    assert table("棉被,1000000,A1,床,2.5,0.03\n") == [("new", [])]
    quilt = Item.objects.get(name_zh="棉被")
    assert (quilt.weight_g, quilt.volume_cm3) == (2500, 30_000)
    assert table("棉被,1000000,A1,床,,\n") == [("same", [])]
    assert table("棉被,1000000,A1,床,2.6,\n") == [("changed", [])]
    quilt.refresh_from_db()
    assert (quilt.weight_g, quilt.volume_cm3) == (2600, 30_000)
    told = table("毛毯,1000000,A1,床,1.2345,0\n")
    assert told == [
        (
            "wrong",
            [
                ("kg", "This lies between 0 and 100,000, with at most 3 decimals."),
                ("m3", "This lies between 0 and 100,000, with at most 6 decimals."),
            ],
        )
    ]


def test_heavy_goods_take_more_vehicles_and_what_has_no_weight_is_named(english: None) -> None:
    lead, by, where = head(), desk(), store()
    quilt = item(lead, "棉被", name_en="Quilt", unit_en="pc")
    bags = item(lead, "沙袋", name_en="Sandbags", unit_en="bag", kg=Decimal(40), m3=Decimal("0.02"))
    for what in (quilt, bags):
        received(lead, where, what, 2000, what.name_zh)
    made = request_for(by, people=0)
    for what in (quilt, bags):
        set_line(actor=by, request_id=made.pk, item=what, quantity=Decimal(500), reason="flood", now=NOW)
    plan = approved(by, lead, made)[0]
    # 500 quilts are a third of a vehicle by pieces; 500 bags weigh 20 t, four vehicles: five go
    light = request_for(by, people=0)
    set_line(actor=by, request_id=light.pk, item=quilt, quantity=Decimal(500), reason="flood", now=NOW)
    one = approved(by, lead, light)[0]
    assert round(plan.cost / one.cost) == 5
    assert (plan.unweighed, one.unweighed) == ([str(quilt.pk)], [str(quilt.pk)])
    reader = signed_in(by)
    assert "Vehicles by pieces" in reader.get(f"/supplies/requests/{made.pk}/").content.decode()
    told = reader.get(f"/api/v1/supplies/requests/{made.pk}").json()["plans"]
    assert {name for each in told for name in each["unweighed"]} == {"Quilt"}


def test_weights_are_entered_on_the_page_and_by_programs(english: None) -> None:
    by = head()
    quilt, browser = item(by, "棉被"), signed_in(by)
    page = browser.get(f"/supplies/items/{quilt.pk}/").content.decode()
    assert "not known: vehicles are counted by pieces" in page
    facts = {
        "class_code": "1000000",
        "category": "A1",
        "name_zh": "棉被",
        "unit_zh": "床",
        "pieces": "1",
        "inspect_every_months": 12,
    }
    browser.post(f"/supplies/items/{quilt.pk}/change/", {**facts, "kg": "2.5", "m3": ""})
    quilt.refresh_from_db()
    assert (quilt.weight_g, quilt.volume_cm3) == (2500, None)
    told = browser.put(
        f"/api/v1/supplies/items/{quilt.pk}", {**facts, "kg": 3, "m3": 0.03}, content_type="application/json"
    ).json()
    assert (told["kg"], told["m3"]) == (3, 0.03)
