"""Every channel against real servers on loopback: what the other side does becomes a verdict, never an exception."""

import base64
import contextlib
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.notices.gateways import HttpGateway, SmtpRelay, http_gateway, smtp_relay
from tocsin.federation.rules.outcomes import Outcome
from tocsin.federation.services.outgoing import Refused, allowed_address, request
from tocsin.notices.channels.queries import open_channels, read_tables
from tocsin.notices.channels.rules.letters import Channel, Letter
from tocsin.notices.channels.rules.verdicts import Fate, Verdict
from tocsin.notices.channels.services.email import EmailChannel
from tocsin.notices.channels.services.gateway import ReceiptForm, read_receipt
from tocsin.notices.channels.services.messenger import MessengerChannel
from tocsin.notices.channels.services.short_message import SmsChannel, VoiceChannel
from tocsin.notices.channels.services.web_push import WebPushChannel
from tocsin.notices.channels.services.webhook import WebhookChannel, signing_key
from tocsin.portal.catalogue import CHANNELS

DOCS = Path(__file__).resolve().parents[2] / "docs"

SECRET = "a secret that must not be told"


@pytest.fixture(scope="module")
def gateway() -> Iterator[HttpGateway]:
    with http_gateway() as found:
        yield found


@pytest.fixture(scope="module")
def relay() -> Iterator[SmtpRelay]:
    with smtp_relay() as found:
        yield found


