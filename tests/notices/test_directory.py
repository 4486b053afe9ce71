"""By which ways bodies are reached: looked up one by one, and for many ahead."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import LICANG, make_named_person
from tests.usual_bodies import usual_bodies
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.rosters.models import Roster, RosterLayer, RosterMember
from tocsin.notices.messages.queries.directory import Directory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 7, 2, 0, tzinfo=UTC)


def bodies() -> list[Organisation]:
    return list(Organisation.objects.order_by("code").select_related("region"))


def test_ways_that_are_read_ahead_are_those_that_are_looked_up() -> None:
    usual = usual_bodies(LICANG)
    gas, heat = usual["gas_company"], usual["heating_company"]
    li = make_named_person("li", "unit_desk", gas)
    ContactPoint.objects.create(user=li, kind="sms", address="0001", order=1, confirmed_at=NOW)
    ContactPoint.objects.create(organisation=heat, kind="sms", address="0002", order=1)
    roster = Roster.objects.create(organisation=gas, name_zh="值班", name_en="Duty", order=1)
    layer = RosterLayer.objects.create(roster=roster, starts_on=date(2026, 1, 6))
    RosterMember.objects.create(layer=layer, position=0, user=li)

    one_by_one, ahead = Directory(NOW), Directory(NOW)
    known = bodies()
    with CaptureQueriesContext(connection) as asked:
        ahead.read_ahead(known)
    assert len(asked) == 3
    alone = {body.code: one_by_one.ways_to(body, None, AlarmLevel.ORANGE) for body in bodies()}
    assert {body.code: ahead.ways_to(body, None, AlarmLevel.ORANGE) for body in known} == alone
    assert {"0001"} <= {way.address for way in alone["gas_company"]}
    assert {"0002"} <= {way.address for way in alone["heating_company"]}
