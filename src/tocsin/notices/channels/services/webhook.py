"""Webhooks: JSON, signed, to an address that somebody entered; so only public ones, or those inside that the settings name.

The receiver checks `Tocsin-Signature` (`federation/rules/signatures.py`). `Idempotency-Key` is the same in every attempt.
"""

import hashlib
import hmac
import json
import time
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.federation.rules.signatures import HEADER, signature
from tocsin.federation.services.outgoing import request
from tocsin.jurisdiction.contacts.rules import ContactKind, host_of
from tocsin.notices.channels.queries import secret_of, tables
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.channels.services.gateway import beginning

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def is_web_address(address: str) -> bool:
    """Whether the address can be asked for by HTTPS; on this machine itself, which `private` must name, by HTTP too."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def signing_key(secret: str, receiver: str) -> str:
    """The key of one contact point, which its receiver is told: another one's letters don't fit, and it signs none of them."""
    return hmac.new(secret.encode(), f"tocsin.webhook {receiver}".encode(), hashlib.sha256).hexdigest()


def key_shown(contact_point_id: UUID) -> str:
    """The key of a contact point as its page tells it; empty where webhooks are not set up."""
    table = tables().get("webhook")
    known = secret_of(str(table.get("secret_env", ""))) if table else ""
    return signing_key(known, str(contact_point_id)) if known else ""


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[webhook]`. `private`: names, addresses and networks inside that may be called."""

    secret_env: str
    private: tuple[str, ...] = ()
    timeout_s: float = 10.0
    certificates: str = ""


class WebhookChannel:
    """Programs of partners."""

    kind: ClassVar[ContactKind] = ContactKind(
        "webhook",
        gettext_lazy("webhook"),
        pgettext_lazy("channel", "webhook"),
        is_web_address,
        short=host_of,
        signing_key=key_shown,
    )

    def __init__(self, table: WebhookSettings) -> None:
        self.table = table
        self.secret = secret_of(table.secret_env)
        if not self.secret:
            raise ValueError("secret_env must name a variable: webhooks are signed")

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """As the table says."""
        return cls(convert(table, WebhookSettings))

    def send(self, letter: Letter) -> Answer:
        """One signed request."""
        told = {"subject": letter.subject, "text": letter.text, "link": letter.link, "drill": letter.drill, **letter.data}
        if not is_web_address(letter.address):
            return Answer(Verdict.NEVER, "webhooks are sent by HTTPS alone")
        body = json.dumps({"id": letter.id, "repeat": letter.is_repeat, **told}, ensure_ascii=False).encode()
        receiver = letter.receiver or "-"
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": letter.id,
            HEADER: signature(signing_key(self.secret, receiver), body, int(time.time()), receiver=receiver),
        }
        reply = request(
            letter.address,
            body,
            headers=headers,
            timeout_s=self.table.timeout_s,
            private=self.table.private,
            certificates=self.table.certificates,
        )
        return Answer(Verdict(reply.outcome), reply.words, reply=beginning(reply.body))

    def close(self) -> None:
        """Nothing is held."""