@pytest.fixture(autouse=True)
def clean(gateway: HttpGateway, relay: SmtpRelay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    gateway.mood, relay.mood = "ok", "ok"
    gateway.requests.clear()
    relay.messages.clear()
    for name in ("TOCSIN_TEST_SECRET", "TOCSIN_TEST_RECEIPT"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("TOCSIN_TEST_APPRISE", gateway.url.replace("http://", "json://").replace("/send", "/hook"))


def letter(address: str, **fields: Any) -> Letter:
    whole = {
        "id": "0190-1",
        "subject": "red",
        "text": 'Place: Shiniushan Road "W3"\nG1',
        "redacted": "red, look on screen",
        "link": "https://x/n/1/",
    }
    return Letter(address=address, **{**whole, **fields})


def sms(gateway: HttpGateway, **more: Any) -> SmsChannel:
    return SmsChannel.open(
        {
            "url": gateway.url,
            "headers": {"Authorization": "Bearer $secret"},
            "body": {"to": "$address", "text": "$text", "uid": "$id"},
            "secret_env": "TOCSIN_TEST_SECRET",
            "timeout_s": 0.4,
            "taken": {"path": "code", "values": ["0"]},
            **more,
        }
    )


def subscription(url: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": base64.urlsafe_b64encode(key).decode(), "auth": base64.urlsafe_b64encode(os.urandom(16)).decode()}
    return json.dumps({"endpoint": url, "keys": keys})


def by_http(gateway: HttpGateway) -> dict[str, tuple[Channel, str]]:
    """Every channel that ends at the gateway, with an address of it."""
    private = {"private": ["127.0.0.1"], "timeout_s": 0.4}
    named = {"group": {"url": gateway.url, "body": {"text": "$text"}, "timeout_s": 0.4}}
    return {
        "sms": (sms(gateway), "139"),
        "voice": (VoiceChannel.open({"url": gateway.url, "body": {"to": "$address"}, "timeout_s": 0.4}), "139"),
        "messenger": (MessengerChannel.open(named), "group"),
        "webhook": (WebhookChannel.open({"secret_env": "TOCSIN_TEST_SECRET", **private}), gateway.url),
        "web_push": (WebPushChannel.open(private), subscription(gateway.url)),
    }


MOODS = {
    "ok": Verdict.TAKEN,
    "refuse": Verdict.NEVER,
    "fail": Verdict.LATER,
    "busy": Verdict.LATER,
    "stall": Verdict.UNKNOWN,
    "break": Verdict.UNKNOWN,
    "redirect": Verdict.NEVER,
}


@pytest.mark.parametrize("kind", ["sms", "voice", "messenger", "webhook", "web_push"])
def test_every_channel_tells_what_the_other_side_did(gateway: HttpGateway, kind: str, tmp_path: Path, settings: Any) -> None:
    channel, address = by_http(gateway)[kind]
    found = {}
    for mood in MOODS:
        gateway.mood = mood
        found[mood] = channel.send(letter(address)).verdict
    assert found == MOODS
    assert kind == channel.kind.code
    channel.close()


def test_nobody_listens(gateway: HttpGateway) -> None:
    channel = sms(gateway, url="http://127.0.0.1:9/send")
    assert channel.send(letter("139")).verdict is Verdict.LATER


def test_a_gateway_that_lies_is_not_believed(gateway: HttpGateway) -> None:
    gateway.mood = "lie"
    assert sms(gateway).send(letter("139")).verdict is Verdict.NEVER
    assert sms(gateway, taken={"path": "code", "values": ["0"], "later": ["9"]}).send(letter("139")).verdict is Verdict.LATER
    gateway.mood = "babble"
    assert sms(gateway).send(letter("139")).verdict is Verdict.UNKNOWN


def test_a_text_does_not_break_out_of_the_form(gateway: HttpGateway) -> None:
    sms(gateway).send(letter("139", text='", "to": "everybody'))
    _path, headers, body = gateway.requests[0]
    assert json.loads(body) == {"to": "139", "text": '", "to": "everybody\nhttps://x/n/1/', "uid": "0190-1"}
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Idempotency-Key"] == "0190-1"
    sms(gateway, form="urlencoded", url=f"{gateway.url}?n=$address").send(letter("1&3"))
    assert gateway.requests[1][0].endswith("?n=1%263")


def test_public_messengers_get_the_redacted_text(gateway: HttpGateway) -> None:
    form = {"url": gateway.url, "body": {"text": "$text"}}
    channel = MessengerChannel.open(
        {"robot": {"apprise_env": "TOCSIN_TEST_APPRISE"}, "own": {**form, "public": False}, "other": form}
    )
    for name in ("robot", "own", "other"):
        assert channel.send(letter(name)).verdict is Verdict.TAKEN
    assert channel.send(letter("unknown")).verdict is Verdict.NEVER
    robot, own, other = (body.decode() for _path, _headers, body in gateway.requests)
    assert "Shiniushan" in own
    assert not [text for text in (robot, other) if "Shiniushan" in text or "W3" in text or "G1" in text]
    assert "look on screen" in robot and "look on screen" in other


def test_a_webhook_is_signed_and_goes_nowhere_inside(gateway: HttpGateway) -> None:
    channel, address = by_http(gateway)["webhook"]
    channel.send(letter(address, is_repeat=True, receiver="5f0c"))
    _path, headers, body = gateway.requests[0]
    assert json.loads(body)["repeat"] is True
    documented = (DOCS / "webhooks.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    said: dict[str, Any] = {}
    exec(documented, said)  # noqa: S102 - our own documentation
    signed, now_s = headers["Tocsin-Signature"], time.time()
    key, other = (signing_key(SECRET, one) for one in ("5f0c", "another"))
    check = partial(said["is_from_tocsin"], signed, body)
    assert check(receiver="5f0c", key=key, now_s=now_s)
    assert not check(receiver="another", key=key, now_s=now_s)  # handed on to another receiver
    assert not check(receiver="5f0c", key=other, now_s=now_s)
    assert not check(receiver="5f0c", key=key, now_s=now_s + 301)  # kept and sent again
    strict = WebhookChannel.open({"secret_env": "TOCSIN_TEST_SECRET"})
    for inside in (
        gateway.url,
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/x",
        "file:///etc/passwd",
        "http://10.0.0.1",
        "http://example.org/",
    ):
        assert strict.send(letter(inside)).verdict is Verdict.NEVER
    assert len(gateway.requests) == 1


INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "100.64.0.1",
    "64:ff9b::7f00:1",  # by NAT64 and 6to4 to 127.0.0.1
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_refused_unless_named(address: str) -> None:
    with pytest.raises(Refused):
        allowed_address(address, 80, ())
    assert allowed_address(address, 80, (address,))


DRIPS = {"head": b"HTTP/1.1 200 OK\r\nX: ", "body": b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"}


@pytest.mark.parametrize("dripped", DRIPS.values(), ids=DRIPS)
def test_an_answer_that_drips_is_cut_off(dripped: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with server.accept()[0] as taken, contextlib.suppress(OSError):
                taken.sendall(dripped)
                while True:
                    time.sleep(0.05)
                    taken.sendall(b"x")

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        began = time.monotonic()
        reply = request(url, b"{}", headers={}, timeout_s=1.0, private=("127.0.0.1",))
        assert reply.outcome is Outcome.UNKNOWN, reply
        assert time.monotonic() - began < 60


def test_a_push_is_encrypted(gateway: HttpGateway) -> None:
    channel, address = by_http(gateway)["web_push"]
    assert channel.send(letter(address, urgent=True)).verdict is Verdict.TAKEN
    _path, headers, body = gateway.requests[0]
    assert headers["Authorization"].startswith("vapid t=")
    assert headers["Urgency"] == "high"
    assert b"look on screen" not in body
    assert channel.send(letter("{}")).verdict is Verdict.NEVER


SMTP_MOODS = {"ok": Verdict.TAKEN, "later": Verdict.LATER, "never": Verdict.NEVER, "break": Verdict.UNKNOWN}


def test_mail(relay: SmtpRelay) -> None:
    channel = EmailChannel.open({"host": "127.0.0.1", "port": relay.port, "from": "t@x.cn", "security": "none", "timeout_s": 2.0})
    found = {}
    for mood in SMTP_MOODS:
        relay.mood = mood
        found[mood] = channel.send(letter("a@b.cn", subject="【演练】红色", urgent=True)).verdict
    assert found == SMTP_MOODS
    assert relay.messages[0].rcpt_tos == ["a@b.cn"]
    assert b"X-Priority: 1" in relay.messages[0].content
    assert channel.send(letter("a@b.cn\nBcc: all@b.cn")).verdict is Verdict.NEVER  # no header gets in by an address
    closed = EmailChannel.open({"host": "127.0.0.1", "port": 9, "from": "t@x.cn", "security": "none"})
    assert closed.send(letter("a@b.cn")).verdict is Verdict.LATER


FORM = ReceiptForm(
    secret_env="TOCSIN_TEST_RECEIPT", id="uid", event="status", delivered=("DELIVRD",), failed=("UNDELIV",), signed=("1",)
)
RECEIPTS = [
    ({"uid": "a", "status": "DELIVRD"}, SECRET, Fate.DELIVERED),
    ({"uid": "a", "status": "UNDELIV"}, SECRET, Fate.FAILED),
    ({"uid": "a", "status": 1}, SECRET, Fate.SIGNED),
    ({"uid": "a", "status": "2"}, SECRET, None),
    ({"status": "DELIVRD"}, SECRET, None),
    ({"uid": "a", "status": "DELIVRD"}, "guessed", None),
]


@pytest.mark.parametrize(("fields", "key", "fate"), RECEIPTS)
def test_receipts(fields: dict[str, Any], key: str, fate: Fate | None) -> None:
    found = read_receipt(FORM, fields, key=key)
    assert (found.fate if found else None) is fate


@pytest.mark.one_database
@pytest.mark.django_db
def test_a_mistake_in_our_settings_lets_gateways_come_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not a 500, and not a receipt that is gone; and where no key is set, none is taken for it."""
    file = settings.CONFIGURATION.data / "channels.toml"
    for text, status in (("[sms", 503), ("[sms.receipt]\nuid = 1", 503), ('[sms.receipt]\nsecret_env = ""', 404)):
        file.write_text(text)
        os.utime(file, ns=(status, time.time_ns()))
        assert Client(raise_request_exception=False).post(reverse("notice_receipt", args=["sms"])).status_code == status, text
    file.unlink()
    assert "receipts of sms can't be taken" in caplog.text


WRONG = [
    ("[smoke]\nx = 1", "smoke"),
    ("[sms", "channels.toml"),
    ("sms = 1", "channels.toml"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_settings_that_cannot_be_read_are_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "channels.toml").write_text(text)
    with pytest.raises(ValueError, match=named):
        read_tables(tmp_path / "channels.toml")


def test_one_wrong_table_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.notices.channels import queries as module

    given = {"email": {"host": "x", "from": "a"}, "sms": {"url": "gopher://x"}, "voice": {"y": 1}}
    monkeypatch.setattr(module, "tables", lambda: given)
    found, wrong = open_channels()
    assert sorted(found) == ["email", "web_push"]
    assert [text.partition("[")[2].partition("]")[0] for text in wrong] == ["sms", "voice"]


def test_no_secret_is_logged(gateway: HttpGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.mood = "fail"
    for channel, address in by_http(gateway).values():
        channel.send(letter(address))
    robot = MessengerChannel.open({"robot": {"apprise_env": "TOCSIN_TEST_APPRISE"}})
    robot.send(letter("robot"))
    assert SECRET not in caplog.text
    assert "/hook" not in caplog.text  # the address of a robot is its key


def test_the_catalogue_names_every_channel() -> None:
    folder = Path(__file__).parents[2] / "src/tocsin/notices/channels/services"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "gateway"}
    assert {name.partition(":")[0].rpartition(".")[2] for name in CHANNELS} == files
