"""A person's own data: all of it, nobody else's, no secret, a few times a day."""

import io
import json
import zipfile

import pytest
from django.conf import settings
from django.utils import timezone

from tests.people import make_person, signed_in
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.records.audit.services import record_audit

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def notice_to(person: User) -> Notice:
    now = timezone.now()
    return Notice.objects.create(
        person=person,
        region_code="370213",
        purpose="told",
        why="symptom_owner",
        key=f"k-{person.pk}",
        subject_label=f"case of {person.username}",
        written_at=now,
        deadline=now,
    )


def test_a_person_gets_their_own_data_and_nobody_elses() -> None:
    officer, other = make_person("duty_officer"), make_person("viewer")
    push = '{"endpoint":"https://push.example.org/x","keys":{"p256dh":"k","auth":"push-secret"}}'
    ContactPoint.objects.create(user=officer, kind="sms", address="13900001234")
    ContactPoint.objects.create(user=officer, kind="web_push", address=push)
    ContactPoint.objects.create(user=other, kind="sms", address="13900009999")
    _token, secret = create_token(user=officer, name="lamp", scopes=("alarms.see",), now=timezone.now(), days=3)
    for person in (officer, other):
        notice_to(person)
        record_audit(person, "alarm.acknowledged", "alarm", f"of {person.username}", "370213")
    browser = signed_in(officer)
    assert "My data" in browser.get("/account/").content.decode()
    answer = browser.post("/account/own-data/")
    assert answer["Content-Type"] == "application/zip" and answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told, text = (archive.read(name).decode() for name in ("own-data.json", "own-data.txt"))
    found = json.loads(told)
    assert set(settings.OWN_DATA) <= set(found)
    assert [one["name"] for one in found["tokens"]] == ["lamp"]
    assert f"case of {officer.username}" in str(found["notices"])
    for said in (told, text):
        assert "13900001234" in said and officer.username in said and f"of {officer.username}" in said
        for hidden in ("13900009999", other.username, "push-secret", secret, officer.password):
            assert hidden not in said
    assert AuditEntry.objects.filter(action="person.exported", actor_id=officer.pk).count() == 1


def test_it_is_fetched_three_times_a_day_at_the_screen_alone() -> None:
    officer = make_person("duty_officer")
    browser = signed_in(officer)
    for _time in range(3):
        assert browser.post("/account/own-data/")["Content-Type"] == "application/zip"
    assert "come again tomorrow" in browser.post("/account/own-data/", follow=True).content.decode()
    assert browser.get("/account/own-data/").status_code == 405
