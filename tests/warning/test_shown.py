"""What was shown to whom: kept once per person, diagnosis, language and channel, and listed for those who may see diagnoses."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import make_person
from tests.warning.ranked import diagnose, ranked_alarm
from tests.warning.test_feedback_pages import HTMX, signed_in, text_of
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    return ranked_alarm()


def rows() -> list[tuple[Any, ...]]:
    return list(Shown.objects.order_by("at", "id").values_list("person__name", "language", "channel", "ranking"))


def test_the_drawer_and_the_api_keep_what_they_show_once(alarm: Alarm, officer: User, viewer: User) -> None:
    ranking = [["gas_main_leak", 0.5, "gas_main_leak-1"], ["heat_main_leak_biogas", 0.4, "heat_main_leak_biogas-1"]]
    ranking += [["unknown", 0.1, ""]]
    client = signed_in(officer)
    first = client.get(f"/alarms/{alarm.pk}/", headers=HTMX)
    client.get(f"/alarms/{alarm.pk}/", headers=HTMX)
    assert rows() == [("duty_officer", "en", "console", ranking)]
    assert Shown.objects.get().story in first.content.decode()
    told = client.get(f"/api/v1/warning/alarms/{alarm.pk}/diagnosis").json()
    signed_in(viewer).get(f"/alarms/{alarm.pk}/", headers=HTMX)
    diagnose(alarm, (("no_event", 0.98, ""), ("unknown", 0.01, "")))
    client.cookies["django_language"] = "zh-hans"
    client.get(f"/alarms/{alarm.pk}/", headers=HTMX)
    assert [row[:3] for row in rows()] == [
        ("duty_officer", "en", "console"),
        ("duty_officer", "en", "api"),
        ("viewer", "en", "console"),
        ("duty_officer", "zh-hans", "console"),
    ]
    assert rows()[-1][3] == [["no_event", 0.98, ""]]  # what is too unlikely to be shown was not shown
    listed = client.get(f"/api/v1/warning/alarms/{alarm.pk}/shown").json()
    assert [one["channel"] for one in listed] == ["console", "api", "console", "console"]
    assert listed[1]["story"] == told["story"]


def test_who_has_seen_what_is_listed_for_those_who_see_diagnoses(alarm: Alarm, officer: User, stranger: User) -> None:
    client = signed_in(officer)
    page = client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    assert f'hx-get="/alarms/{alarm.pk}/shown/"' in page
    lines = text_of(client.get(f"/alarms/{alarm.pk}/shown/", headers=HTMX))
    assert "Shown to duty_officer: Gas main leak 50 %" in lines
    assert signed_in(stranger).get(f"/alarms/{alarm.pk}/shown/").status_code == 404
    assert signed_in(make_person("audit_administrator")).get(f"/alarms/{alarm.pk}/shown/").status_code == 404
    assert signed_in(stranger).get(f"/api/v1/warning/alarms/{alarm.pk}/shown").status_code == 404


def test_to_keep_it_costs_one_query_of_a_drawer_that_was_open_before(alarm: Alarm, officer: User) -> None:
    client = signed_in(officer)
    client.get(f"/alarms/{alarm.pk}/", headers=HTMX)
    with CaptureQueriesContext(
        connection,
    ) as told:
        client.get(f"/alarms/{alarm.pk}/", headers=HTMX)
    assert sum("warning_shown" in one["sql"] for one in told.captured_queries) == 1
