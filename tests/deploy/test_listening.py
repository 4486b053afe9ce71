"""What the shipped files bind, and where: read as the units and nginx read them."""

import os
import re
from pathlib import Path

import pytest

from tocsin.portal.configuration import Configuration
from tocsin.sensing.doors.rules.settings import is_loopback

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"

pytestmark = pytest.mark.one_database


def shipped(monkeypatch: pytest.MonkeyPatch) -> Configuration:
    """The settings of `deploy/tocsin.env` and of nothing else."""
    for name in [name for name in os.environ if name.startswith("TOCSIN_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    for name, value in re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / "tocsin.env").read_text(encoding="utf-8"), re.MULTILINE):
        monkeypatch.setenv(name, value)
    return Configuration.from_environment()


def test_only_the_mqtt_door_is_heard_beyond_loopback_and_it_has_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shipped(monkeypatch)
    bound = {"web": settings.http_host, **settings.door_hosts}
    assert {name for name, host in bound.items() if not is_loopback(host)} == {"mqtt"}
    assert settings.mqtt_tls_certificate
    assert settings.mqtt_tls_key
    assert not settings.doors_in_clear


def test_the_units_take_these_settings_and_no_others() -> None:
    for unit in (DEPLOY / "systemd").glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        assert re.findall(r"^EnvironmentFile=(.*)$", text, re.MULTILINE) == ["/etc/tocsin/tocsin.env"]
        assert not re.findall(r"^Environment=.*TOCSIN_(?:DOOR|HTTP|MQTT)", text, re.MULTILINE)


def test_nginx_leads_to_what_listens_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shipped(monkeypatch)
    upstreams = re.findall(
        r"^upstream (\w+) +\{ server ([\d.]+):(\d+);", (DEPLOY / "nginx/tocsin.conf").read_text(), re.MULTILINE
    )
    assert upstreams == [
        ("tocsin_web", settings.http_host, str(settings.http_port)),
        ("tocsin_door", settings.door_hosts["http"], str(settings.door_ports["http"])),
    ]
