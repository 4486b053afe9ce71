"""Devices with certificates over HTTPS: the shipped configurations in a real nginx, a real door behind it, headers that lie."""

import base64
import http.client
import json
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from pytest_django import DjangoDbBlocker

from tests.deploy.behind_nginx import NGINX, ROOT
from tests.ports import free_port
from tests.sensing.certificates.making import Made, made
from tests.sensing.running import RunningDoor
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.certificates.services.certificates import pin_certificate, revoke_certificate
from tocsin.sensing.devices.models import Device

pytestmark = [pytest.mark.nginx, pytest.mark.one_database]

CONSOLE, DEVICES = "localhost", "devices.localhost"
BODY = json.dumps({"values": {"methane": 2.5}})
SERVER = made("server", names=(x509.DNSName(CONSOLE), x509.DNSName(DEVICES)), uses=(ExtendedKeyUsageOID.SERVER_AUTH,))
OWN, OTHER = made("a maker's name"), made("nobody's")


class Site:
    """nginx with both files before a door."""

    def __init__(self, folder: Path, blocker: DjangoDbBlocker) -> None:
        self.folder, self.port = folder, free_port()
        self.door = RunningDoor(
            folder / "door",
            blocker,
            TOCSIN_TRUSTED_PROXIES="127.0.0.1",
            TOCSIN_CERTIFICATE_HEADER="X-Tocsin-Certificate",
        )
        with self.door._inside():
            device = Device.objects.get(code="well-1")
            given = {"device_id": device.pk, "content": OWN.der, "now": datetime.now(UTC)}
            self.pinned = pin_certificate(actor=system_actor(), **given)
        SERVER.write(folder, "console")
        SERVER.write(folder, "devices")
        (folder / "nginx.conf").write_text(self._configuration())
        self._nginx = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(folder / "nginx.conf")], stdin=subprocess.DEVNULL)
        limit = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._nginx.poll() is None, "nginx ended"
                assert time.monotonic() < limit
                time.sleep(0.05)

    def _configuration(self) -> str:
        text = "\n".join((ROOT / "deploy/nginx" / name).read_text() for name in ("tocsin.conf", "tocsin-devices.conf"))
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl;\n": "",
            "127.0.0.1:8001": f"127.0.0.1:{self.door.http_port}",
            "server_name tocsin.example.org": f"server_name {CONSOLE}",
            "server_name devices.tocsin.example.org": f"server_name {DEVICES}",
            "/etc/tocsin/": f"{self.folder}/",
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{name}_temp_path {self.folder}/{name};" for name in names)
        head = f"daemon off; pid {self.folder}/nginx.pid; error_log stderr crit; events {{}}\n"
        return f"{head}http {{ access_log off; {folders}\n{text}\n}}\n"

    def stop(self) -> None:
        self._nginx.terminate()
        self._nginx.wait(60)
        self.door.stop()

    def post(self, name: str, shown: Made | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Readings by the name of one of the two servers; status and text."""
        context = ssl.create_default_context(cafile=str(self.folder / "console.pem"))
        if shown is not None:
            context.load_cert_chain(*shown.write(self.folder, "shown"))
        line = context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 60), server_hostname=name)
        connection = http.client.HTTPConnection(name)
        connection.sock = line
        connection.request("POST", "/v1/readings", BODY, headers or {})
        answer = connection.getresponse()
        status, text = answer.status, answer.read().decode()
        connection.close()
        return status, text

    def straight(self, source: str, *headers: tuple[str, str]) -> int:
        """To the door itself, past the proxy, from an address of this machine."""
        connection = http.client.HTTPConnection("127.0.0.1", self.door.http_port, timeout=60, source_address=(source, 0))
        connection.putrequest("POST", "/v1/readings")
        for name, value in (*headers, ("Content-Length", str(len(BODY)))):
            connection.putheader(name, value)
        connection.endheaders(BODY.encode())
        return connection.getresponse().status


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    made_here = Site(tmp_path_factory.mktemp("site"), django_db_blocker)
    yield made_here
    made_here.stop()


def test_a_device_comes_with_its_certificate_or_its_secret(site: Site) -> None:
    limit = time.monotonic() + 60
    while (answer := site.post(DEVICES, OWN))[0] != 202:
        assert time.monotonic() < limit, answer
        time.sleep(0.2)  # the door has looked at the registry since
    assert json.loads(answer[1])["accepted"] == 1
    basic = "Basic " + base64.b64encode(f"well-2:{site.door.secrets['well-2']}".encode()).decode()
    assert site.post(DEVICES, None, {"Authorization": basic})[0] == 202
    assert site.post(DEVICES, OTHER, {"Authorization": basic})[0] == 202
    assert site.post(CONSOLE, None, {"Authorization": basic})[0] == 202
    assert site.post(DEVICES, OTHER)[0] == 401
    assert site.post(DEVICES)[0] == 401


def test_headers_that_lie_are_not_believed(site: Site) -> None:
    lie = {"X-Tocsin-Certificate": quote(OWN.pem)}
    assert site.post(DEVICES, None, lie)[0] == 401, "the proxy sets it, empty where no key was proved"
    assert site.post(CONSOLE, None, lie)[0] == 401, "a name that asks for no certificates hands on none"
    pair = ("X-Tocsin-Certificate", quote(OWN.pem))
    assert site.straight("127.0.0.2", pair) == 401, "who is no trusted proxy is not believed"
    forwarded = ("X-Forwarded-For", "127.0.0.1")
    assert site.straight("127.0.0.2", pair, forwarded) == 401
    assert site.straight("127.0.0.1", pair) == 202
    assert site.straight("127.0.0.1", pair, pair) == 400, "the proxy must set its header, not add to another"
    assert site.straight("127.0.0.1", ("X-Tocsin-Certificate", "nonsense")) == 400
    rfc9440 = base64.b64encode(OWN.der).decode()
    assert site.straight("127.0.0.1", ("X-Tocsin-Certificate", f":{rfc9440}:")) == 202


def test_a_revoked_one_is_refused_within_seconds(site: Site) -> None:
    with site.door._inside():
        revoke_certificate(actor=system_actor(), certificate_id=site.pinned.pk, now=datetime.now(UTC))
    limit = time.monotonic() + 10
    while site.post(DEVICES, OWN)[0] != 401:
        assert time.monotonic() < limit
        time.sleep(0.2)
    assert site.door.quarantine("well-1") == {"certificate_revoked": 1}
