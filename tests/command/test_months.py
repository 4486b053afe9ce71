"""This month against the month before: the same stretch of both, by area, and what was mended before it became an incident."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.clocks import SetClock
from tests.command.street import START
from tests.command.test_quality import case_of_order, ring
from tests.command.test_quality import viewer as viewer
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, QINGDAO, make_person, signed_in
from tocsin.command.casebook.models import Case, Declaration, Outcome
from tocsin.command.quality.queries.months import months_of
from tocsin.command.quality.rules import two_months
from tocsin.command.quality.shown.months import ComparedOut
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
DAY_MIN = 24 * 60


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("now", "last_since", "last_until"),
    [
        ((2026, 11, 24, 9), (2026, 10, 1, 0), (2026, 10, 24, 9)),
        ((2026, 1, 5, 0), (2025, 12, 1, 0), (2025, 12, 5, 0)),
        ((2026, 3, 31, 12), (2026, 2, 1, 0), (2026, 3, 1, 0)),
        ((2026, 11, 1, 0), (2026, 10, 1, 0), (2026, 10, 1, 0)),
    ],
)
def test_as_much_of_the_month_before(now: tuple[int, ...], last_since: tuple[int, ...], last_until: tuple[int, ...]) -> None:
    found = two_months(datetime(*now, tzinfo=ZONE))  # type: ignore[misc,arg-type]
    assert found.until == datetime(*now, tzinfo=ZONE)  # type: ignore[misc,arg-type]
    assert found.last_since == datetime(*last_since, tzinfo=ZONE)  # type: ignore[misc,arg-type]
    assert found.last_until == datetime(*last_until, tzinfo=ZONE)  # type: ignore[misc,arg-type]


@pytest.mark.one_database
def test_the_longer_bar_is_whole() -> None:
    assert ComparedOut(this=3, last=6).bars == (30, 60) and ComparedOut(this=3, last=6).change == -3
    assert ComparedOut(this=0, last=None).bars == (0, 0) and ComparedOut(this=0, last=None).change is None


def settled(case: Case) -> None:
    at = case.closed_at or START
    told = {"proposed_by": system_actor(), "proposed_at": at, "confirmed_by": system_actor(), "confirmed_at": at}
    Outcome.objects.create(case=case, kind="settled", **told)


def test_what_happened_beside_what_had_happened_then(viewer: User, clock: SetClock) -> None:
    ring(1, 0, confirmed=4)
    ring(2, 1, confirmed=5)
    ring(3, -33 * DAY_MIN, confirmed=-33 * DAY_MIN + 10, closed=-32 * DAY_MIN)
    ring(4, -26 * DAY_MIN, closed=-25 * DAY_MIN)  # 29 October: later in its month than it is now
    mended, declared = (case_of_order("gas_company", opened=one, signed=None, closed=one + 60) for one in (0, 1))
    for one in (mended, declared):
        settled(one)
    told = {"text": "fire", "declared_by": system_actor(), "declared_at": START}
    Declaration.objects.create(case=declared, kind="incident", level="ordinary", **told)
    case_of_order("gas_company", opened=-33 * DAY_MIN, signed=None, closed=None)
    now = START + timedelta(hours=3)
    (licang,) = months_of(viewer, region_code=LICANG, months=two_months(timezone.localtime(now)))
    assert (licang.this.alarms, licang.last.alarms) == (2, 1)
    assert (licang.this.confirm.half_s, licang.last.confirm.half_s) == (240, 600)
    assert (licang.this.opened, licang.last.opened) == (2, 1)
    assert (licang.this.closed, licang.this.prevented, licang.last.closed) == (2, 1, 0)
    assert months_of(viewer, region_code="370202", months=two_months(timezone.localtime(now))) == []


def test_page_and_api(viewer: User, clock: SetClock) -> None:
    ring(1, 0, confirmed=4)
    clock(START + timedelta(hours=3))
    leader = signed_in(make_person("viewer", QINGDAO))
    page = leader.get("/quality/months/")
    words = " ".join(words_of(page.content))
    assert page.status_code == 200 and "Mended before an incident" in words and "Licang" in words
    found = leader.get("/api/v1/command/alarm-quality/months", {"region_code": QINGDAO}).json()
    assert found["areas"][0]["region_code"] == QINGDAO and found["areas"][0]["alarms"] == {"this": 1, "last": 0}
    codes = [one["region_code"] for one in found["areas"][1:]]
    assert LICANG in codes and len(codes) == len(set(codes)) > 5
    assert sum(one["alarms"]["this"] for one in found["areas"][1:]) == 1, "areas below add up to the whole"
    assert signed_in(make_person("store_keeper")).get("/quality/months/").status_code == 403
