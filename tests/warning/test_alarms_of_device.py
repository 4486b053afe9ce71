"""The newest alarms on a device's page, as far as its reader sees alarms there."""

import pytest

from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.warning.district import NOW, detection, make_district
from tocsin.sensing.devices.models import Device
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.detections import apply_detections

pytestmark = pytest.mark.django_db


def test_an_alarm_is_seen_to_arrive_on_the_page_of_its_device() -> None:
    make_district()
    device = Device.objects.get(code="WELL-1")
    address = f"/alarms/of-device/{device.pk}/"
    client = signed_in(make_person("system_administrator", LICANG))
    assert "None has rung yet" in client.get(address).content.decode()
    assert 'id="alarms"' in client.get(f"/sensing/devices/{device.pk}/").content.decode()
    apply_detections(detections=[detection(), detection(sensor=3)], now=NOW)
    page = client.get(address).content.decode()
    assert page.count('href="/alarms/') == 1
    assert str(Alarm.objects.get(sensor__device=device).pk) in page


@pytest.mark.parametrize(("role", "region", "status"), [("unit_desk", LICANG, 403), ("system_administrator", SHINAN, 404)])
def test_others_are_told_nothing(role: str, region: str, status: int) -> None:
    make_district()
    device = Device.objects.get(code="WELL-1")
    client = signed_in(make_person(role, region, organisation="gas_company" if role == "unit_desk" else ""))
    assert client.get(f"/alarms/of-device/{device.pk}/").status_code == status
