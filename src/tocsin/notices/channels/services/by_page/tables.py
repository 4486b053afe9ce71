"""Channels set up by page: entered, changed, switched, taken away, tried. Nothing is sent by one until it is switched on."""

import os
import secrets as randomness
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.federation.rules.addresses import inner_networks
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import own_addresses, require
from tocsin.notices.channels import queries
from tocsin.notices.channels.models import ChannelOrder, ChannelTable
from tocsin.notices.channels.rules import rights
from tocsin.notices.channels.rules.letters import Answer, Channel, Letter
from tocsin.notices.channels.rules.tables import BY_GATEWAY, SECRETS, SecretName, TableKind, masked
from tocsin.notices.channels.services.by_page.secrets import seal
from tocsin.notices.channels.services.email import EmailSettings
from tocsin.notices.channels.services.gateway import GatewaySettings
from tocsin.notices.channels.services.webhook import WebhookSettings
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

TEST_EVERY: Final = timedelta(seconds=10)
FEWEST_OF_RECEIPT: Final = 16  # characters of the key by which a gateway proves itself
MOST_WORDS: Final = 500

type ChannelSettings = EmailSettings | GatewaySettings | WebhookSettings | queries.Links


@dataclass(frozen=True)
class ChannelEntry:
    """What somebody enters: settings of its kind without secrets, secrets that are new, those to forget, inner networks."""

    settings: ChannelSettings
    secrets: Mapping[SecretName, str] = field(default_factory=dict, repr=False)
    forget: tuple[SecretName, ...] = ()
    inner: tuple[str, ...] = ()
    inner_reason: str = ""


@transaction.atomic
def enter_channel(*, actor: "User", kind: TableKind, name: str = "", entry: ChannelEntry, now: datetime) -> ChannelTable:
    """A channel by its page, switched off. InvalidInput says which setting is wrong, Conflict that there is one already."""
    require(actor, rights.MANAGE, EVERYWHERE)
    _check_name(kind, name)
    if queries.stands_in_file(kind, name):
        raise Conflict(_("channels.toml has this channel already, and what stands there wins: take it out of the file first."))
    made = ChannelTable(id=new_id(), kind=kind, name=name, changed_at=now, changed_by=actor)
    _lay(made, entry)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("This channel is set up already: change it on its page.")) from None
    _note(actor, "channel.entered", made, {"secrets": made.secret_names})
    return made


@transaction.atomic
def change_channel(*, actor: "User", table_id: UUID, entry: ChannelEntry, now: datetime) -> ChannelTable:
    """Other settings; a secret that is not given stays.

    InvalidInput where the other side is another one and a secret is not given anew: a secret goes to nobody for whom it was not
    entered.
    """
    made = _locked(actor, table_id)
    before, inner, names = dict(made.entered), list(made.inner), list(made.secret_names)
    kept = {SecretName(one) for one in names} - {SecretName.RECEIPT} - set(entry.forget) - set(entry.secrets)
    _lay(made, entry)
    if kept and _other_side(before) != _other_side(made.entered):
        raise InvalidInput(_("The address is another one: enter the password or key anew, or forget the present one."))
    changed = sorted(one for one in made.entered.keys() | before.keys() if made.entered.get(one) != before.get(one))
    changed += ["inner"] * (inner != made.inner)
    changed += [f"{one}" for one in (*entry.secrets, *entry.forget)]
    made.changed_at, made.changed_by = now, actor
    made.save()
    _note(actor, "channel.changed", made, {"changed": changed})
    return made


@transaction.atomic
def switch_channel(*, actor: "User", table_id: UUID, on: bool, now: datetime) -> ChannelTable:
    """From now on notices go by it, or no more; every process knows at once. InvalidInput for settings that can't be used."""
    made = _locked(actor, table_id)
    if on and (problem := queries.problem_of(made)):
        raise InvalidInput(problem)
    if made.is_on != on:
        made.is_on, made.changed_at, made.changed_by = on, now, actor
        made.save(update_fields=["is_on", "changed_at", "changed_by"])
        _note(actor, "channel.switched", made, {"on": on})
    return made


