"""Devices with certificates (mosquitto_pub, paho, curl) at a real door with TLS."""

import queue
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from pytest_django import DjangoDbBlocker

from tests.languages import english as english
from tests.sensing.certificates.making import Made, list_of, made
from tests.sensing.running import RunningDoor
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.certificates.models import DeviceCertificate
from tocsin.sensing.certificates.services.authorities import enter_authority, make_authority, withdraw_authority
from tocsin.sensing.certificates.services.certificates import issue_key, pin_certificate, revoke_certificate
from tocsin.sensing.certificates.services.lists import take_list
from tocsin.sensing.devices.models import Device
from tocsin.sensing.quarantine.models import QuarantinedMessage

PATIENCE_S = 60
SERVER = made("localhost", names=(x509.DNSName("localhost"),), uses=(ExtendedKeyUsageOID.SERVER_AUTH,))


class Site:
    """The door, the files of devices, and what the city does."""

    def __init__(self, folder: Path, door: RunningDoor) -> None:
        self.folder, self.door = folder, door
        self.ca = str(folder / "door.pem")

    def city[Done](self, act: Callable[..., Done], **given: object) -> Done:
        """One act of a person who may."""
        with self.door._inside():
            return act(actor=system_actor(), now=datetime.now(UTC), **given)

    def id_of(self, code: str) -> object:
        with self.door._inside():
            return Device.objects.get(code=code).pk

    def pin(self, code: str, text: str) -> DeviceCertificate:
        return self.city(pin_certificate, device_id=self.id_of(code), content=text.encode())

    def publish(self, code: str, *login: str, value: float = 1.0) -> subprocess.CompletedProcess[str]:
        """`mosquitto_pub` once; its answer."""
        payload = f'{{"values": {{"methane": {value}}}}}'
        line = ["mosquitto_pub", "-h", "localhost", "-p", str(self.door.mqtt_port), "--cafile", self.ca, *login]
        line += ["-V", "mqttv311", "-q", "1", "-t", f"tocsin/{code}/readings", "-m", payload]
        return subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE_S, check=False)

    def refused(self, code: str, reason: str, before: int = 0) -> QuarantinedMessage:
        """What stands on the device's page for that reason, once it is written."""
        limit = time.monotonic() + PATIENCE_S
        while True:
            with self.door._inside():
                row = QuarantinedMessage.objects.filter(device_code=code, reason=reason, count__gt=before).first()
            if row is not None:
                return row
            assert time.monotonic() < limit, f"{reason} of {code or 'nobody'} was not counted"
            time.sleep(0.1)

    def row(self, found: Callable[[], DeviceCertificate | None]) -> DeviceCertificate:
        """A row, once the door has written it."""
        limit = time.monotonic() + PATIENCE_S
        while True:
            with self.door._inside():
                row = found()
            if row is not None:
                return row
            assert time.monotonic() < limit, "the door has not written it"
            time.sleep(0.1)

    def files(self, one: Made, name: str) -> tuple[str, ...]:
        certificate, key = one.write(self.folder, name)
        return ("--cert", certificate, "--key", key)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    certificate, key = SERVER.write(folder, "door")
    door = RunningDoor(
        tmp_path_factory.mktemp("door"),
        django_db_blocker,
        TOCSIN_MQTT_TLS_CERTIFICATE=certificate,
        TOCSIN_MQTT_TLS_KEY=key,
    )
    yield Site(folder, door)
    door.stop()


class Connected:
    """A paho client that stays."""

    def __init__(self, site: Site, certificate: str, key: str, name: str = "stays") -> None:
        self.answers: queue.Queue[int] = queue.Queue()
        self.disconnected = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv5)
        context = ssl.create_default_context(cafile=site.ca)
        context.load_cert_chain(certificate, key)
        self.client.tls_set_context(context)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda *values: self.answers.put(values[3].value)
        self.client.on_disconnect = lambda *values: self.disconnected.set()
        self.client.connect("localhost", site.door.mqtt_port, keepalive=20)
        self.client.loop_start()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_a_pinned_certificate_is_a_login_and_a_secret_still_is(site: Site) -> None:
    secret = ("-u", "well-1", "-P", site.door.secrets["well-1"])
    assert site.publish("well-1", *secret).returncode == 0, "before anybody has a certificate"
    own = made("what the maker calls it", key=rsa.generate_private_key(65_537, 2048))
    pinned = site.pin("well-1", own.pem)
    files = site.files(own, "own")
    limit = time.monotonic() + PATIENCE_S
    while (answer := site.publish("well-1", *files)).returncode != 0:
        assert time.monotonic() < limit, answer.stderr
        time.sleep(0.2)  # the door has looked at the registry since
    assert site.publish("well-1", *files, "-u", "well-1").returncode == 0
    assert site.publish("well-1", *secret).returncode == 0
    other = site.files(made("of somebody's factory"), "factory")
    assert site.publish("well-1", *secret, *other).returncode == 0, "a secret decides where one is sent"
    used = site.row(lambda: DeviceCertificate.objects.filter(pk=pinned.pk, used_at__isnull=False).first())
    assert used.key == "RSA 2048"
    assert site.publish("well-1", "-u", "well-1", "-P", "wrong", *files).returncode != 0


