"""Rosters planned through the services: rotations, stand-ins, leave, swaps, and what is told of them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.accounts import PersonMaker
from tests.people import LICANG
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.contacts.queries import points as queries
from tocsin.jurisdiction.contacts.services import points as services_points
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import grants as services_grants
from tocsin.jurisdiction.people.services import start as services_start
from tocsin.jurisdiction.people.services import system as services_system
from tocsin.jurisdiction.rosters.models import Roster, RosterLayer
from tocsin.jurisdiction.rosters.queries import rosters as queries_rosters
from tocsin.jurisdiction.rosters.queries.rosters import visible_rosters
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import announcements as services_announcements
from tocsin.jurisdiction.rosters.services import rosters as services
from tocsin.jurisdiction.rosters.services import swaps as services_swaps
from tocsin.records.audit.models import AuditEntry

if TYPE_CHECKING:
    from tocsin.jurisdiction.bodies.models import Organisation

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 12, 0, tzinfo=ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Unit:
    """The gas company with its desk, two fitters of the duty, and one roster: Li by day, Wang by night."""

    def __init__(self, make_person: PersonMaker) -> None:
        self.organisation: Organisation = services_start.ensure_organisations(LICANG)["gas_company"]
        self.desk, self.li, self.wang = (self._of_unit(make_person, name) for name in ("desk", "li", "wang"))
        services_grants.grant_role(actor=services_system.system_actor(), user=self.desk, role="unit_desk", region_code=LICANG)
        self.desk = User.objects.get(pk=self.desk.pk)
        self.roster: Roster = services.create_roster(
            actor=self.desk, organisation_id=self.organisation.pk, name_zh="调度值班", name_en="Desk"
        )
        self.layer: RosterLayer = services.add_layer(
            actor=self.desk,
            roster_id=self.roster.pk,
            teams=[[Member(person=self.li.pk)], [Member(person=self.wang.pk)]],
            starts_on=TODAY,
            handovers="08:30, 17:30",
            turn="shift",
            today=TODAY,
        )

    def _of_unit(self, make_person: PersonMaker, username: str) -> User:
        person = make_person(username=username)
        User.objects.filter(pk=person.pk).update(organisation=self.organisation)
        return User.objects.get(pk=person.pk)

    def on(self, at: datetime) -> list[str]:
        return [str(one) for one in queries_rosters.on_call(self.organisation, at=at)]


@pytest.fixture
def unit(make_person: PersonMaker) -> Unit:
    return Unit(make_person)


def events(name: str) -> list[dict[str, object]]:
    return [row.data for row in OutboxEvent.objects.filter(name=f"jurisdiction.{name}").order_by("pk")]


def test_the_units_own_desk_plans_and_nobody_elses(unit: Unit, make_person: PersonMaker) -> None:
    assert (unit.on(NOW), unit.on(NOW + 8 * HOUR)) == (["li"], ["wang"])
    other = services_start.ensure_organisations(LICANG)["heating_company"]
    for stranger, organisation in ((unit.desk, other), (unit.li, unit.organisation), (make_person("viewer"), unit.organisation)):
        with pytest.raises(NotAllowed):
            services.create_roster(actor=stranger, organisation_id=organisation.pk, name_zh="值班", name_en="Duty")
    with pytest.raises(Conflict):
        services.create_roster(actor=unit.desk, organisation_id=unit.organisation.pk, name_zh="调度值班", name_en="Desk")
    assert list(visible_rosters(unit.wang)) == list(visible_rosters(make_person("duty_officer"))) == [unit.roster]
    assert not visible_rosters(make_person("viewer")).exists()
    assert AuditEntry.objects.filter(action="roster.layer_added", actor_id=unit.desk.pk).count() == 1
    assert [one["act"] for one in events("RosterChanged")] == ["created", "layer_added"]


def test_a_wrong_rotation_is_refused(unit: Unit, make_person: PersonMaker) -> None:
    teams = [[Member(person=unit.li.pk)]]
    wrong: list[dict[str, object]] = [
        {"teams": []},
        {"teams": [[]]},
        {"teams": [[Member(person=make_person().pk)]]},  # of another organisation
        {"teams": [[Member()]]},
        {"starts_on": TODAY - DAY},
        {"ends_on": TODAY - DAY},
        {"handovers": "17:30, 08:30"},
        {"hours": "always"},
        {"turn": "month"},
        {"order": 0},
    ]
    for one in wrong:
        given = {"teams": teams, "starts_on": TODAY, "today": TODAY, **one}
        with pytest.raises(InvalidInput):
            services.add_layer(actor=unit.desk, roster_id=unit.roster.pk, **given)  # type: ignore[arg-type]
    assert unit.roster.layers.count() == 1


def test_a_rotation_ends_and_what_was_stays(unit: Unit) -> None:
    with pytest.raises(InvalidInput):
        services.end_layer(actor=unit.desk, layer_id=unit.layer.pk, ends_on=TODAY, today=TODAY + DAY)
    services.end_layer(actor=unit.desk, layer_id=unit.layer.pk, ends_on=TODAY, today=TODAY)
    assert (unit.on(NOW), unit.on(NOW + DAY)) == (["li"], ["Gas company"])
    with pytest.raises(Conflict):
        services.end_layer(actor=unit.desk, layer_id=unit.layer.pk, ends_on=TODAY + 2 * DAY, today=TODAY + 2 * DAY)
    coming = services.add_layer(
        actor=unit.desk, roster_id=unit.roster.pk, teams=[[Member(person=unit.li.pk)]], starts_on=TODAY + DAY, today=TODAY
    )
    services.end_layer(actor=unit.desk, layer_id=coming.pk, ends_on=TODAY, today=TODAY)
    assert not RosterLayer.objects.filter(pk=coming.pk).exists()
    services.end_roster(actor=unit.desk, roster_id=unit.roster.pk)
    assert unit.on(NOW) == ["Gas company"]


def test_stand_ins_come_and_are_taken_back(unit: Unit) -> None:
    wang = Member(person=unit.wang.pk)
    made = services.put_stand_in(
        actor=unit.desk,
        roster_id=unit.roster.pk,
        member=wang,
        replaces_id=unit.li.pk,
        starts_at=NOW - HOUR,
        ends_at=NOW + 2 * HOUR,
        now=NOW,
    )
    assert made.starts_at == NOW  # the past is not rewritten
    assert (unit.on(NOW - HOUR), unit.on(NOW)) == (["li"], ["wang"])
    services.cancel_stand_in(actor=unit.desk, stand_in_id=made.pk, now=NOW + HOUR)
    assert (unit.on(NOW), unit.on(NOW + HOUR)) == (["wang"], ["li"])
    with pytest.raises(Conflict):
        services.cancel_stand_in(actor=unit.desk, stand_in_id=made.pk, now=NOW + HOUR)
    with pytest.raises(InvalidInput):
        services.put_stand_in(
            actor=unit.desk, roster_id=unit.roster.pk, member=wang, starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR, now=NOW
        )


def test_leave_by_oneself_and_by_the_desk_not_by_others(unit: Unit) -> None:
    leave = services.enter_leave(actor=unit.li, user_id=unit.li.pk, starts_at=NOW, ends_at=NOW + HOUR, now=NOW)
    assert unit.on(NOW) == ["Gas company"]
    services.cancel_leave(actor=unit.desk, leave_id=leave.pk, now=NOW)
    assert unit.on(NOW) == ["li"]
    with pytest.raises(User.DoesNotExist):
        services.enter_leave(actor=unit.wang, user_id=unit.li.pk, starts_at=NOW, ends_at=NOW + HOUR, now=NOW)
    with pytest.raises(Conflict):
        services.cancel_leave(actor=unit.desk, leave_id=leave.pk, now=NOW + 2 * HOUR)


NIGHT = (datetime(2026, 1, 6, 17, 30, tzinfo=ZONE), datetime(2026, 1, 7, 8, 30, tzinfo=ZONE))
DAY_SHIFT = (datetime(2026, 1, 6, 8, 30, tzinfo=ZONE), datetime(2026, 1, 6, 17, 30, tzinfo=ZONE))


def test_hours_change_hands_when_the_other_agrees(unit: Unit) -> None:
    swap = services_swaps.ask_swap(
        actor=unit.wang, roster_id=unit.roster.pk, asked_of_id=unit.li.pk, given=NIGHT, taken=DAY_SHIFT, now=NOW
    )
    assert (unit.on(DAY_SHIFT[0]), unit.on(NIGHT[0])) == (["li"], ["wang"])
    for person in (unit.wang, unit.desk):
        with pytest.raises(NotAllowed):
            services_swaps.answer_swap(actor=person, swap_id=swap.pk, agree=True, now=NOW)
    services_swaps.answer_swap(actor=unit.li, swap_id=swap.pk, agree=True, now=NOW)
    assert (unit.on(DAY_SHIFT[0]), unit.on(NIGHT[0])) == (["wang"], ["li"])
    with pytest.raises(Conflict):
        services_swaps.withdraw_swap(actor=unit.wang, swap_id=swap.pk, now=NOW)
    assert [one["asked_of"] for one in events("SwapAsked")] == [str(unit.li.pk)]
    assert [one["state"] for one in events("SwapAnswered")] == ["agreed"]
    with pytest.raises(Conflict):
        services.cancel_stand_in(actor=unit.desk, stand_in_id=swap.stand_ins.all()[0].pk, now=NOW)


def test_what_has_changed_since_it_was_asked_stops_a_swap(unit: Unit) -> None:
    swap = services_swaps.ask_swap(actor=unit.wang, roster_id=unit.roster.pk, asked_of_id=unit.li.pk, given=NIGHT, now=NOW)
    services.enter_leave(actor=unit.li, user_id=unit.li.pk, starts_at=NIGHT[0], ends_at=NIGHT[1], now=NOW)
    with pytest.raises(InvalidInput, match="away"):
        services_swaps.answer_swap(actor=unit.li, swap_id=swap.pk, agree=True, now=NOW)
    services_swaps.answer_swap(actor=unit.li, swap_id=swap.pk, agree=False, now=NOW)
    assert unit.on(NIGHT[0]) == ["wang"]
    other = services_swaps.ask_swap(actor=unit.li, roster_id=unit.roster.pk, asked_of_id=unit.wang.pk, given=DAY_SHIFT, now=NOW)
    services_swaps.withdraw_swap(actor=unit.li, swap_id=other.pk, now=NOW)
    assert [one["state"] for one in events("SwapAnswered")] == ["refused", "withdrawn"]


def test_a_coming_shift_and_a_hole_are_told_once(unit: Unit) -> None:
    morning = NOW.replace(hour=9)
    services_announcements.tell_of_rosters(now=morning)
    assert [(one["person_id"], one["starts_at"]) for one in events("ShiftComing")] == [
        (str(unit.wang.pk), "2026-01-05T17:30:00+08:00")
    ]
    assert events("RosterHoleAhead") == []
    services.end_layer(actor=unit.desk, layer_id=unit.layer.pk, ends_on=TODAY + DAY, today=TODAY)
    assert services_announcements.tell_of_rosters(now=morning) == 1
    assert services_announcements.tell_of_rosters(now=morning) == 0
    (hole,) = events("RosterHoleAhead")
    assert (hole["starts_at"], hole["reason"]) == ("2026-01-07T08:30:00+08:00", "nobody_named")


def test_a_hole_that_opens_again_is_told_again(unit: Unit) -> None:
    given = {"starts_at": NOW + DAY, "ends_at": NOW + DAY + HOUR, "now": NOW}
    leave = services.enter_leave(actor=unit.li, user_id=unit.li.pk, **given)
    services_announcements.tell_of_rosters(now=NOW)
    services.cancel_leave(actor=unit.li, leave_id=leave.pk, now=NOW)
    services_announcements.tell_of_rosters(now=NOW)
    services.enter_leave(actor=unit.li, user_id=unit.li.pk, **given)
    services_announcements.tell_of_rosters(now=NOW)
    assert [one["reason"] for one in events("RosterHoleAhead")] == ["all_away", "all_away"]


ADDRESSES = [
    ("telephone", "0532 0000 0001", True),
    ("telephone", "javascript:alert(1)", False),
    ("sms", "+86 138 0000 0000", True),
    ("voice", "", False),
    ("email", "desk@example.com", True),
    ("email", "desk@", False),
    ("webhook", "https://example.com/hook", True),
    ("webhook", "ftp://example.com", False),
    ("messenger", "wecom://key", True),
    ("messenger", "a\nb", False),
    ("screen", "", True),
    ("pigeon", "north", False),
]


def test_addresses_are_of_their_kind(unit: Unit) -> None:
    for kind, address, fine in ADDRESSES:
        try:
            services_points.add_contact_point(actor=unit.desk, kind=kind, address=address, organisation_id=unit.organisation.pk)
        except InvalidInput:
            assert not fine, (kind, address)
        else:
            assert fine, (kind, address)


def test_contact_points_of_desk_post_and_person(unit: Unit, make_person: PersonMaker) -> None:
    post = services_points.add_post(actor=unit.desk, organisation_id=unit.organisation.pk, name_zh="带班领导", name_en="Leader")
    number = {"kind": "telephone", "address": "0000 0001"}
    services_points.add_contact_point(actor=unit.desk, post_id=post.pk, **number)
    services_points.add_contact_point(actor=unit.li, user_id=unit.li.pk, **number)
    services_points.add_contact_point(actor=unit.desk, user_id=unit.li.pk, kind="messenger", address="wecom://secret", order=2)
    for actor, whose in (
        (unit.li, {"user_id": unit.wang.pk}),
        (make_person("viewer"), {"organisation_id": unit.organisation.pk}),
        (unit.desk, {"user_id": make_person().pk}),
    ):
        with pytest.raises(ContactPoint.DoesNotExist):
            services_points.add_contact_point(actor=actor, **number, **whose)
    with pytest.raises(InvalidInput):
        services_points.add_contact_point(actor=unit.desk, post_id=post.pk, user_id=unit.li.pk, **number)
    assert "secret" not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    point = ContactPoint.objects.get(post=post)
    services_points.record_contact_check(actor=unit.desk, contact_point_id=point.pk, at=NOW)
    services_points.record_contact_check(actor=unit.desk, contact_point_id=point.pk, at=NOW - DAY)
    assert ContactPoint.objects.get(pk=point.pk).checked_at == NOW
    services_points.remove_contact_point(actor=unit.desk, contact_point_id=point.pk)
    services_points.prefer_contacts(user=unit.li, kinds={"yellow": ["messenger"]}, quiet_hours="22:00-07:00")
    contact = queries.contact_points_of(unit.li)
    assert contact.preference is not None
    assert [one.kind for one in contact.points] == ["telephone", "messenger"]
    for wrong in ({"purple": ["sms"]}, {"red": ["pigeon"]}):
        with pytest.raises(InvalidInput):
            services_points.prefer_contacts(user=unit.li, kinds=wrong)
    services_points.remove_post(actor=unit.desk, post_id=post.pk)


def test_a_post_on_a_roster_stays(unit: Unit) -> None:
    post = services_points.add_post(actor=unit.desk, organisation_id=unit.organisation.pk, name_zh="抢修班", name_en="Crew")
    services.add_layer(
        actor=unit.desk, roster_id=unit.roster.pk, teams=[[Member(post=post.pk)]], starts_on=TODAY, order=2, today=TODAY
    )
    assert unit.on(NOW) == ["Crew"]
    with pytest.raises(Refusal):
        services_points.remove_post(actor=unit.desk, post_id=post.pk)