@transaction.atomic
def remove_channel(*, actor: "User", table_id: UUID) -> None:
    """Its settings and secrets go. Conflict as long as it is switched on."""
    made = _locked(actor, table_id)
    if made.is_on:
        raise Conflict(_("Switch it off first."))
    _note(actor, "channel.removed", made, {})
    ChannelTable.objects.filter(pk=made.pk).delete()


def test_channel(*, actor: "User", table_id: UUID, now: datetime) -> ChannelTable:
    """Sends a test to whoever asks, switched on or not; what the other side said stands in the row.

    InvalidInput for settings that can't be used, and where the person has given no way of this kind; Conflict where the last test
    was moments ago.
    """
    with transaction.atomic():
        made = _locked(actor, table_id)
        if made.tested_at is not None and now - made.tested_at < TEST_EVERY:
            raise Conflict(_("A test has just left: wait ten seconds."))
        address = _address_of(actor, made)
        channel = _opened(made)
        ChannelTable.objects.filter(pk=made.pk).update(tested_at=now, tested_verdict="", tested_words="")
    try:
        answer = channel.send(_test_letter(address))
    finally:
        channel.close()
    return _tell_test(actor, made, answer, now)


@transaction.atomic
def _tell_test(actor: "User", made: ChannelTable, answer: Answer, now: datetime) -> ChannelTable:
    words = " · ".join(filter(None, (answer.words, answer.reply)))
    told = masked(words, tuple(queries.secrets_of(made).values()))[:MOST_WORDS]
    made.tested_at, made.tested_verdict, made.tested_words = now, answer.verdict, told.replace("\0", "")
    made.save(update_fields=["tested_at", "tested_verdict", "tested_words"])
    record_audit(actor, "channel.tested", "channel", made.pk, EVERYWHERE, {**_named(made), "verdict": answer.verdict.value})
    return made


def set_channel_mark() -> None:
    """The mark in the data folder says whether pages entered channels, and is another one after each call."""
    path = queries.mark_path()
    if not ChannelTable.objects.exists() and not ChannelOrder.objects.exists():
        path.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    os.close(handle)
    Path(name).replace(path)


def _lay(made: ChannelTable, entry: ChannelEntry) -> None:
    """The entry into the row, checked."""
    kind = TableKind(made.kind)
    kept = queries.secrets_of(made)
    for name in entry.forget:
        kept.pop(name, None)
    kept |= {SecretName(name): text for name, text in entry.secrets.items() if text}
    if kind is TableKind.WEBHOOK and SecretName.KEY not in kept:
        kept[SecretName.KEY] = randomness.token_urlsafe(32)
    if unknown := sorted(set(kept) - set(SECRETS[kind])):
        raise InvalidInput(_("A channel of this kind has no secret %(name)s."), name=unknown[0])
    _check_settings(kind, entry.settings, kept)
    made.inner, made.inner_reason = list(inner_networks(entry.inner)), entry.inner_reason.strip()[:300]
    if made.inner and not made.inner_reason:
        raise InvalidInput(_("Say why inner networks are reached: it is kept with your name."))
    told: dict[str, object] = msgspec.to_builtins(entry.settings)
    receipt = told.get("receipt")
    told = {name: one for name, one in told.items() if name not in ("private", "certificates") and not name.endswith("_env")}
    if isinstance(receipt, dict):
        told["receipt"] = {name: one for name, one in receipt.items() if name != "secret_env"}
    made.entered, made.secret_names, made.sealed = told, sorted(kept), seal(kept)
    if problem := queries.problem_of(made):
        raise InvalidInput(problem)


