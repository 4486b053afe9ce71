"""Text messages, by a gateway."""

from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.jurisdiction.contacts.rules import ContactKind, is_number, last_digits
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.services.gateway import Gateway, GatewaySettings


class SmsChannel:
    """A gateway by HTTP template."""

    kind: ClassVar[ContactKind] = ContactKind(
        "sms",
        gettext_lazy("text message"),
        pgettext_lazy("channel", "text message"),
        is_number,
        dialled=True,
        open=True,
        short=last_digits,
    )

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """The gateway of the table."""
        return cls(Gateway(convert(table, GatewaySettings)))

    def send(self, letter: Letter) -> Answer:
        """Hands it to the gateway."""
        return self.gateway.send(letter)

    def close(self) -> None:
        """Nothing is held."""


class VoiceChannel(SmsChannel):
    """Calls in which a machine reads the text; a key pressed comes back as a receipt."""

    kind: ClassVar[ContactKind] = ContactKind(
        "voice",
        gettext_lazy("call by machine"),
        pgettext_lazy("channel", "machine call"),
        is_number,
        dialled=True,
        open=True,
        short=last_digits,
    )
