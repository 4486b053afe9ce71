"""Contact points that people enter for themselves: how many, which numbers, and that they count once their code came back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.contacts.policy import policy
from tocsin.jurisdiction.contacts.queries.phone_book import phone_book
from tocsin.jurisdiction.contacts.queries.points import contact_points_of
from tocsin.jurisdiction.contacts.services.confirming import confirm_contact_point
from tocsin.jurisdiction.contacts.services.points import add_contact_point
from tocsin.jurisdiction.people.models import User
from tocsin.notices.confirming.rules import CODE
from tocsin.notices.confirming.services import send_codes
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.sending.services.outbox import exchange
from tocsin.records.audit.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def officer(monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr("tocsin.notices.confirming.services.channels_set_up", lambda: {"sms", "screen"})
    return make_person("unit_desk", organisation="gas_company")


def own(user: User, kind: str, address: str) -> ContactPoint:
    return add_contact_point(actor=user, user_id=user.pk, kind=kind, address=address)


def message() -> str:
    now = timezone.now()
    (leased,) = exchange((), room={"sms": 10}, links="", now=now, machine_now=now + timedelta(seconds=1))
    return leased.letter.text


def test_a_number_counts_once_its_code_came_back(officer: User) -> None:
    point = own(officer, "sms", "13900001234")
    assert contact_points_of(officer).points == () and "13900001234" not in str(phone_book(officer))
    assert (send_codes(now=timezone.now()), send_codes(now=timezone.now())) == (1, 0)
    code = re.findall(r"\b\d{6}\b", message())[0]
    browser = signed_in(officer)
    for page in ("/account/notices/", "/notices/", "/notices/?state=all", "/notices/all/", "/api/v1/notices/notices"):
        assert code not in words_of(browser.get(page).content), page
    with pytest.raises(InvalidInput):
        confirm_contact_point(user=officer, contact_point_id=point.pk, code="x")
    with pytest.raises(ContactPoint.DoesNotExist):
        confirm_contact_point(user=make_person("viewer"), contact_point_id=point.pk, code=code)
    told = browser.post(f"/account/contacts/{point.pk}/confirm/", {"code": code}, follow=True).content.decode()
    assert "you are reached there from now on" in told
    assert [one.address for one in contact_points_of(officer).points] == ["13900001234"]
    details = AuditEntry.objects.get(action="contact.confirmed").details
    assert details == {"kind": "sms", "address": "…1234"}


def test_a_code_is_tried_five_times_and_holds_a_quarter_of_an_hour(officer: User) -> None:
    point = own(officer, "sms", "13900001234")
    for _try in range(policy().code_tries):
        with pytest.raises(InvalidInput):
            confirm_contact_point(user=officer, contact_point_id=point.pk, code="x")
    with pytest.raises(Conflict, match="too often"):
        confirm_contact_point(user=officer, contact_point_id=point.pk, code="x")
    ContactPoint.objects.filter(pk=point.pk).update(code_asked_at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(Conflict, match="too old"):
        confirm_contact_point(user=officer, contact_point_id=point.pk, code="x")


def test_codes_bomb_nobody(officer: User) -> None:
    for _again in range(6):
        own(officer, "sms", "13900001234").delete()
        own(officer, "sms", "13900001234")
        send_codes(now=timezone.now())
        ContactPoint.objects.all().delete()
    assert Sending.objects.filter(notice__purpose=CODE).count() == 3


@pytest.mark.parametrize("address", ["+44 20 7946 0000", "0044 20 7946 0000", "16812345678".replace("1", "9", 1), "+86 96 111"])
def test_numbers_that_cost_are_not_rung(officer: User, address: str) -> None:
    with pytest.raises(InvalidInput):
        own(officer, "sms", address)


def test_a_person_has_five_of_a_kind_and_others_enter_what_counts_at_once(officer: User) -> None:
    for number in range(policy().most_of_a_kind):
        own(officer, "sms", f"1390000000{number}")
    with pytest.raises(Conflict):
        own(officer, "sms", "13900000009")
    planner = make_person("shift_leader")
    entered = add_contact_point(actor=planner, user_id=officer.pk, kind="voice", address="13900000008")
    assert entered.confirmed_at is not None
    added = AuditEntry.objects.filter(action="contact.added").latest("at")
    assert (added.actor_id, added.region_code) == (planner.pk, LICANG)


def test_a_person_with_many_addresses_is_told_the_rest_in_summaries(officer: User) -> None:
    now = timezone.now()
    for number in range(40):
        notice = Notice.objects.create(
            person=officer, region_code=LICANG, purpose="told", why="symptom_owner", key=f"k{number}", written_at=now,
            deadline=now + timedelta(hours=1), urgent=True,
        )  # fmt: skip
        Sending.objects.create(notice=notice, channel="sms", address=f"139000000{number % 5}", not_before=now)
    leased: list[Any] = exchange((), room={"sms": 100}, links="", now=now, machine_now=now)
    assert len(leased) == 30 + 5