def test_of_a_fingerprint_alone_the_rest_is_learnt(site: Site) -> None:
    own = made("by its fingerprint")
    pinned = site.pin("well-2", own.fingerprint.upper())
    assert site.publish("well-2", *site.files(own, "pinned")).returncode == 0
    used = site.row(lambda: DeviceCertificate.objects.filter(pk=pinned.pk).exclude(pem="").first())
    assert (used.subject, used.pem) == ("CN=by its fingerprint", own.pem)


def test_who_is_refused_is_told_why_on_the_device(site: Site) -> None:
    day = datetime.now(UTC) - timedelta(days=1)
    expired = made("old", begins=day - timedelta(days=9), ends=day)
    site.pin("well-3", expired.fingerprint)
    foreign = made("well-3", by=made("Somebody", authority=True))
    mine = made("of well-3")
    site.pin("well-3", mine.pem)
    weak = made("weak", key=rsa.generate_private_key(65_537, 1024))  # noqa: S505 - weak on purpose
    site.pin("well-3", weak.fingerprint)
    assert site.publish("well-3", *site.files(mine, "mine")).returncode == 0
    for name, shown, login, code, reason, words in (
        ("expired", expired, (), "well-3", "certificate_expired", f"expired on {day:%Y-%m-%d %H:%M} UTC"),
        ("foreign", foreign, (), "well-3", "certificate_unknown", "no authority that is enrolled has signed it"),
        ("another", mine, ("-u", "well-4"), "well-4", "certificate_of_another", "is not of this device"),
        ("nobody", made("x"), (), "", "certificate_unknown", "is not known"),
    ):
        answer = site.publish("well-3", *site.files(shown, name), *login)
        assert answer.returncode != 0, name
        row = site.refused(code, reason)
        assert words in row.detail, name
        assert "127.0.0.1" in row.detail


def test_a_revoked_one_loses_its_connection_and_does_not_come_back(site: Site) -> None:
    site.city(make_authority, name="City", region_code="370200")
    issued = site.city(issue_key, device_id=site.id_of("well-4"))
    certificate, key = site.folder / "issued.pem", site.folder / "issued.key"
    certificate.write_text(issued.certificate.pem)
    key.write_text(issued.key_pem)
    limit = time.monotonic() + PATIENCE_S
    while site.publish("well-4", "--cert", str(certificate), "--key", str(key)).returncode != 0:
        assert time.monotonic() < limit
        time.sleep(0.2)
    device = Connected(site, str(certificate), str(key))
    assert device.answers.get(timeout=PATIENCE_S) == 0
    began = time.monotonic()
    site.city(revoke_certificate, certificate_id=issued.certificate.pk)
    assert device.disconnected.wait(10), "it is cut off"
    assert time.monotonic() - began < 5
    assert device.answers.get(timeout=PATIENCE_S) != 0, "paho tries again, and is refused"
    device.close()
    assert "was revoked on" in site.refused("well-4", "certificate_revoked").detail


def test_a_makers_authority_lets_its_devices_in_until_it_is_withdrawn(site: Site) -> None:
    maker = made("Maker", authority=True)
    shown = made("well-2", by=maker)
    files = site.files(shown, "signed")
    entered = site.city(enter_authority, name="Maker", region_code="370213", content=maker.pem.encode())
    limit = time.monotonic() + PATIENCE_S
    while site.publish("well-2", *files).returncode != 0:
        assert time.monotonic() < limit
        time.sleep(0.2)
    row = site.row(lambda: DeviceCertificate.objects.filter(fingerprint=shown.fingerprint, way="maker").first())
    assert row.authority_id == entered.pk
    device = Connected(site, *shown.write(site.folder, "signed"))
    assert device.answers.get(timeout=PATIENCE_S) == 0
    site.city(withdraw_authority, authority_id=entered.pk)
    assert device.disconnected.wait(10), "it is cut off"
    device.close()
    before = 0
    assert site.publish("well-2", *files).returncode != 0
    assert site.refused("well-2", "certificate_unknown", before)


def test_a_device_that_its_maker_revokes_is_put_out_and_does_not_come_back(site: Site) -> None:
    maker = made("Second maker", authority=True)
    revoked, other = made("well-3", by=maker), made("well-4", by=maker)
    entered = site.city(enter_authority, name="Second", region_code="370200", content=maker.pem.encode())
    files, others = site.files(revoked, "revoked"), site.files(other, "left")
    limit = time.monotonic() + PATIENCE_S
    while site.publish("well-3", *files).returncode != 0:
        assert time.monotonic() < limit
        time.sleep(0.2)
    device = Connected(site, *revoked.write(site.folder, "revoked"))
    beside = Connected(site, *other.write(site.folder, "left"), name="beside")
    assert (device.answers.get(timeout=PATIENCE_S), beside.answers.get(timeout=PATIENCE_S)) == (0, 0)
    began = time.monotonic()
    site.city(take_list, authority_id=entered.pk, content=list_of(maker, (revoked, x509.ReasonFlags.key_compromise)))
    assert device.disconnected.wait(10), "it is cut off"
    assert time.monotonic() - began < 5
    assert device.answers.get(timeout=PATIENCE_S) != 0, "paho tries again, and is refused"
    device.close()
    detail = site.refused("well-3", "certificate_revoked").detail
    assert "was revoked by its maker on" in detail
    assert "its key is in other hands" in detail
    assert site.publish("well-3", *files).returncode != 0
    assert not beside.disconnected.is_set(), "whoever is not on the list stays"
    assert site.publish("well-4", *others).returncode == 0
    beside.close()
    site.city(withdraw_authority, authority_id=entered.pk)
