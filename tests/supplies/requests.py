"""A request that has come so far: opened, asked for, approved, planned, reserved."""

from datetime import datetime

from tests.people import LICANG, make_person
from tests.supplies.stores import NOW, head, item, received, store
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.people.models import User
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.models import Delivery, SupplyRequest
from tocsin.supplies.requests.services import plans, requests
from tocsin.supplies.requests.services.requests import NewRequest

HERE = (120.43, 36.16)


def desk(region: str = LICANG) -> User:
    """A duty officer with a body."""
    found = make_person("duty_officer", region)
    found.organisation = usual_bodies(LICANG)["emergency_bureau"]
    found.save()
    return found


def request_for(by: User, people: int = 400, *, trade: str = "heating", now: datetime = NOW, **facts: object) -> SupplyRequest:
    """A draft for so many people without heating."""
    told = {"purpose": "供热中断", "place": "石牛山路安置点", "lon": HERE[0], "lat": HERE[1], "region_code": LICANG, **facts}
    return requests.open_request(actor=by, new=NewRequest(people=people, trade=trade, **told), now=now)  # type: ignore[arg-type]


def approved(by: User, lead: User, made: SupplyRequest, *, now: datetime = NOW) -> list[Plan]:
    """Asked for, approved by the other, and worked out; the plans, the hand rule's first."""
    requests.ask(actor=by, request_id=made.pk, now=now)
    requests.decide(actor=lead, request_id=made.pk, approved=True, now=now)
    while plans.work_out_plans(now=now):
        pass
    return list(Plan.objects.filter(request_id=made.pk, state="ready").order_by("asked_at", "id"))


def served(units: int = 300) -> tuple[User, User, SupplyRequest, list[Delivery]]:
    """A county with quilts in two stores, a request for 400, and its deliveries."""
    lead, by = head(), desk()
    quilt = item(lead, "棉被")
    near, far = store(), store("市南区库", "370202")
    far.lon, far.lat = 120.38, 36.06
    far.save()
    received(lead, near, quilt, units)
    received(lead, far, quilt, 500, "L2")
    made = request_for(by)
    best = next(one for one in approved(by, lead, made) if one.kind == "soonest")
    return by, lead, made, plans.accept_plan(actor=lead, plan_id=best.pk, now=NOW)
