"""A street with one well, its sensor, an alarm there, and people with different rights."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from tests.console.street import STREET, feature, person
from tests.languages import english as english
from tests.people import LICANG, signed_in
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.detections import apply_detections


@pytest.fixture
def street(db: None) -> None:
    """well M1 ── sewer P1 ── well M2, with a methane sensor in M1."""
    ensure_regions()
    import_network(
        actor=system_actor(),
        region_code=LICANG,
        features=[
            feature("M1", "manhole", [120.40, 36.18], owner="drainage_bureau", street=STREET, utility="sewer", depth_m=2.0),
            feature("M2", "manhole", [120.41, 36.18], owner="drainage_bureau", street=STREET, utility="sewer", depth_m=2.5),
            feature("P1", "sewer", [[120.40, 36.18], [120.41, 36.18]], owner="drainage_bureau", from_node="M1", to_node="M2"),
        ],
    )
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="WELL-1", region_code=LICANG)],
        sensors=[
            NewSensor(
                device_code="WELL-1",
                channel="methane",
                quantity="methane",
                lon=120.40,
                lat=36.18,
                asset_code="M1",
                alarm_high=25.0,
            )
        ],
    )


@pytest.fixture
def alarm(street: None) -> Alarm:
    now: datetime = settings.CONFIGURATION.clock.now().replace(microsecond=0)
    raised = Detection(
        id=new_id(),
        sensor=0,
        rule="high",
        edge="raise",
        level=AlarmLevel.RED,
        ts=round(now.timestamp() * 1000),
        value=27.0,
        limit=25.0,
        latching=True,
    )
    apply_detections(detections=[raised], now=now.astimezone(UTC))
    return Alarm.objects.get()


@pytest.fixture
def officer(db: None) -> Client:
    return signed_in(person("duty_officer"))


@pytest.fixture
def viewer(db: None) -> Client:
    return signed_in(person("viewer"))


@pytest.fixture
def engineer(db: None) -> Client:
    return signed_in(person("rule_engineer"))
