"""A Sparkplug node on an MQTT connection: what it publishes as itself, and the one command that it is sent."""

import contextlib
from typing import TYPE_CHECKING, Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.rules.mqtt_packets import publish
from tocsin.sensing.doors.rules.sparkplug import Session, is_own_filter, read_topic
from tocsin.sensing.doors.rules.sparkplug_payload import write_rebirth

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.faults import Fault
    from tocsin.sensing.doors.rules.times import Times
    from tocsin.sensing.doors.services.gatehouse import Gatehouse
    from tocsin.sensing.doors.services.loading import KnownDevice

MOST_FILTERS: Final = 16


class SparkplugNode:
    """Its session, if there is one, and the subscriptions that it holds to its own commands. `kept` is the keeper's position of
    what it has said of itself.
    """

    def __init__(self, door: str) -> None:
        self._door = door
        self._session: Session | None = None
        self._filters: set[str] = set()
        self.kept = 0

    def read(
        self, text: str, payload: bytes, device: "KnownDevice", times: "Times", gatehouse: "Gatehouse", now_s: float
    ) -> "list[Fault] | None":
        """What can't be read of one message; None where the topic is not this device's own. What it says of the device waits
        here while the keeper is full.
        """
        topic = read_topic(text)
        if topic is None or topic.node != device.code:
            return None
        if self._session is None:
            self._session = Session()
        faults = self._session.read(topic, payload, device.channels, times, gatehouse.intake.columns)
        if not gatehouse.keeper.is_full and (said := self._session.said()):
            self.kept = gatehouse.take_properties(self._door, said, device, times, now_s).position
        return faults

    def context(self, text: str, payload: bytes) -> bytes:
        """What has to be known beside a message that is kept, to read it alone later."""
        topic = read_topic(text)
        if topic is None or self._session is None:
            return b""
        with contextlib.suppress(InvalidInput):  # what can't be read names nothing
            return self._session.context_of(topic, payload)
        return b""

    def subscribe(self, filters: list[str], device: "KnownDevice | None") -> list[bool]:
        """Which of them are granted: those for the commands to this device."""
        granted = []
        for text in filters:
            is_granted = device is not None and is_own_filter(text, device.code) and len(self._filters) < MOST_FILTERS
            granted.append(is_granted)
            if is_granted:
                self._filters.add(text)
        return granted

    def unsubscribe(self, filters: list[str]) -> list[bool]:
        """Which of them were held."""
        ended = [one in self._filters for one in filters]
        self._filters.difference_update(filters)
        return ended

    def command(self, code: str, version: int, now_ms: int, now_s: float) -> bytes:
        """The packet that asks for a rebirth; nothing where none is needed, or the node does not listen."""
        session = self._session
        if session is None:
            return b""
        topic = f"spBv1.0/{session.group}/NCMD/{code}"
        if not self._filters.intersection((topic, f"{topic}/#")) or not session.wants_rebirth(now_s):
            return b""
        return publish(topic, write_rebirth(now_ms), version)