def _check_settings(kind: TableKind, settings: ChannelSettings, kept: Mapping[SecretName, str]) -> None:
    if isinstance(settings, EmailSettings):
        if not settings.host or "@" not in settings.sender:
            raise InvalidInput(_("Name the host of the relay, and the address from which mail comes."))
        if settings.user and SecretName.LOGIN not in kept:
            raise InvalidInput(_("A user name needs its password."))
        if settings.user and settings.security == "none":
            raise InvalidInput(_("A password goes over TLS alone: choose STARTTLS or TLS."))
    elif isinstance(settings, GatewaySettings):
        _check_gateway(settings, kept)
    elif isinstance(settings, queries.Links):
        parts = urlsplit(settings.address)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise InvalidInput(_("The address begins with https:// and a host, such as https://tocsin.example.org."))
    if kind in BY_GATEWAY and not isinstance(settings, GatewaySettings):
        raise InvalidInput(_("These are settings of another kind of channel."))


def _check_gateway(settings: GatewaySettings, kept: Mapping[SecretName, str]) -> None:
    if not settings.url.startswith(("https://", "http://")) or not urlsplit(settings.url).hostname:
        raise InvalidInput(_("The address begins with https:// or http:// and names a host."))
    if not 0 < settings.timeout_s <= 60:
        raise InvalidInput(_("A gateway is waited for at most 60 seconds."))
    if settings.receipt is not None and len(kept.get(SecretName.RECEIPT, "")) < FEWEST_OF_RECEIPT:
        raise InvalidInput(
            _("Receipts need a key of %(fewest)s characters or more, by which the gateway proves itself."),
            fewest=FEWEST_OF_RECEIPT,
        )


def _check_name(kind: TableKind, name: str) -> None:
    if kind is not TableKind.MESSENGER:
        if name:
            raise InvalidInput(_("Only messengers have a name: there is one channel of every other kind."))
    elif not name or len(name) > 60 or not name.replace("-", "").replace("_", "").isalnum():
        raise InvalidInput(_("A short name has letters, digits, - and _, 60 at most."))


def _opened(made: ChannelTable) -> Channel:
    """The channel of the row, whether it is switched on or not; InvalidInput says what is wrong."""
    if problem := queries.problem_of(made):
        raise InvalidInput(problem)
    return queries.open_row(made)


def _address_of(actor: "User", made: ChannelTable) -> str:
    """Where the test goes: a way of the person's own, of a messenger the messenger itself."""
    if made.kind == TableKind.LINKS:
        raise InvalidInput(_("Nothing is sent by the address of links: open it in a browser outside."))
    if made.kind == TableKind.MESSENGER:
        return made.name
    addresses = own_addresses(actor, made.kind)
    if not addresses:
        raise InvalidInput(_("The test goes to yourself: first add a way of this kind under “How I am told”."))
    return addresses[0]


def _test_letter(address: str) -> Letter:
    text = "Tocsin: test / 测试"
    return Letter(id=str(new_id()), address=address, subject=text, text=text, redacted=text, drill=True)


def _other_side(entered: Mapping[str, object]) -> str:
    """To whom secrets go: host and port, of a gateway with the scheme."""
    if "url" in entered:
        parts = urlsplit(str(entered["url"]))
        return f"{parts.scheme}://{parts.netloc}"
    return f"{entered.get('host', '')}:{entered.get('port', '')}"


def _locked(actor: "User", table_id: UUID) -> ChannelTable:
    require(actor, rights.MANAGE, EVERYWHERE)
    return ChannelTable.objects.select_for_update().get(pk=table_id)


def _named(made: ChannelTable) -> dict[str, object]:
    return {"kind": made.kind, "name": made.name}


def _note(actor: "User", action: str, made: ChannelTable, told: dict[str, object]) -> None:
    record_audit(actor, action, "channel", made.pk, EVERYWHERE, {**_named(made), **told})
    transaction.on_commit(set_channel_mark)
