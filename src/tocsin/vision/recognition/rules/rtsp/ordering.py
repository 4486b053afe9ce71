"""Packets of RTP that came over UDP, where they may overtake each other, in the order of their numbers."""

from typing import Final

_HELD: Final = 16  # so many are waited for that another one overtook
_HALF: Final = 0x8000


class InOrder:
    """Hands packets out by their numbers; one that does not come within `_HELD` others is given up, and one twice comes once.

    >>> order = InOrder()
    >>> [order.feed(bytes(2) + number.to_bytes(2)) for number in (7, 9, 8)]
    [[b'\\x00\\x00\\x00\\x07'], [], [b'\\x00\\x00\\x00\\x08', b'\\x00\\x00\\x00\\t']]
    """

    def __init__(self) -> None:
        self._next = -1
        self._held: dict[int, bytes] = {}

    def feed(self, packet: bytes) -> list[bytes]:
        """The packets whose turn it is."""
        if len(packet) < 4:
            return []
        number = int.from_bytes(packet[2:4])
        if self._next < 0:
            self._next = number
        if (number - self._next) & 0xFFFF >= _HALF:  # it comes too late
            return []
        self._held[number] = packet
        if len(self._held) > _HELD:
            self._next = min(self._held, key=lambda one: (one - self._next) & 0xFFFF)
        found = []
        while (one := self._held.pop(self._next, None)) is not None:
            found.append(one)
            self._next = (self._next + 1) & 0xFFFF
        return found
