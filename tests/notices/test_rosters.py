"""News of rosters reach the people concerned, once, by their own preferences; what is over rings no more."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clocks import SetClock
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW
from tests.usual_bodies import usual_bodies
from tocsin.bus.services import forget_events, waiting_events
from tocsin.jurisdiction.areas import services as areas_services
from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import announcements as services_announcements
from tocsin.jurisdiction.rosters.services import rosters as services
from tocsin.jurisdiction.rosters.services import swaps as services_swaps
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.notices.messages.shown import acted_on, text_of
from tocsin.notices.rosters.services import tell_people, told_position

if TYPE_CHECKING:
    from tocsin.jurisdiction.bodies.models import Organisation
    from tocsin.jurisdiction.rosters.models import Roster

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def news(now: datetime) -> list[Notice]:
    """What was told is read, twice over; the notices that followed."""
    known = set(Notice.objects.values_list("pk", flat=True))
    waiting = waiting_events(1000)
    events = [event for _row, event in waiting]
    tell_people(events=events, position=told_position() + len(events), now=now)
    count = Notice.objects.count()
    tell_people(events=events, position=told_position(), now=now)
    assert Notice.objects.count() == count
    forget_events([row for row, _event in waiting])
    return list(Notice.objects.exclude(pk__in=known).order_by("written_at", "key"))


class Gas:
    """The gas company: its desk plans, Li is on by day and Wang by night, from this morning on."""

    def __init__(self) -> None:
        self.body: Organisation = usual_bodies(LICANG)["gas_company"]
        self.desk = make_named_person("desk", "unit_desk", self.body)
        self.li, self.wang = (make_named_person(name, "utility_crew", self.body) for name in ("li", "wang"))
        self.roster: Roster = services.create_roster(
            actor=self.desk, organisation_id=self.body.pk, name_zh="调度", name_en="Control room"
        )

    def rotates(self, **fields: Any) -> "Gas":
        services.add_layer(
            actor=self.desk,
            roster_id=self.roster.pk,
            teams=[[Member(person=self.li.pk)], [Member(person=self.wang.pk)]],
            starts_on=NOW.date(),
            handovers="08:30, 20:30",
            turn="shift",
            today=NOW.date(),
            **fields,
        )
        return self

    def swap(self) -> Any:
        given = (NOW.replace(hour=0, minute=30) + 24 * HOUR, NOW.replace(hour=12, minute=30) + 24 * HOUR)
        return services_swaps.ask_swap(actor=self.li, roster_id=self.roster.pk, asked_of_id=self.wang.pk, given=given, now=NOW)


@pytest.fixture
def gas(clock: SetClock) -> Gas:
    areas_services.ensure_regions()
    clock(NOW)
    return Gas()


def test_a_coming_shift_is_told_to_the_person_once_and_by_their_preferences(gas: Gas) -> None:
    """NOW is 10:00 in Qingdao: Wang begins at 20:30, and is quiet until 12:00."""
    ContactPoint.objects.create(user=gas.wang, kind="sms", address="139", order=1)
    ContactPoint.objects.create(user=gas.wang, kind="email", address="w@example.com", order=2)
    ContactPreference.objects.create(user=gas.wang, kinds={"blue": ["email"]}, quiet_hours="09:00-12:00")
    gas.rotates()
    services_announcements.tell_of_rosters(now=NOW)
    (notice,) = news(NOW)
    assert (notice.person, notice.purpose, notice.why, notice.urgent, notice.drill) == (gas.wang, "duty", "roster", False, False)
    assert notice.deadline == NOW.replace(hour=12, minute=30)
    assert text_of(notice) == "You are on duty at Gas company, Control room: 11-25 20:30–11-26 08:30."
    assert acted_on(notice) == "/account/duty/"
    rows = {one.channel: one for one in notice.sendings.all()}
    assert set(rows) == {"screen", "email"}
    wait = rows["email"].not_before - rows["screen"].not_before
    assert abs(wait.total_seconds() - 7200 / 1e-5) < 7200 / 1e-5 / 10  # two hours of a clock that stands nearly still
    services_announcements.tell_of_rosters(now=NOW + HOUR)
    assert news(NOW + HOUR) == []


def test_a_shift_that_has_begun_when_the_news_is_read_is_told_to_nobody(gas: Gas) -> None:
    gas.rotates()
    services_announcements.tell_of_rosters(now=NOW)
    assert news(NOW + 11 * HOUR) == []


@pytest.mark.parametrize(
    ("answer", "told", "words"),
    [
        ("agreed", "li", "wang takes your hours 11-26 08:30–11-26 20:30"),
        ("refused", "li", "wang does not take your hours"),
        ("withdrawn", "wang", "li has taken back the request"),
    ],
)
def test_a_swap_is_told_to_whoever_has_to_answer_and_then_to_the_other(gas: Gas, answer: str, told: str, words: str) -> None:
    swap = gas.rotates().swap()
    (asked,) = news(NOW)
    assert asked.person == gas.wang and "li asks you to take the hours 11-26 08:30–11-26 20:30" in text_of(asked)
    assert list(inbox_of(gas.wang, now=NOW)) == [asked]
    if answer == "withdrawn":
        services_swaps.withdraw_swap(actor=gas.li, swap_id=swap.pk, now=NOW)
    else:
        services_swaps.answer_swap(actor=gas.wang, swap_id=swap.pk, agree=answer == "agreed", now=NOW)
    (notice,) = news(NOW)
    assert (str(notice.person), words in text_of(notice)) == (told, True)
    assert asked not in inbox_of(gas.wang, now=NOW)
    assert not Sending.objects.filter(notice=asked, fate="queued").exists()


def test_a_swap_that_was_answered_before_the_news_is_read_asks_nobody(gas: Gas) -> None:
    swap = gas.rotates().swap()
    services_swaps.answer_swap(actor=gas.wang, swap_id=swap.pk, agree=False, now=NOW)
    assert [str(one.person) for one in news(NOW)] == ["li"]


def test_holes_ahead_reach_who_plans_in_one_notice_and_a_hole_that_opens_anew_is_told_again(gas: Gas) -> None:
    gas.rotates(ends_on=NOW.date() + timedelta(days=3))
    services_announcements.tell_of_rosters(now=NOW)
    told = {one.why: one for one in news(NOW)}
    assert set(told) == {"roster", "planner"}
    notice = told["planner"]
    assert notice.person == gas.desk
    lines = text_of(notice).splitlines()
    assert lines[0] == "Nobody will be on duty at Gas company:"
    assert "Control room, 11-29 08:30–12-02 10:00: nobody named" in lines
    assert acted_on(notice) == f"/rosters/{gas.roster.pk}/"
    begin = NOW.replace(hour=0, minute=30) + timedelta(days=4)
    fill = {"actor": gas.desk, "roster_id": gas.roster.pk, "member": Member(person=gas.li.pk), "starts_at": begin, "now": NOW}
    put = services.put_stand_in(**fill, ends_at=begin + 24 * HOUR)
    services_announcements.tell_of_rosters(now=NOW)
    news(NOW)
    services.cancel_stand_in(actor=gas.desk, stand_in_id=put.pk, now=NOW)
    services_announcements.tell_of_rosters(now=NOW)
    again = [one for one in news(NOW) if one.why == "planner"]
    assert len(again) == 1 and "11-29" in text_of(again[0])


def test_where_nobody_of_the_body_plans_the_desk_is_told(gas: Gas) -> None:
    User.objects.filter(pk=gas.desk.pk).update(is_active=False)
    services_announcements.tell_of_rosters(now=NOW)
    (notice,) = news(NOW)
    assert (notice.organisation, notice.person) == (gas.body, None)
