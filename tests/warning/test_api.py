"""Alarms over the API: the shape of the contract, filters, rights across every border, few queries a page."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.people import make_person
from tests.warning.district import NOW, detection
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.services import detections as services

pytestmark = pytest.mark.django_db

URL = "/api/v1/warning/alarms"
SCOPES: tuple[Permission, ...] = ("alarms.see", "alarms.handle", "diagnosis.see")


class Program:
    """A program that speaks to the API in a person's name."""

    def __init__(self, person: User, scopes: tuple[Permission, ...] = SCOPES) -> None:
        token = create_token(user=person, name="test", scopes=scopes, now=timezone.now())[1]
        self._client = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})

    def get(self, path: str = "", **query: Any) -> tuple[int, Any]:
        answer = self._client.get(URL + path, query)
        return answer.status_code, answer.json()

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        answer = self._client.post(URL + path, body, content_type="application/json")
        return answer.status_code, answer.json()


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    services.apply_detections(detections=[detection(level=AlarmLevel.ORANGE)], now=NOW)
    return Alarm.objects.get()


def test_a_list_has_items_total_and_counts(alarm: Alarm, officer: User) -> None:
    services.apply_detections(detections=[detection(sensor=1, level=AlarmLevel.RED), detection(sensor=3)], now=NOW)
    status, answer = Program(officer).get()
    assert status == 200
    assert [item["title"] for item in answer["items"]] == ["Temperature 27 °C", "Combustible gas 27 %LEL"]
    assert answer["total"] == 2
    assert answer["counts"] == {"red": 1, "orange": 1, "yellow": 0, "blue": 0, "unacknowledged": 2, "set_aside": 0}
    item = answer["items"][1]
    assert item["id"] == str(alarm.pk)
    assert item["raised_at"].endswith("Z")
    assert (item["state"], item["level"], item["unit"], item["place"]) == (
        "active_unacknowledged", 3, "%LEL", "WELL-1 methane",
    )  # fmt: skip
    assert item["guidance"][0] == "Until measurement excludes it, handle this as a gas leak."
    assert item["cause"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 3),
        ({"level": 3}, 2),
        ({"quantity": "oxygen"}, 1),
        ({"search": "well-1 oxygen"}, 1),
        ({"search": "nothing like it"}, 0),
        ({"state": "all"}, 3),
        ({"state": "closed"}, 0),
        ({"state": "unacknowledged"}, 2),
        ({"state": "active_acknowledged"}, 1),
        ({"limit": 1, "offset": 1}, 1),
    ],
)
def test_filters(alarm: Alarm, officer: User, query: dict[str, Any], expected: int) -> None:
    services.apply_detections(detections=[detection(sensor=1, level=AlarmLevel.RED), detection(sensor=2)], now=NOW)
    services_acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    status, answer = Program(officer).get(**query)
    assert status == 200
    assert len(answer["items"]) == expected


def test_an_unknown_state_is_refused_with_the_known_ones(alarm: Alarm, officer: User) -> None:
    status, answer = Program(officer).get(state="ringing")
    assert (status, answer["code"]) == (400, "invalid_input")
    assert "active_unacknowledged" in answer["message"]


def test_everything_that_a_person_does(alarm: Alarm, officer: User, viewer: User) -> None:
    program, at = Program(officer), f"/{alarm.pk}"
    assert program.post(f"{at}/acknowledge", comment="on it")[1]["acknowledged_by"] == "duty_officer"
    assert program.post(f"{at}/acknowledge")[0] == 409
    assert program.post(f"{at}/comment", text="crew called")[0] == 200
    assert program.post(f"{at}/comment", text="")[0] == 422
    assert program.post(f"{at}/assign", person_id=str(viewer.pk))[1]["assigned_to"] == "viewer"
    assert program.post(f"{at}/level", level=4, reason="smell of gas")[1]["level"] == 4
    until = (settings.CONFIGURATION.clock.now() + timedelta(hours=1)).isoformat()
    shelved = program.post(f"{at}/shelve", until=until, reason="works")[1]
    assert (shelved["state"], shelved["shelved_by"]) == ("shelved", "duty_officer")
    assert program.post(f"{at}/shelve", until="2020-01-01T00:00:00Z", reason="works")[0] == 400
    assert program.post(f"{at}/unshelve")[1]["state"] == "active_unacknowledged"
    assert program.post(f"{at}/suppress", suppressed=True, reason="maintenance")[1]["state"] == "suppressed"
    assert program.post(f"{at}/suppress", suppressed=False, reason="done")[1]["state"] == "active_unacknowledged"
    assert program.post(f"{at}/reset")[0] == 409
    program.post(f"{at}/acknowledge")
    services.apply_detections(detections=[detection("clear")], now=NOW)
    assert program.get(at)[1]["state"] == "latched"
    assert program.post(f"{at}/reset")[1]["state"] == "normal"
    acts = [entry["act"] for entry in program.get(f"{at}/history")[1]]
    assert sorted(acts) == sorted(
        ["raised", "acknowledged", "commented", "assigned", "level_set", "shelved", "unshelved", "suppressed", "unsuppressed",
         "acknowledged", "cleared", "reset"]
    )  # fmt: skip
    assert {entry["channel"] for entry in program.get(f"{at}/history")[1]} == {"api", "detection"}
    assert program.get(f"{at}/diagnosis") == (200, None)


ACTS: list[tuple[str, dict[str, Any]]] = [
    ("acknowledge", {}),
    ("comment", {"text": "x"}),
    ("assign", {}),
    ("shelve", {"until": "2100-01-01T00:00:00Z", "reason": "x"}),
    ("unshelve", {}),
    ("suppress", {"suppressed": True, "reason": "x"}),
    ("reset", {}),
    ("level", {"level": 4, "reason": "x"}),
]


def test_nobody_reaches_across_a_border(alarm: Alarm, stranger: User) -> None:
    for person in (stranger, make_person("security_administrator"), make_person("audit_administrator")):
        program = Program(person)
        assert program.get(state="all")[1]["items"] == []
        for path in ("", "/history", "/diagnosis"):
            assert program.get(f"/{alarm.pk}{path}")[0] == 404
        for act, body in ACTS:
            assert program.post(f"/{alarm.pk}/{act}", **body)[0] == 404, act
    assert Alarm.objects.get().entries.count() == 1


def test_who_only_looks_changes_nothing_and_a_token_narrows_its_person(alarm: Alarm, viewer: User, officer: User) -> None:
    for program in (Program(viewer), Program(officer, ("alarms.see",))):
        assert program.get(f"/{alarm.pk}")[0] == 200
        for act, body in ACTS:
            assert program.post(f"/{alarm.pk}/{act}", **body)[0] == 403, act
    assert Program(officer, ("alarms.see",)).get(f"/{alarm.pk}/diagnosis")[0] == 404
    assert Client().get(URL).status_code == 401


def test_a_page_takes_as_many_queries_for_many_alarms_as_for_one(alarm: Alarm, officer: User) -> None:
    program = Program(officer)
    program.get()

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            program.get()
        return len(queries)

    before = count()
    services.apply_detections(
        detections=[detection(sensor=sensor, rule=rule) for sensor in (0, 1, 2) for rule in ("low", "zscore", "cusum")], now=NOW
    )
    assert count() == before <= 6  # token, rights, page, total, counts
