"""A case tells who is near: people within the policy's distance, schools and hospitals within that of their kind."""

import pytest
from django.test import Client

from tests.atlas.exposure.bodies import body, keeper
from tests.command.street import Timeline, case_of
from tests.command.test_gathering import GAS
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.jurisdiction.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(street: None, time: Timeline) -> Case:
    """One alarm of gas."""
    alarm = time.at(0).rings(0, GAS)
    time.looks()
    return case_of(alarm)


def test_the_page_and_the_api_tell_who_is_near(case: Case, officer: User) -> None:
    told = describe_case(case)
    assert told.lon is not None
    assert told.lat is not None
    by = keeper()
    body(by, "第一小学", people_day=900, people_night=900, people_day_off=900, telephone="0532-7", lon=told.lon, lat=told.lat)
    body(by, "对面医院", "hospital", lon=told.lon, lat=told.lat + 0.006)
    body(by, "邻楼", "office", lon=told.lon, lat=told.lat + 0.006)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "about 900 people" in page
    assert "0532-7" in page
    assert "Draft a warning for them" in page
    answer = client.get(f"/api/v1/command/cases/{case.pk}/near").json()
    assert answer["people"] == 900
    assert [one["name"] for one in answer["bodies"]] == ["第一小学", "对面医院"]


def test_a_case_where_nothing_is_registered_says_so(case: Case, officer: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    assert "Nobody knows" in client.get(f"/cases/{case.number}/").content.decode()
