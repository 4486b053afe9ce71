"""Pages of sensors, devices and networks; the frame around them."""

import re
from pathlib import Path
from typing import Any

from django.test import Client

from tests.console.street import STREET
from tests.people import LICANG
from tocsin.jurisdiction.people.models import User
from tocsin.lifelines.models import Asset
from tocsin.portal.checks import built_assets
from tocsin.sensing.devices.models import Device, Sensor

HTMX = {"HX-Request": "true"}


def test_a_sensor_has_a_page_with_its_limits_and_history(viewer: Client, street: None) -> None:
    sensor = Sensor.objects.get()
    page = viewer.get(f"/sensing/sensors/{sensor.pk}/").content.decode()
    assert f"/api/v1/sensing/sensors/{sensor.pk}/readings" in page
    assert "level 3 (yellow) 25" in page and "level 1 (red) 100" in page and "%LEL" in page
    assert f"/api/v1/sensing/sensors/{sensor.pk}/expected" in page
    assert "Limits of its own" not in page  # a viewer changes nothing


def test_sensors_are_searched(viewer: Client, street: None) -> None:
    assert "WELL-1" in viewer.get("/sensing/sensors/?search=methane", headers=HTMX).content.decode()
    assert "No sensors found." in viewer.get("/sensing/sensors/?health=stuck").content.decode()


def test_an_engineer_changes_a_limit(engineer: Client, street: None) -> None:
    sensor = Sensor.objects.get()
    engineer.post(f"/sensing/sensors/{sensor.pk}/edit/", {"alarm_high": "20", "alarm_low": "", "enabled": "on"})
    sensor.refresh_from_db()
    assert (sensor.alarm_low, sensor.alarm_high, sensor.enabled) == (None, 20.0, True)
    page = engineer.post(f"/sensing/sensors/{sensor.pk}/edit/", {"alarm_high": "much"}, follow=True).content.decode()
    assert "“much” is no number." in page


def test_a_secret_is_shown_once(engineer: Client, street: None) -> None:
    answer = engineer.post("/sensing/devices/register/", {"code": "WELL-9", "name": "", "region_code": LICANG})
    secret = re.search(r'class="secret">\s*<span>(.+?)</span>', answer.content.decode())
    assert secret is not None
    device = Device.objects.get(code="WELL-9")
    assert secret[1] not in engineer.get(f"/sensing/devices/{device.pk}/").content.decode()
    assert engineer.post("/sensing/devices/register/", {"code": "WELL-9", "region_code": LICANG}).status_code == 400


def test_a_sensor_is_registered_on_its_devices_page(engineer: Client, street: None) -> None:
    device = Device.objects.get()
    form = {"channel": "level", "quantity": "level", "lon": "120.4", "lat": "36.18", "interval_s": "60"}
    assert engineer.post(f"/sensing/devices/{device.pk}/sensor/", form).status_code == 200
    assert device.sensors.filter(channel="level").exists()
    assert engineer.post(f"/sensing/devices/{device.pk}/sensor/", {**form, "channel": "x", "lon": "east"}).status_code == 400


def test_a_viewer_registers_nothing(viewer: Client, street: None) -> None:
    assert "Register a device" not in viewer.get("/sensing/devices/").content.decode()
    assert viewer.post("/sensing/devices/register/", {"code": "X", "region_code": LICANG}).status_code == 403
    assert viewer.get("/sensing/quarantine/").status_code == 403


def test_the_quarantine_is_open_to_those_who_mend(engineer: Client, street: None) -> None:
    assert "Everything could be read." in engineer.get("/sensing/quarantine/").content.decode()


def test_an_asset_tells_what_can_reach_it(viewer: Client, street: None) -> None:
    well = Asset.objects.get(code="M2")
    page = viewer.get(f"/lifelines/assets/{well.pk}/?hours=72").content.decode()
    assert STREET in page and "P1" in page
    assert "<html" not in viewer.get(f"/lifelines/assets/{well.pk}/?hours=1&medium=gas", headers=HTMX).content.decode()
    assert "P1" in viewer.get("/lifelines/assets/?kind=sewer", headers=HTMX).content.decode()


def test_the_language_is_kept_with_the_person(viewer: Client) -> None:
    answer = viewer.post("/language/", {"language": "zh-hans", "next": "/alarms/"})
    assert answer.headers["Location"] == "/alarms/"
    assert User.objects.get(username__startswith="viewer").language == "zh-hans"
    assert '<html lang="zh-hans"' in viewer.get("/alarms/").content.decode()
    assert viewer.post("/language/", {"language": "en", "next": "https://elsewhere.example/"}).headers["Location"] == "/"


def test_the_theme_is_drawn_by_the_server(viewer: Client) -> None:
    viewer.cookies["tocsin_theme"] = "light"
    assert 'data-theme="light"' in viewer.get("/alarms/").content.decode()
    viewer.cookies["tocsin_theme"] = '"><script>'
    assert 'data-theme="dark"' in viewer.get("/alarms/").content.decode()


def test_the_navigation_shows_what_one_may_open(viewer: Client, engineer: Client) -> None:
    assert "/sensing/quarantine/" not in viewer.get("/alarms/").content.decode()
    assert "/sensing/quarantine/" in engineer.get("/alarms/").content.decode()


def test_pages_come_with_a_content_security_policy(viewer: Client) -> None:
    policy = viewer.get("/alarms/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_health_needs_no_login(db: None) -> None:
    assert Client().get("/health/").json()["status"] == "ok"


def test_missing_assets_are_told_at_start(tmp_path: Path, settings: Any) -> None:
    settings.PACKAGE = tmp_path
    (found,) = built_assets(None)
    assert "uv sync --reinstall-package tocsin" in str(found.hint)
