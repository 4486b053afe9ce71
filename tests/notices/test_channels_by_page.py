"""Channels set up by page: against real servers on loopback, sealed, tried, switched on, followed at once; the file wins."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.clocks import stand_at
from tests.languages import english as english
from tests.notices.gateways import HttpGateway, SmtpRelay, http_gateway, smtp_relay
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.federation.rules import addresses
from tocsin.federation.rules.addresses import inner_networks
from tocsin.jurisdiction.face import add_contact_point
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels import queries
from tocsin.notices.channels.models import ChannelTable
from tocsin.notices.channels.rules.tables import SecretName, TableKind
from tocsin.notices.channels.services.by_page import reading
from tocsin.notices.channels.services.by_page.secrets import seal_channels_anew
from tocsin.notices.channels.services.by_page.tables import (
    ChannelEntry,
    change_channel,
    enter_channel,
    remove_channel,
    set_channel_mark,
    switch_channel,
)
from tocsin.notices.channels.services.by_page.tables import test_channel as try_channel
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
KEY = "s3cret-of-the-gateway"


@pytest.fixture(scope="module")
def gateway() -> Iterator[HttpGateway]:
    with http_gateway() as found:
        yield found


@pytest.fixture(scope="module")
def relay() -> Iterator[SmtpRelay]:
    with smtp_relay() as found:
        yield found


@pytest.fixture(autouse=True)
def clean(gateway: HttpGateway, relay: SmtpRelay, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Loopback counts as an inner network here, as the servers of the tests stand there."""
    gateway.mood, relay.mood = "ok", "ok"
    gateway.requests.clear()
    relay.messages.clear()
    monkeypatch.setattr(addresses, "INNER", (*addresses.INNER, ip_network("127.0.0.0/8")))
    stand_at(monkeypatch, NOW)
    yield
    queries.mark_path().unlink(missing_ok=True)


@pytest.fixture
def administrator() -> User:
    return make_named_person("administrator", "system_administrator", region="000000")


def sms(gateway: HttpGateway, **changes: Any) -> ChannelEntry:
    table = {
        "url": gateway.url,
        "headers": {"Authorization": "Bearer $secret"},
        "body": {"to": "$address", "text": "$text"},
        "taken": {"path": "code", "values": ["0"]},
        "timeout_s": 2.0,
    }
    told: dict[str, Any] = {
        "secrets": {SecretName.KEY: KEY},
        "inner": ("127.0.0.1",),
        "inner_reason": "our gateway",
    }
    return ChannelEntry(reading.read_settings(TableKind.SMS, {**table, **changes.pop("settings", {})}), **{**told, **changes})


def enter(administrator: User, gateway: HttpGateway, **changes: Any) -> ChannelTable:
    return enter_channel(actor=administrator, kind=TableKind.SMS, entry=sms(gateway, **changes), now=NOW)


def test_a_gateway_is_entered_tried_and_switched_on_without_a_restart(
    gateway: HttpGateway, administrator: User, django_capture_on_commit_callbacks: Any
) -> None:
    add_contact_point(actor=administrator, kind="sms", address="13900000000", user_id=administrator.pk)
    before = queries.tables()
    made = enter(administrator, gateway)
    assert KEY not in made.sealed and KEY not in str(made.entered)
    tried = try_channel(actor=administrator, table_id=made.pk, now=NOW)
    assert (tried.tested_verdict, tried.tested_words) == ("taken", '{"code": 0, "msgid": "g-1"}')
    ((_path, headers, _body),) = gateway.requests
    assert headers["Authorization"] == f"Bearer {KEY}"
    with pytest.raises(Conflict, match="ten seconds"):
        try_channel(actor=administrator, table_id=made.pk, now=NOW + timedelta(seconds=3))
    assert "sms" not in queries.channels_set_up(), "nothing is sent by it before it is switched on"
    with django_capture_on_commit_callbacks(execute=True):
        switch_channel(actor=administrator, table_id=made.pk, on=True, now=NOW)
    assert "sms" in queries.channels_set_up() and queries.tables() is not before
    assert queries.tables() is queries.tables(), "the senders open channels anew only when something has changed"
    found, wrong = queries.open_channels()
    assert wrong == [] and found["sms"].gateway.secret == KEY  # type: ignore[attr-defined] - of the protocol, a gateway's
    with django_capture_on_commit_callbacks(execute=True):
        switch_channel(actor=administrator, table_id=made.pk, on=False, now=NOW)
    assert "sms" not in queries.channels_set_up()
    acts = list(AuditEntry.objects.filter(object_type="channel").order_by("pk").values_list("action", flat=True))
    assert acts == ["channel.entered", "channel.tested", "channel.switched", "channel.switched"]
    assert KEY not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_the_other_sides_own_words_are_shown_without_the_key(gateway: HttpGateway, administrator: User) -> None:
    gateway.mood = "lie"
    add_contact_point(actor=administrator, kind="sms", address="13900000000", user_id=administrator.pk)
    made = enter(administrator, gateway, secrets={SecretName.KEY: "msgid"})
    tried = try_channel(actor=administrator, table_id=made.pk, now=NOW)
    assert (tried.tested_verdict, tried.tested_words) == ("never", 'the gateway said code=9 · {"code": 9, "•••": ""}')


