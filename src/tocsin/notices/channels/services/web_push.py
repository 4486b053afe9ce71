"""Push to a browser (RFC 8030), encrypted for it alone (RFC 8291), with a key of our own made at first start (RFC 8292).

The push services are public addresses of the browsers' makers; they can't read the text, but the browser shows it on a locked
screen, so that it is redacted.
"""

import json
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy
from py_vapid import Vapid02, VapidException
from py_vapid.utils import b64urlencode

from tocsin.base.decoding import convert
from tocsin.base.documents import read_json
from tocsin.base.secret_files import kept_secret
from tocsin.federation.services.outgoing import request
from tocsin.jurisdiction.contacts.rules import ContactKind
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict

KEY_FILE = "web_push_key.pem"
URGENT_S, LASTING_S = 1800, 86400


class WebPushSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[web_push]`; nothing has to be set. `contact`: whom a push service may write to."""

    contact: str = "mailto:operator@localhost"
    private: tuple[str, ...] = ()
    timeout_s: float = 10.0


def own_key() -> Vapid02:
    """The installation's key; made at the first call, readable by its owner only."""
    return Vapid02.from_pem(kept_secret(settings.CONFIGURATION.data / KEY_FILE, _new_key))


def _new_key() -> bytes:
    key = Vapid02()
    key.generate_keys()
    return bytes(key.private_pem())


def public_key() -> str:
    """What a browser needs to subscribe."""
    return str(b64urlencode(own_key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


def push_text(letter: Letter) -> str:
    """What the browser's worker is handed: web/src/push-worker.ts. `url` is the page that a tap opens."""
    told = {"title": letter.subject, "body": letter.redacted, "tag": letter.data.get("notice", letter.id)}
    return json.dumps({**told, "url": letter.data.get("page", "")})


class WebPushChannel:
    """The address of a contact point is the browser's subscription as JSON."""

    kind: ClassVar[ContactKind] = ContactKind(
        "web_push", gettext_lazy("push to the browser"), pgettext_lazy("channel", "web push"), coded=False
    )

    def __init__(self, table: WebPushSettings) -> None:
        self.table = table

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """As the table says; the key is made when it is first needed."""
        return cls(convert(table, WebPushSettings))

    def send(self, letter: Letter) -> Answer:
        """One encrypted push; 404 and 410 mean that the browser has unsubscribed."""
        from pywebpush import WebPusher, WebPushException  # with aiohttp a fifth of a second of every start

        body = push_text(letter)
        try:
            subscription = read_json(letter.address)
            endpoint = urlsplit(subscription["endpoint"])
            content = WebPusher(subscription).encode(body.encode(), "aes128gcm")["body"]
            claims = {"aud": f"{endpoint.scheme}://{endpoint.netloc}", "sub": self.table.contact}
            signed = own_key().sign(claims)
        except (ValueError, KeyError, TypeError, WebPushException, VapidException) as error:
            return Answer(Verdict.NEVER, f"the subscription can't be read: {type(error).__name__}")
        headers = {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(URGENT_S if letter.urgent else LASTING_S),
            "Urgency": "high" if letter.urgent else "normal",
        }
        reply = request(
            subscription["endpoint"], content, headers=headers, timeout_s=self.table.timeout_s, private=self.table.private
        )
        return Answer(Verdict(reply.outcome), reply.words)

    def close(self) -> None:
        """Nothing is held."""
