"""The page of a case stays light in a long night: seventy notices, six units with thirty entries each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.clocks import stand_at
from tests.command.orders import LEAK, bodies, do, now, send
from tests.command.street import START, Timeline, case_of
from tests.people import LICANG
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.notices import face as notices
from tocsin.notices.messages.models import Notice
from tocsin.portal.templatetags.quantities import due_time

__all__ = ["bodies", "now"]
pytestmark = pytest.mark.django_db
MOST_BYTES = 100_000
MOST_QUERIES = 150
UNITS = ("gas_company", "heating_company", "water_company", "fire_rescue", "traffic_police", "drainage_bureau")


def test_a_long_night_is_a_light_page(bodies: dict[str, Organisation], now: Timeline, officer: User) -> None:
    Organisation.objects.update(telephone="0532-1")
    alarm = now.at(0).rings(3, LEAK)
    now.looks()
    case = case_of(alarm)
    orders = [
        send(case, bodies[code], OrderRole.LEAD if code == "gas_company" else OrderRole.ASSISTING)
        for code in UNITS
        if code in bodies
    ]
    for order in orders:
        do(order, OrderAct.ACCEPT)
        for minute in range(10):
            do(order, OrderAct.NOTE, EntryData(text=f"note {minute}"), minutes=10 + minute)
    directory = notices.Directory(START + timedelta(hours=1))
    drafts = [
        notices.Draft("remind", "unit", True, f"night-{number}", subject_of(case), orders[number % len(orders)].unit)
        for number in range(70)
    ]
    notices.write_all(drafts, directory)
    assert Notice.objects.filter(region_code=LICANG).count() > 70
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(officer)
    address = f"/cases/{case.number}/"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(address)
    text = page.content.decode()
    assert text.count('name="fate"') <= 8  # one form for all calls
    assert text.count(str(bodies["city_management_bureau"].pk)) <= 2  # the list of bodies once
    assert text.count("data-line=") == 25
    assert client.get(f"{address}?lines=all").content.decode().count("data-line=") > 50
    assert len(page.content) <= MOST_BYTES
    assert len(queries) <= MOST_QUERIES


def test_a_deadline_of_another_day_says_the_day(monkeypatch):
    stand_at(monkeypatch, START)
    assert due_time(START + timedelta(hours=1)) == "10:00"
    assert due_time(START + timedelta(days=1)) == "11-25 09:00"


def test_after_a_finding_the_causes_are_no_longer_called_a_proposal():
    told = {"may_see_diagnosis": True, "hypotheses": [{"label": "leak", "percent": 99}], "diagnosed_at": START}
    assert "A proposal, no finding" in render_to_string("command/case_page/_causes.html", told)
    after = render_to_string("command/case_page/_causes.html", told | {"true_cause": "digging"})
    assert "A proposal" not in after
    assert "people have found: digging" in after
