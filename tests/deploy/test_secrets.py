"""No secret is written anywhere but where it is kept: not into logs at DEBUG, errors, audit details, events or quarantine."""

import asyncio
import base64
import dataclasses
import http.server
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.utils import timezone

from tests.accounts import PersonMaker
from tests.accounts import make_person as make_person
from tests.accounts import regions as regions
from tests.languages import english as english
from tests.people import LICANG
from tests.sensing.doors import DoorInMemory, device
from tocsin.base.errors import Unavailable
from tocsin.base.secret_files import kept_secret
from tocsin.bus.connection import connect
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.people.services import tokens as services
from tocsin.notices.channels.rules.letters import Letter
from tocsin.notices.channels.services.gateway import Gateway, GatewaySettings
from tocsin.notices.inbox.views import links
from tocsin.portal.configuration import Configuration
from tocsin.portal.logs import OneLine
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.doors.api.http import Application

pytestmark = pytest.mark.one_database


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged with TOCSIN_LOG_LEVEL=DEBUG, as a process would write it."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    handler.setFormatter(OneLine())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("tests").debug("is heard")
    yield text
    assert "is heard" in text.getvalue()
    root.removeHandler(handler)
    root.setLevel(before)


def rows() -> str:
    """What the database keeps of acts and news."""
    return "".join(serializers.serialize("json", model.objects.all()) for model in (AuditEntry, OutboxEvent))


@pytest.mark.django_db
def test_people_and_programs(written: io.StringIO, make_person: PersonMaker) -> None:
    """Signing in, wrong and right; a password changed; a token made, used and used wrongly; a device registered."""
    person = make_person("rule_engineer", LICANG, username="engineer")
    secrets = {"right": "a lantern for 7 ships", "wrong": "a candle for 8 boats", "new": "an anchor for 9 rafts"}
    client = Client(raise_request_exception=False)
    for name in ("wrong", "right"):
        client.post("/login/", {"username": "engineer", "password": secrets[name]})
    client.force_login(person)
    client.post("/account/password/", {"old": secrets["right"], "new": secrets["new"], "again": secrets["new"]})
    _token, secrets["token"] = services.create_token(
        user=person, name="program", scopes=("sensors.see", "sensors.manage"), now=timezone.now()
    )
    secrets["guessed"] = "tocsin_" + "g" * 43
    for name in ("token", "guessed"):
        headers = {"Authorization": f"Bearer {secrets[name]}"}
        Client().get("/api/v1/jurisdiction/me", headers=headers)
        made = Client().post(
            "/api/v1/sensing/devices",
            json.dumps({"code": "well-1", "region_code": LICANG}),
            content_type="application/json",
            headers=headers,
        )
        if made.status_code < 300:
            secrets["device"] = made.json()["secret"]
    assert "device" in secrets
    told = written.getvalue() + rows()
    assert [name for name, secret in secrets.items() if secret in told] == []
    assert AuditEntry.objects.filter(action="token.created").exists()


def test_devices(written: io.StringIO) -> None:
    """A wrong secret at the HTTP door: told with the address, not with what was tried."""
    secrets = ["right-of-well-1", "wrong-of-well-1"]

    async def call(door: DoorInMemory, secret: str) -> list[Any]:
        sent: list[Any] = []
        header = b"Basic " + base64.b64encode(f"well-1:{secret}".encode())
        scope = {"path": "/v1/readings", "method": "POST", "headers": [(b"authorization", header)], "client": ("192.0.2.7", 1)}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b'{"values": {"methane": 1}}', "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await Application(door.gatehouse)(scope, receive, send)
        return sent

    async def play() -> str:
        door = DoorInMemory(device("well-1", secrets[0]))
        answers = [await call(door, secret) for secret in secrets]
        door.appending.cancel()
        assert [answer[0]["status"] for answer in answers] == [202, 401]
        aside = door.gatehouse.ledger._aside
        return f"{answers} {aside} {[one.why.in_english for one in aside.values()]}"

    told = asyncio.run(play()) + written.getvalue()
    assert "192.0.2.7" in told
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.django_db
def test_one_time_links(written: io.StringIO, regions: None) -> None:
    """The address of a link is its key: a refusal tells its form."""
    for _try in range(22):
        status = Client().post("/n/the-token-of-a-link/", {"act": "sign"}).status_code
    assert status == 429
    told = written.getvalue()
    assert "/n/<str:token>/ by a stranger from 127.0.0.1: refused with 429" in told
    assert "the-token-of-a-link" not in told


