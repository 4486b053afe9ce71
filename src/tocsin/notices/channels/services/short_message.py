"""Text messages, by a gateway."""

from typing import Any, ClassVar, Self

import msgspec

from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.services.gateway import Gateway, GatewaySettings


class SmsChannel:
    """A gateway by HTTP template."""

    kind: ClassVar[str] = "sms"

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """The gateway of the table."""
        return cls(Gateway(msgspec.convert(table, GatewaySettings)))

    def send(self, letter: Letter) -> Answer:
        """Hands it to the gateway."""
        return self.gateway.send(letter)

    def close(self) -> None:
        """Nothing is held."""


class VoiceChannel(SmsChannel):
    """Calls in which a machine reads the text; a key pressed comes back as a receipt."""

    kind: ClassVar[str] = "voice"
