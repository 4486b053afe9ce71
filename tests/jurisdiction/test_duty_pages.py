"""Pages of duty: who is on now, a roster's week, one's own duty, the telephone book, an organisation's page."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.accounts import PersonMaker
from tests.jurisdiction.test_pages import signed_in
from tests.people import LICANG
from tocsin.jurisdiction.areas.queries import area_names
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference
from tocsin.jurisdiction.contacts.services import points as services_points
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rosters import shown as rosters_shown
from tocsin.jurisdiction.rosters.models import Leave, Roster, RosterLayer, StandIn, Swap
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services import rosters as services

pytestmark = pytest.mark.django_db


class Watch:
    """The gas company: its desk plans, Li and Wang are on in turn, since yesterday."""

    def __init__(self, make_person: PersonMaker) -> None:
        self.desk = make_person("unit_desk", username="desk", organisation="gas_company")
        self.li = make_person("utility_crew", username="li", organisation="gas_company")
        self.wang = make_person("utility_crew", username="wang", organisation="gas_company")
        self.organisation: Organisation = Organisation.objects.get(code="gas_company", region_id=LICANG)
        self.today = timezone.localtime().date()
        self.roster: Roster = services.create_roster(
            actor=self.desk, organisation_id=self.organisation.pk, name_zh="调度", name_en="Desk"
        )
        services.add_layer(
            actor=self.desk,
            roster_id=self.roster.pk,
            teams=[[Member(person=self.li.pk)], [Member(person=self.wang.pk)]],
            starts_on=self.today - timedelta(days=1),
            today=self.today - timedelta(days=1),
        )

    def url(self, rest: str = "") -> str:
        return f"/rosters/{self.roster.pk}/{rest}"


@pytest.fixture
def watch(make_person: PersonMaker) -> Watch:
    return Watch(make_person)


def text(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == 200, url
    return answer.content.decode()


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def test_the_week_shows_who_is_on_and_the_holes(watch: Watch) -> None:
    page = text(signed_in(watch.li), watch.url(f"?from={watch.today - timedelta(days=7)}"))
    assert page.count("roster-day") >= 7
    assert "nobody named" in page  # last week nobody was named
    later = text(signed_in(watch.li), watch.url(f"?from={watch.today + timedelta(days=7)}"))
    assert "li" in later and "wang" in later and "roster-part hole" not in later
    services.end_layer(
        actor=watch.desk, layer_id=RosterLayer.objects.get().pk, ends_on=watch.today + timedelta(days=1), today=watch.today
    )
    page = text(signed_in(watch.li), watch.url())
    assert "1 hole within a week, from" in page
    assert "1 hole within a week" in text(signed_in(watch.desk), "/rosters/")
    assert "空岗" in text(signed_in(watch.li, "zh-hans"), watch.url(f"?from={watch.today + timedelta(days=7)}"))


def test_who_is_on_now_by_name_for_those_who_need_it(watch: Watch, make_person: PersonMaker) -> None:
    (now,) = queries.on_call(watch.organisation, at=timezone.now())
    for person, named in (
        (watch.desk, True),
        (make_person("duty_officer"), True),
        (make_person("viewer"), False),
        (make_person("unit_desk", organisation="heating_company"), False),
    ):
        page = re.sub(r">\s+", ">", text(signed_in(person), "/rosters/"))
        assert (f"<div>{now}" in page) is (named or str(now) == "Gas company"), person
        assert signed_in(person).get(watch.url()).status_code == (200 if named else 404)
        assert text(signed_in(person), f"/organisations/{watch.organisation.pk}/")


def test_the_desk_plans_by_the_page(watch: Watch) -> None:
    client, tomorrow = signed_in(watch.desk), watch.today + timedelta(days=1)
    form = {
        f"person:{watch.li.pk}": "2",
        f"person:{watch.wang.pk}": "1",
        "turn": "week",
        "handovers": "09:00",
        "starts_on": str(tomorrow),
        "order": "2",
        "hours": "rest 00:00-24:00",
    }
    assert "The rotation is entered." in client.post(watch.url("layers/"), form, follow=True).content.decode()
    layer = RosterLayer.objects.get(order=2)
    assert [one.user for one in layer.members.order_by("position")] == [watch.wang, watch.li]
    client.post(watch.url(f"layers/{layer.pk}/end/"), {"ends_on": str(watch.today)})
    assert not RosterLayer.objects.filter(pk=layer.pk).exists()
    until = local(timezone.now() + timedelta(hours=2))
    stand_in = {"member": f"person:{watch.wang.pk}", "starts_at": local(timezone.now()), "ends_at": until, "reason": "ill"}
    client.post(watch.url("stand-ins/"), stand_in)
    assert str(queries.on_call(watch.organisation, at=timezone.now())[0]) == "wang"
    assert "ill" in text(client, watch.url())
    client.post(watch.url(f"stand-ins/{StandIn.objects.get().pk}/cancel/"))
    assert StandIn.objects.get().ends_at <= timezone.now()
    leave = {"roster": watch.roster.pk, "member": f"person:{watch.li.pk}", "starts_at": local(timezone.now()), "ends_at": until}
    client.post("/leaves/", leave)
    assert Leave.objects.get().user == watch.li
    client.post(f"/leaves/{Leave.objects.get().pk}/cancel/", {"roster": watch.roster.pk})
    assert Leave.objects.filter(cancelled_at=None, ends_at__gt=timezone.now()).count() == 0
    made = client.post("/rosters/create/", {"organisation": watch.organisation.pk, "name_zh": "带班"}, follow=True)
    assert "It has nobody yet" in made.content.decode()
    client.post(watch.url("end/"))
    assert not Roster.objects.get(pk=watch.roster.pk).is_active


UNREADABLE: list[tuple[str, dict[str, str]]] = [
    ("layers/", {"starts_on": "yesterday"}),
    ("layers/", {"starts_on": "2026-02-30", "person:x": "1"}),
    ("layers/", {"starts_on": "2036-01-01", "post:x": "1", "turn": "day", "handovers": "08:30"}),
    ("layers/", {"starts_on": "2036-01-01", "turn": "day", "handovers": "08:30", "order": "many"}),
    ("stand-ins/", {"member": "person:", "starts_at": "", "ends_at": ""}),
    ("stand-ins/", {"member": "", "starts_at": "2036-01-01T08:00", "ends_at": "2036-01-01T09:00", "replaces": "x"}),
    ("swaps/", {"given": "now/then", "with": ""}),
    ("swaps/", {"given": "2036-01-01T08:00/2036-01-01T09:00", "with": "post:x"}),
]


def test_what_cannot_be_read_is_told_and_changes_nothing(watch: Watch) -> None:
    for path, form in UNREADABLE:
        page = signed_in(watch.desk).post(watch.url(path), form, follow=True).content.decode()
        assert "message error" in page, (path, form)
    assert (RosterLayer.objects.count(), StandIn.objects.count(), Swap.objects.count()) == (1, 0, 0)


def test_a_swap_between_two_browsers(watch: Watch) -> None:
    asks, answers, now = signed_in(watch.li), signed_in(watch.wang), timezone.now()
    given = rosters_shown.shifts_by_person(watch.roster, now, 14)[watch.li.pk][0]
    form = {"given": "/".join(one.isoformat() for one in given), "with": f"person:{watch.wang.pk}", "note": "wedding"}
    assert "Your colleague is asked." in asks.post(watch.url("swaps/"), form, follow=True).content.decode()
    assert "wedding" in text(answers, "/account/duty/")
    swap = Swap.objects.get()
    refused = asks.post(f"/swaps/{swap.pk}/answer/", {"answer": "agree"}, follow=True).content.decode()
    assert "Only the person who was asked" in refused
    page = answers.post(f"/swaps/{swap.pk}/answer/", {"answer": "agree", "next": "own_duty"}, follow=True).content.decode()
    assert "The shifts are swapped." in page
    assert str(queries.on_call(watch.organisation, at=given[0])[0]) == "wang"


def test_ones_own_contact_points_and_choice(watch: Watch) -> None:
    client = signed_in(watch.li)
    assert "Nothing is known" in text(client, "/account/duty/")
    client.post("/account/contacts/", {"kind": "sms", "address": "0000 0001", "order": "2"})
    point = ContactPoint.objects.get(user=watch.li)
    client.post("/account/contacts/", {"kind": "email", "address": "li@example.com", "order": "1"})
    ContactPoint.objects.filter(user=watch.li).update(confirmed_at=timezone.now())  # their codes came back
    night = {"quiet_from": "22:00", "quiet_until": "07:00"}
    client.post(
        "/account/contacts/preference/", {"kinds_yellow": ["sms", "", "email"], "kinds_blue": ["screen", "", ""], **night}
    )
    assert ContactPreference.objects.get(user=watch.li).kinds == {"yellow": ["sms", "email"], "blue": ["screen"]}
    assert "0000 0001" in text(client, "/account/duty/")
    page = text(client, "/account/notices/")
    assert 'value="22:00"' in page and 'value="07:00"' in page
    table = page.partition('id="foreseen"')[2].partition("</table>")[0]
    cells = [re.sub("<[^>]*>", "", one).strip() for one in re.findall("<td>(.*?)</td>", table)]
    later = "when the quiet hours are over"
    assert cells == [*["e-mail + text message"] * 4, "text message → e-mail", later, "screen alone", "screen alone"]
    client.post("/account/contacts/preference/", {"quiet_hours": "rest 22:00-09:00", **night})
    assert 'value="rest 22:00-09:00"' in text(client, "/account/notices/")
    wrong = client.post("/account/contacts/preference/", {"quiet_from": "22:00"}, follow=True).content.decode()
    assert "message error" in wrong and ContactPreference.objects.get(user=watch.li).quiet_hours == "rest 22:00-09:00"
    assert signed_in(watch.wang).post(f"/account/contacts/{point.pk}/remove/").status_code == 404
    client.post(f"/account/contacts/{point.pk}/remove/")
    assert not ContactPoint.objects.filter(pk=point.pk).exists()


def test_the_telephone_book(watch: Watch, make_person: PersonMaker) -> None:
    services_points.add_contact_point(actor=watch.li, user_id=watch.li.pk, kind="telephone", address="0532 0000 0042")
    services_points.add_contact_point(
        actor=watch.desk, organisation_id=watch.organisation.pk, kind="email", address="gas@example.com"
    )
    officer, viewer = signed_in(make_person("duty_officer")), signed_in(make_person("viewer"))
    assert 'href="tel:119"' in text(viewer, "/phone-book/")
    for client, seen in ((officer, True), (viewer, False), (signed_in(watch.wang), True)):
        assert ("tel:0532 0000 0042" in text(client, "/phone-book/?search=00000042")) is seen
    assert "gas@example.com" in text(viewer, "/phone-book/?search=燃气")
    part = officer.get("/phone-book/?search=traffic", headers={"HX-Request": "true"}).content.decode()
    assert "tel:122" in part and "<html" not in part
    rows = list(csv.reader(StringIO(text(officer, "/phone-book/export/?search=li").lstrip("\ufeff"))))
    assert ["Licang District", "Gas company", "li", "0532 0000 0042", ""] in rows


def test_the_roster_as_a_file(watch: Watch) -> None:
    answer = signed_in(watch.li).get(watch.url(f"export/?from={watch.today + timedelta(days=1)}&days=2"))
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert rows[0][:2] == ["Organisation", "Roster"]
    assert [row[4] for row in rows[1:]] == ["wang", "li", "li", "wang"]


def test_an_organisations_page_is_filled_by_its_people(watch: Watch, make_person: PersonMaker) -> None:
    url, desk = f"/organisations/{watch.organisation.pk}/", signed_in(watch.desk)
    desk.post(f"{url}posts/", {"name_zh": "抢修班", "name_en": "Crew"})
    post = watch.organisation.posts.get()
    desk.post(f"{url}contacts/", {"kind": "telephone", "address": "0000 0002", "post": post.pk})
    desk.post(f"{url}contacts/", {"kind": "messenger", "address": "wecom://key"})
    assert "wecom://key" in text(desk, url)
    page = text(signed_in(make_person("viewer")), url)
    assert "0000 0002" in page and "wecom://key" not in page
    administrator = signed_in(make_person("system_administrator"))
    fields = ("kind", "lifeline", "trade", "area_code", "hours", "effective_from", "effective_to")
    values = (["owner", ""], ["gas", ""], ["", ""], ["370213001", ""], ["08:00-20:00", ""], ["2026-01-01", ""], ["", ""])
    duties = dict(zip(fields, values, strict=True))
    assert "Saved." in administrator.post(f"{url}duties/", duties, follow=True).content.decode()
    assert watch.organisation.duties.get().hours == "08:00-20:00"
    page = text(administrator, url)
    assert '<span class="mono">370213001</span> Zhenhualu Subdistrict' in page, "no list gives its English name"
    with translation.override("zh-hans"):
        assert area_names(["370213001"]) == {"370213001": "振华路街道"}
    assert '<option value="370213003">' in page, "the others to choose from"
    room = Organisation.objects.get(code="government_duty_room", region_id=LICANG)
    administrator.post(f"{url}superior/", {"superior": room.pk})
    assert Organisation.objects.get(pk=watch.organisation.pk).superior == room
    assert signed_in(watch.desk).post(f"{url}duties/", duties).status_code == 403
    for point in ContactPoint.objects.filter(post=post):
        desk.post(f"{url}contacts/{point.pk}/remove/")
    desk.post(f"{url}posts/{post.pk}/remove/")
    assert not watch.organisation.posts.exists()


def test_weeks_are_asked_for_by_any_text(watch: Watch) -> None:
    for query in ("?from=", "?from=tomorrow", "?from=2026-13-45", f"?from={datetime.now(UTC):%Y}-01-01"):
        assert text(signed_in(watch.li), watch.url(query))
    User.objects.filter(pk=watch.li.pk).update(is_active=False)
    assert "account closed" in text(signed_in(watch.wang), watch.url())
