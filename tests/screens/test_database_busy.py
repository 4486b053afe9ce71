"""A database that is busy for longer than a request waits, or away: who asks is told to come again, and nothing fails."""

from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from tests.people import make_person
from tocsin.jurisdiction.people.services import logins
from tocsin.warning.alarms import api as alarms_api

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def is_locked(*_arguments: object, **_named: object) -> None:
    raise OperationalError("database is locked")


def test_signing_in_while_nobody_can_write(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "sign_in_by_password", is_locked)
    answer = client.post("/login/", {"username": "duty", "password": "x"}, headers={"accept-language": "en"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database is busy" in answer.content.decode()


def test_a_program_is_told_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(make_person("duty_officer"))
    monkeypatch.setattr(alarms_api, "visible_alarm", is_locked)
    answer = client.get(f"/api/v1/warning/alarms/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
