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
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case, Clock, Declaration, Outcome
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.quality.queries.months import AreaMonths, months_of
from tocsin.command.quality.queries.spreads import Spread
from tocsin.command.quality.rules import MonthMeasure, two_months
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
    assert ComparedOut(this=3, last=6).bars == (30, 60)
    assert ComparedOut(this=0, last=None).bars == (0, 0)


def settled(case: Case) -> None:
    at = case.closed_at or START
    told = {"proposed_by": system_actor(), "proposed_at": at, "confirmed_by": system_actor(), "confirmed_at": at}
    Outcome.objects.create(case=case, kind="settled", **told)


def numbers(found: AreaMonths, measure: MonthMeasure) -> tuple[int, int | None]:
    return found.this[measure].count, found.last[measure].count if measure in found.last else None


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
    months = two_months(timezone.localtime(START + timedelta(hours=3)))
    (licang,) = months_of(viewer, region_code=LICANG, months=months)
    expected = {
        MonthMeasure.ALARMS: (2, 1),
        MonthMeasure.CONFIRMED: (2, 1),
        MonthMeasure.OPENED: (2, 1),
        MonthMeasure.CLOSED: (2, 0),
        MonthMeasure.PREVENTED: (1, 0),
        MonthMeasure.RED: (0, None),
    }
    assert {one: numbers(licang, one) for one in expected} == expected
    assert (licang.this[MonthMeasure.CONFIRMED].spread.half_s, licang.last[MonthMeasure.CONFIRMED].spread.half_s) == (240, 600)
    assert licang.this[MonthMeasure.CLOSED].spread == Spread(2, 3600, 3600)
    assert months_of(viewer, region_code="370202", months=months) == []


@pytest.fixture
def busy_month(viewer: User, clock: SetClock) -> Case:
    """An alarm, a red case with a crew on site whose closing is late, and one that was mended in time."""
    ring(1, 0, confirmed=4)
    red = case_of_order("gas_company", opened=5, signed=10, closed=None)
    red.level = red.peak_level = 4
    red.caller, red.title, red.place = "Wang Wei", "Wang Wei smells gas", "Xingcheng Road 5, flat 301"
    red.save()
    order = Order.objects.get(case=red)
    at = START + timedelta(minutes=35)
    OrderEntry.objects.create(id=new_id(), order=order, act="arrive", at=at, received_at=at, version=1, channel="phone")
    told = {"began_at": START, "due_at": START + timedelta(hours=1)}
    Clock.objects.create(case=red, step="close", subject=order.number, **told)
    settled(case_of_order("gas_company", opened=6, signed=None, closed=66))
    clock(START + timedelta(hours=3))
    return red


@pytest.mark.parametrize("measure", list(MonthMeasure))
def test_a_figure_is_the_number_of_its_rows(busy_month: Case, measure: MonthMeasure) -> None:
    leader = signed_in(make_person("leader", QINGDAO))
    area = leader.get("/api/v1/command/alarm-quality/months", {"region_code": QINGDAO}).json()["areas"][0]
    figure = next(one for one in area["figures"] if one["measure"] == measure)
    asked = {"region_code": QINGDAO, "measure": measure.value}
    rows = leader.get("/api/v1/command/alarm-quality/months/rows", asked).json()
    assert len(rows) == figure["count"]["this"] == (2 if measure is MonthMeasure.OPENED else measure is not MonthMeasure.DANGERS)
    page = leader.get("/quality/months/rows/", {"region": QINGDAO, "measure": measure.value})
    file = leader.get("/quality/months/rows/", {"region": QINGDAO, "measure": measure.value, "format": "csv"})
    assert page.status_code == 200 and len(file.content.splitlines()) == len(rows) + 1
    if measure is MonthMeasure.ARRIVED:
        assert figure["half_s"]["this"] == 30 * 60, "from the first signal of the case to its first crew"
    if measure is MonthMeasure.OVERDUE:
        assert rows[0]["number"] == Order.objects.get(case=busy_month).number and rows[0]["desk"]


def test_a_leader_reads_no_persons_and_opens_no_page_that_has_them(busy_month: Case) -> None:
    leader = signed_in(make_person("leader", QINGDAO))
    for measure in MonthMeasure:
        rows = leader.get("/quality/months/rows/", {"region": QINGDAO, "measure": measure.value}).content.decode()
        assert "Wang" not in rows and "Xingcheng" not in rows and "/cases/" not in rows and "/alarms/" not in rows
    for page in (f"/cases/{busy_month.number}/", "/alarms/", "/cases/", "/people/", "/objects/", "/quality/"):
        assert leader.get(page).status_code in (403, 404), page


def test_what_was_prevented_is_told_by_kind_with_the_rule(busy_month: Case) -> None:
    Case.objects.exclude(pk=busy_month.pk).update(kind="gas")
    leader = signed_in(make_person("leader", QINGDAO))
    User.objects.update(date_joined=START - timedelta(days=90))
    found = leader.get("/api/v1/command/alarm-quality/months", {"region_code": QINGDAO}).json()
    assert found["prevented"] == [{"kind": "gas", "count": {"this": 1, "last": 0}}]
    words = " ".join(words_of(leader.get("/quality/months/").content))
    assert "no leader declared an incident" in words


def test_page_and_api(viewer: User, clock: SetClock) -> None:
    ring(1, 0, confirmed=4)
    clock(START + timedelta(hours=3))
    leader = signed_in(make_person("viewer", QINGDAO))
    words = " ".join(words_of(leader.get("/quality/months/").content))
    assert "No comparison yet" in words and "the month before" not in words.replace("beginning of the month before", "")
    early = leader.get("/api/v1/command/alarm-quality/months", {"region_code": QINGDAO}).json()
    lasts = {one["count"]["last"] for area in early["areas"] for one in area["figures"]}
    assert not early["reaches"] and lasts == {None}
    User.objects.update(date_joined=START - timedelta(days=90))
    page = leader.get("/quality/months/")
    words = " ".join(words_of(page.content))
    assert page.status_code == 200 and "Mended before an incident" in words and "Licang" in words
    assert "1 more than the month before" in words and "No comparison yet" not in words
    found = leader.get("/api/v1/command/alarm-quality/months", {"region_code": QINGDAO}).json()
    alarms = [one["figures"][0]["count"] for one in found["areas"]]
    assert found["areas"][0]["region_code"] == QINGDAO and alarms[0] == {"this": 1, "last": 0}
    codes = [one["region_code"] for one in found["areas"][1:]]
    assert LICANG in codes and len(codes) == len(set(codes)) > 5
    assert sum(one["this"] for one in alarms[1:]) == 1, "areas below add up to the whole"
    assert signed_in(make_person("store_keeper")).get("/quality/months/").status_code == 403
