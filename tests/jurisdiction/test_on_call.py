"""Who answers for an organisation: its roster's people, its desk, or the next desk upward; never nobody."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.accounts import PersonMaker
from tests.people import LICANG
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint, Post
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import start as services
from tocsin.jurisdiction.rosters.models import Leave, Roster, RosterLayer, RosterMember, StandIn
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.queries.rosters import OnCallReason

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 1, 7, 5, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def bodies(regions: None) -> dict[str, Organisation]:
    return services.ensure_organisations(LICANG)


def roster_of(organisation: Organisation, *who: User | Post, order: int = 1) -> Roster:
    roster = Roster.objects.create(organisation=organisation, name_zh=f"值班{order}", name_en=f"Duty {order}", order=order)
    layer = RosterLayer.objects.create(roster=roster, starts_on=date(2026, 1, 6))
    for position, one in enumerate(who):
        given = {"user": one} if isinstance(one, User) else {"post": one}
        RosterMember.objects.create(layer=layer, position=position, **given)
    return roster


def told(organisation: Organisation, at: datetime = MORNING) -> list[tuple[str, str]]:
    return [(str(one), one.why.value) for one in queries.on_call(organisation, at=at)]


def test_people_of_the_rosters_in_order_with_their_contact_points(
    bodies: dict[str, Organisation], make_person: PersonMaker
) -> None:
    gas = bodies["gas_company"]
    li, wang = make_person(username="li"), make_person(username="wang")
    chief = Post.objects.create(organisation=gas, name_zh="带班领导", name_en="Leader on shift")
    ContactPoint.objects.create(user=li, kind="sms", address="0000", order=2)
    ContactPoint.objects.create(user=li, kind="voice", address="0001", order=1)
    ContactPoint.objects.create(post=chief, kind="telephone", address="0002")
    roster_of(gas, chief, order=2)
    roster_of(gas, li, wang)
    first, second = queries.on_call(gas, at=MORNING)
    assert [(str(one), one.why) for one in (first, second)] == [("li", OnCallReason.ROTATION), ("Leader on shift", "rotation")]
    assert [point.kind for point in first.contact.points] == ["voice", "sms"]
    assert [point.address for point in second.contact.points] == ["0002"]
    assert told(gas, MORNING + timedelta(days=1))[0] == ("wang", "rotation")


def test_a_stand_in_and_leave_count(bodies: dict[str, Organisation], make_person: PersonMaker) -> None:
    gas, li, wang = bodies["gas_company"], make_person(username="li"), make_person(username="wang")
    roster, hour = roster_of(gas, li), timedelta(hours=1)
    Leave.objects.create(user=li, starts_at=MORNING - hour, ends_at=MORNING + hour, entered_by=li)
    assert told(gas) == [("Gas company", "desk")]
    StandIn.objects.create(
        roster=roster, starts_at=MORNING, ends_at=MORNING + hour, user=wang, replaces=li, made_by=li, made_at=MORNING
    )
    assert told(gas) == [("wang", "stand_in")]
    User.objects.filter(pk=wang.pk).update(is_active=False)
    assert told(gas) == [("Gas company", "desk")]


def test_where_nobody_is_named_it_goes_upward_and_never_to_no_one(bodies: dict[str, Organisation]) -> None:
    owner, bureau, room = bodies["property_owner"], bodies["housing_bureau"], bodies["government_duty_room"]
    assert told(owner) == [("Duty room of the Licang District government", "upward")]
    ContactPoint.objects.create(organisation=bureau, kind="telephone", address="0003", hours="work 08:30-17:30")
    assert told(bureau, MORNING + timedelta(hours=5)) == [("Housing and construction bureau", "desk")]
    assert told(bureau) == [("Duty room of the Licang District government", "upward")]
    assert told(room) == [(str(room), "desk")]
    for body in bodies.values():
        assert queries.on_call(body, at=MORNING), body.code


def test_a_year_whose_holidays_are_not_known_yet_stops_no_call(bodies: dict[str, Organisation], make_person: PersonMaker) -> None:
    gas, li, wang = bodies["gas_company"], make_person(username="li"), make_person(username="wang")
    roster = roster_of(gas, li)
    layer = RosterLayer.objects.create(roster=roster, starts_on=date(2026, 1, 6), order=2, hours="rest 00:00-24:00")
    RosterMember.objects.create(layer=layer, position=0, user=wang)
    saturday = datetime(2046, 1, 6, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [one for one, _why in (*told(gas, saturday), *told(gas, saturday + timedelta(days=2)))] == ["wang", "li"]