@pytest.mark.django_db
def test_a_failure_at_a_one_time_link_does_not_tell_its_key(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django tells the path of what failed, and a traceback may, too."""
    monkeypatch.setattr(links, "read_token", lambda token, _secret: 1 / 0)
    client = Client(raise_request_exception=False)
    assert client.get("/n/AAAAAAAAAAAAAAAAAAAAAe1CWtIzejy9Yc7VXUb98Kg/").status_code == 500
    told = written.getvalue()
    assert "/n/…/" in told and "ZeroDivisionError" in told
    assert "AAAAAAAAAAAAAAAAAAAAAe1" not in told


@pytest.mark.django_db
def test_one_offender_does_not_fill_the_log(written: io.StringIO) -> None:
    """A few lines in a minute, and of all together a bounded number; what was kept silent is counted."""
    for number in range(50):
        assert Client(REMOTE_ADDR="198.51.100.9").get(f"/api/v1/warning/alarms?{number}").status_code == 401
    Client(REMOTE_ADDR="198.51.100.10").get("/api/v1/warning/alarms")
    told = written.getvalue()
    assert told.count("from 198.51.100.9: refused with 401") == 5
    assert told.count("from 198.51.100.10: refused with 401") == 1


class Failing(http.server.BaseHTTPRequestHandler):
    """A gateway that fails."""

    def do_POST(self) -> None:
        self.send_response(500)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


def test_gateways(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys in address, header and body, while the gateway fails and when nobody is there."""
    monkeypatch.setenv("TOCSIN_TEST_GATEWAY", "key-of-the-gateway")
    server = http.server.HTTPServer(("127.0.0.1", 0), Failing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    letter = Letter(id="1", address="13800000000", subject="s", text="t", redacted="r")
    words = ""
    for port in (server.server_port, 1):
        table = GatewaySettings(
            url=f"http://127.0.0.1:{port}/send?key=$secret",
            headers={"Authorization": "Bearer $secret"},
            body={"key": "$secret"},
            secret_env="TOCSIN_TEST_GATEWAY",
        )
        words += str(Gateway(table).send(letter))
    server.shutdown()
    server.server_close()
    assert "key-of-the-gateway" not in words + written.getvalue()


def test_addresses_of_database_and_bus(
    written: io.StringIO, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Servers that are not there, with passwords in their addresses."""
    bus = dataclasses.replace(settings.CONFIGURATION, nats_url="nats://user:password-of-bus@127.0.0.1:1")
    settings.CONFIGURATION = bus
    with pytest.raises(Unavailable) as refused:
        asyncio.run(connect(patience_s=0.0))
    monkeypatch.setenv("TOCSIN_OIDC_ISSUER", "https://provider.example")
    monkeypatch.setenv("TOCSIN_OIDC_CLIENT_ID", "tocsin")
    monkeypatch.setenv("TOCSIN_OIDC_SECRET", "password-of-client")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password-of-database@127.0.0.1:1/none")
    told = f"{refused.value} {bus} {Configuration.from_environment()} {written.getvalue()}"
    environment = {**os.environ, "TOCSIN_DATA": str(tmp_path), "TOCSIN_LOG_LEVEL": "DEBUG"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "-m", "tocsin.portal.cli", "prepare"], env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "127.0.0.1" in done.stderr
    assert re.findall(r"password-of-\w+", told + done.stdout + done.stderr) == []


def test_a_stranger_does_not_write_lines_of_the_log(written: io.StringIO) -> None:
    """What comes from outside stays on its line, and can't steer a terminal."""
    logging.getLogger("tocsin").warning("asked for %s", "/a\n2026-01-01 ERROR forged\x1b[2J\u2028next")
    lines = [line for line in written.getvalue().splitlines() if "asked for" in line]
    assert len(lines) == 1
    assert "forged\\x1b[2J\\x2028next" in lines[0]
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING tocsin ", lines[0])


@pytest.mark.django_db(databases=())
def test_whoever_comes_at_once_reads_one_whole_secret(tmp_path: Path) -> None:
    """Processes of a first start: no one may read a file that another has made and not yet written."""
    at_once = threading.Barrier(8)

    def begin(number: int, path: Path, read: list[bytes]) -> None:
        at_once.wait()
        read.append(kept_secret(path, lambda: b"%d" % number * 100_000))

    for attempt in range(40):
        path, read = tmp_path / f"{attempt}" / "key", list[bytes]()
        threads = [threading.Thread(target=begin, args=(number, path, read)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(read) == 8 and len(set(read)) == 1 and len(read[0]) == 100_000
        assert path.stat().st_mode & 0o777 == 0o600
        assert [one.name for one in path.parent.iterdir()] == ["key"]
