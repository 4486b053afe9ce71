"""What is older than its policy keeps goes, is told and is held back where somebody holds it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.people import LICANG, make_person, signed_in
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.base.ids import new_id
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.accounts import disable_person, enable_person
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.models import Grant
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.records.audit.services import record_audit
from tocsin.records.retention.policy import retention
from tocsin.records.retention.services.forgetting import forget_what_is_old
from tocsin.records.retention.services.holds import lift_hold, place_hold

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NUMBER = "370213-20200101-0001"


def notice(age_days: float, **fields: Any) -> Notice:
    now = timezone.now()
    told = {"purpose": "told", "why": "symptom_owner", "fate": "read", **fields}
    at = now - timedelta(days=age_days)
    return Notice.objects.create(region_code=LICANG, key=str(new_id()), written_at=at, deadline=at, **told)


def administrator(name: str) -> User:
    person = User.objects.create_user(name, "a long password")
    Grant.objects.create(user=person, role="system_administrator", region_code="000000")
    return person


def test_notices_go_after_their_time_but_for_what_waits_rings_or_is_held() -> None:
    days = retention().notices_days
    first, second = administrator("one"), administrator("two")
    hold = place_hold(actor=first, number=NUMBER, reason="an inquiry")
    parent = notice(days + 2)
    old = [parent, notice(days + 1, instead_of=parent)]
    kept = [
        notice(days - 1),
        notice(days + 1, fate="queued"),
        notice(days + 1, untold_at=timezone.now(), purpose="escalate"),
    ]
    held = notice(days + 1, subject_label=NUMBER)
    while forget_what_is_old(now=timezone.now()):
        pass
    assert set(Notice.objects.values_list("pk", flat=True)) == {one.pk for one in (*kept, held)}
    counts = [one.details["count"] for one in AuditEntry.objects.filter(action="retention.deleted", object_id="notices")]
    assert sum(counts) == len(old)
    with pytest.raises(NotAllowed):
        lift_hold(actor=first, hold_id=hold.pk)
    lift_hold(actor=second, hold_id=hold.pk)
    assert forget_what_is_old(now=timezone.now()) == 1 and not Notice.objects.filter(pk=held.pk).exists()


def test_who_left_becomes_a_pseudonym_in_histories(capsys: pytest.CaptureFixture[str]) -> None:
    person, boss = make_person("duty_officer"), administrator("one")
    ContactPoint.objects.create(user=person, kind="sms", address="13900001234")
    told = notice(1, person=person)
    record_audit(person, "alarm.acknowledged", "alarm", "1", LICANG)
    disable_person(actor=boss, user_id=person.pk)
    call_command("retention")
    assert "people: 365 days (records.retention); this would delete 0" in capsys.readouterr().out
    assert forget_what_is_old(now=timezone.now() + timedelta(days=retention().people_days - 1)) == 0
    assert forget_what_is_old(now=timezone.now() + timedelta(days=retention().people_days + 1)) == 1
    person.refresh_from_db()
    assert str(person) == f"former-{person.pk.hex[-12:]}" and not person.has_usable_password()
    assert not person.contact_points.exists() and not person.grants.exists()
    told.refresh_from_db()
    assert str(told.person) == str(person)
    assert AuditEntry.objects.get(action="alarm.acknowledged").actor_name == "duty_officer"  # by law, for its own time
    with pytest.raises(Conflict):
        enable_person(actor=boss, user_id=person.pk)
    assert system_actor().username == "system"


def test_the_page_tells_what_would_go_and_holds_cases() -> None:
    notice(retention().notices_days + 1)
    browser = signed_in(administrator("one"))
    page = browser.get("/system/retention/").content.decode()
    assert "1 older than" in page and "/policy/records.retention/" in page
    told = browser.post("/system/retention/holds/", {"number": NUMBER, "reason": "a court"}, follow=True).content.decode()
    assert "The case is held." in told and NUMBER in told
    assert signed_in(make_person("viewer")).get("/system/retention/").status_code == 403
    call_command("retention", "--now")
    assert not Notice.objects.exists()