def test_mail_tells_what_the_relay_said(relay: SmtpRelay, administrator: User) -> None:
    add_contact_point(actor=administrator, kind="email", address="a@example.org", user_id=administrator.pk)
    table = {"host": "127.0.0.1", "port": relay.port, "from": "t@x.cn", "security": "none", "timeout_s": 2.0}
    told = {"inner": ("127.0.0.1",), "inner_reason": "our relay"}
    entry = ChannelEntry(reading.read_settings(TableKind.EMAIL, table), **told)  # type: ignore[arg-type] - a tuple and a text
    made = enter_channel(actor=administrator, kind=TableKind.EMAIL, entry=entry, now=NOW)
    tried = try_channel(actor=administrator, table_id=made.pk, now=NOW)
    assert (tried.tested_verdict, tried.tested_words) == ("taken", "250 taken")
    shut = ChannelEntry(reading.read_settings(TableKind.EMAIL, table))
    change_channel(actor=administrator, table_id=made.pk, entry=shut, now=NOW)
    tried = try_channel(actor=administrator, table_id=made.pk, now=NOW + timedelta(minutes=1))
    assert tried.tested_verdict == "never" and "which is inside" in tried.tested_words
    assert len(relay.messages) == 1


def test_the_file_wins_over_the_page(
    gateway: HttpGateway, administrator: User, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = enter(administrator, gateway)
    with django_capture_on_commit_callbacks(execute=True):
        switch_channel(actor=administrator, table_id=made.pk, on=True, now=NOW)
    file = settings.CONFIGURATION.data / "channels.toml"
    file.write_text('[sms]\nurl = "https://other.example/send"\n')
    try:
        assert queries.tables()["sms"]["url"] == "https://other.example/send"
        with pytest.raises(Conflict, match="wins"):
            enter(administrator, gateway)
    finally:
        file.unlink()
    assert queries.tables()["sms"]["url"] == gateway.url


REFUSED = (
    ("no reason for inner networks", {"inner_reason": " "}, "Say why"),
    ("an inner name", {"inner": ("gateway.intranet",)}, "no inner network"),
    ("everything", {"inner": ("0.0.0.0/0",)}, "organisation's own"),
    ("this machine by IPv6", {"inner": ("::1",)}, "organisation's own"),
    ("link-local addresses", {"inner": ("169.254.0.0/16",)}, "organisation's own"),
    ("a cloud's metadata", {"inner": ("100.100.100.200",)}, "tell of themselves"),
    ("no address", {"settings": {"url": "gateway"}}, "https://"),
    ("another file of the machine", {"settings": {"certificates": "/etc/passwd"}}, "only"),
    ("a variable of the environment", {"settings": {"secret_env": "DATABASE_URL"}}, "only"),
    ("an unknown key", {"settings": {"colour": "red"}}, "colour"),
    ("receipts without a key", {"settings": {"receipt": {"id": "uid"}}}, "16"),
)


@pytest.mark.parametrize(("why", "changes", "words"), REFUSED, ids=[why for why, _changes, _words in REFUSED])
def test_what_a_page_can_not_set(
    gateway: HttpGateway, administrator: User, why: str, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        enter(administrator, gateway, **changes)


def test_inner_networks_stand_in_one_form_and_are_few() -> None:
    assert inner_networks(["10.1.2.3", "10.1.2.3/32", " fd00::2 "]) == ("10.1.2.3/32", "fd00::2/128")
    with pytest.raises(InvalidInput, match="at most"):
        inner_networks([f"10.{n}.0.0/16" for n in range(21)])


def test_a_key_goes_to_nobody_for_whom_it_was_not_entered(gateway: HttpGateway, administrator: User) -> None:
    made = enter(administrator, gateway)
    moved = sms(gateway, secrets={}, settings={"url": "https://elsewhere.example/send"})
    with pytest.raises(InvalidInput, match="anew"):
        change_channel(actor=administrator, table_id=made.pk, entry=moved, now=NOW)
    same = sms(gateway, secrets={}, settings={"url": f"{gateway.url}?v=2"})
    assert change_channel(actor=administrator, table_id=made.pk, entry=same, now=NOW).secret_names == ["secret"]
    assert queries.secrets_of(ChannelTable.objects.get()) == {SecretName.KEY: KEY}
    forgotten = sms(gateway, secrets={}, forget=(SecretName.KEY,), settings={"url": "https://elsewhere.example/send"})
    assert change_channel(actor=administrator, table_id=made.pk, entry=forgotten, now=NOW).secret_names == []


def test_robots_of_messengers_by_name_and_nobody_else(gateway: HttpGateway, administrator: User) -> None:
    for maker, preset in reading.PRESETS.items():
        entry = ChannelEntry(reading.read_settings(TableKind.MESSENGER, preset), {SecretName.KEY: "k"})
        made = enter_channel(actor=administrator, kind=TableKind.MESSENGER, name=maker, entry=entry, now=NOW)
        assert made.entered["public"] is True, "what a messenger of others carries is redacted"
    ChannelTable.objects.update(is_on=True)
    set_channel_mark()
    assert set(queries.open_channels()[0]["messenger"].known) == set(reading.PRESETS)  # type: ignore[attr-defined] - of the protocol
    text = reading.as_file(list(queries.entered_channels()))
    assert 'secret_env = "TOCSIN_MESSENGER_FEISHU_SECRET"' in text and '"k"' not in text
    with pytest.raises(InvalidInput, match="short name"):
        enter_channel(actor=administrator, kind=TableKind.MESSENGER, name="a b", entry=entry, now=NOW)
    county = make_named_person("county", "system_administrator")
    with pytest.raises(NotAllowed):
        enter_channel(actor=county, kind=TableKind.MESSENGER, name="own", entry=entry, now=NOW)


def test_new_keys_of_the_installation_open_what_is_sealed(gateway: HttpGateway, administrator: User) -> None:
    made = enter(administrator, gateway)
    assert seal_channels_anew(after=0, limit=10).done == 0
    ChannelTable.objects.filter(pk=made.pk).update(sealed="lost")
    assert seal_channels_anew(after=0, limit=10).lost == 1
    with pytest.raises(InvalidInput, match="anew"):
        switch_channel(actor=administrator, table_id=made.pk, on=True, now=NOW)


def test_what_is_on_is_not_taken_away(gateway: HttpGateway, administrator: User) -> None:
    made = enter(administrator, gateway)
    switch_channel(actor=administrator, table_id=made.pk, on=True, now=NOW)
    with pytest.raises(Conflict, match="off first"):
        remove_channel(actor=administrator, table_id=made.pk)
    switch_channel(actor=administrator, table_id=made.pk, on=False, now=NOW)
    remove_channel(actor=administrator, table_id=made.pk)
    assert not ChannelTable.objects.exists()


def test_pages_and_programs_do_the_same(gateway: HttpGateway, administrator: User) -> None:
    client = signed_in(administrator)
    form = {
        **{"url": gateway.url, "body": '{"to": "$address"}', "headers": "Authorization: Bearer $secret", "secret": KEY},
        **{"taken_path": "code", "taken_values": "0", "inner": "127.0.0.1", "inner_reason": "our gateway"},
    }
    refused = client.post(reverse("new_channel", args=["sms"]), {**form, "inner_reason": ""})
    assert "Say why" in refused.content.decode() and gateway.url in refused.content.decode(), "nothing is typed twice"
    page = client.post(reverse("new_channel", args=["sms"]), form)
    row = ChannelTable.objects.get()
    assert page.headers["Location"] == reverse("channel", args=[row.pk])
    add_contact_point(actor=administrator, kind="sms", address="13900000000", user_id=administrator.pk)
    client.post(reverse("act_on_channel", args=[row.pk, "test"]))
    shown = client.get(reverse("channel", args=[row.pk])).content.decode()
    assert "g-1" in shown and KEY not in shown
    client.post(reverse("act_on_channel", args=[row.pk, "switch"]), {"on": "yes"})
    assert ChannelTable.objects.get().is_on
    listed = client.get(reverse("channels")).content.decode()
    assert "Text messages" in listed and "127.0.0.1" in listed
    (told,) = client.get("/api/v1/notices/channels").json()
    assert told["secrets"] == ["secret"] and told["is_on"] and KEY not in str(told)
    switched = client.post(f"/api/v1/notices/channels/{row.pk}/switch", {"on": False}, content_type="application/json")
    assert switched.json()["is_on"] is False
    body = {"settings": {"address": "https://tocsin.example.org"}, "kind": "links"}
    made = client.post("/api/v1/notices/channels", body, content_type="application/json")
    assert made.status_code == 201 and made.json()["address"] == "tocsin.example.org"
    assert Client().get(reverse("channels")).status_code == 302
