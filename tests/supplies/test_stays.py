"""What the levels of a region say shall stay, stays where it can, and is named where it can't."""

import pytest

from tests.clocks import stand_at
from tests.people import LICANG, signed_in
from tests.supplies.requests import approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.jurisdiction.people.models import User
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.levels.services.people import enter_people
from tocsin.supplies.requests.services import plans
from tocsin.supplies.stock.models import Holding

pytestmark = pytest.mark.django_db
SHINAN = "370202"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def plans_of_two_regions(units: int, other: int) -> tuple[User, dict[str, Plan]]:
    """400 quilts are needed; the near region has `units` and shall keep 500, the other one has `other` and no level."""
    lead, by = head(), desk()
    quilt, near, far = item(lead, "棉被"), store(), store("市南区库", SHINAN)
    far.lon, far.lat = 120.38, 36.06
    far.save()
    received(lead, near, quilt, units)
    received(lead, far, quilt, other, "L2")
    enter_people(actor=lead, region_code=LICANG, hazard="flood", people=10_000, source="survey", now=NOW)
    return lead, {one.kind: one for one in approved(by, lead, request_for(by))}


def given_by(plan: Plan, region: str) -> int:
    return sum(plan.lines.filter(holding__region_code=region).values_list("amount", flat=True))


def test_a_region_keeps_its_minimum_where_another_can_give() -> None:
    _lead, found = plans_of_two_regions(700, 1000)
    sparing, soonest = found["sparing"], found["soonest"]
    assert given_by(sparing, LICANG) <= 200_000
    assert sparing.short == []
    assert given_by(soonest, LICANG) == 400_000
    (short,) = soonest.short
    assert (short["region"], short["minimum"], short["left"], short["had"]) == (LICANG, 500, 300, 700)


def test_what_falls_below_is_named_on_page_and_paper() -> None:
    lead, found = plans_of_two_regions(400, 10)
    plan = found["soonest"]
    assert plan.short[0]["had"] == 400
    browser = signed_in(lead)
    page = browser.get(f"/supplies/requests/{plan.request_id}/").content.decode()
    assert "500" in page
    (one,) = [each for each in plans.accept_plan(actor=lead, plan_id=plan.pk, now=NOW) if each.store.region_code == LICANG]
    assert one.plan_id == plan.pk
    assert browser.get(f"/records/papers/supply_pick_list/{one.pk}.pdf").status_code == 200
    assert one.request.steps.filter(act="below").exists()


def test_what_may_not_be_given_counts_as_staying() -> None:
    lead, by = head(), desk()
    quilt, near = item(lead, "棉被"), store()
    held = received(lead, near, quilt, 600)
    received(lead, store("李沧区第二库"), quilt, 500, "L2")
    Holding.objects.exclude(pk=held.pk).update(counted=True)
    near.active = False  # goods there stay in the region, whatever is given
    near.save()
    enter_people(actor=lead, region_code=LICANG, hazard="flood", people=10_000, source="survey", now=NOW)
    found = {one.kind: one for one in approved(by, lead, request_for(by))}
    assert found["soonest"].short == []
    assert given_by(found["soonest"], LICANG) == 400_000
