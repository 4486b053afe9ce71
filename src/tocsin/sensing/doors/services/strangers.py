"""Connections on which nobody has proved who they are: bounded in number, all together and for each sender, and in time."""

import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tocsin.sensing.devices.policy import StrangersPolicy

IPV6_PREFIX = 64  # whoever has one address of it has all of them
COMPLAIN_EVERY_S = 30.0


def network_of(address: str) -> str:
    """By what a sender is counted: an IPv4 address, or the /64 of an IPv6 address; the text itself where it is neither.

    >>> network_of("2001:db8::7"), network_of("::ffff:192.0.2.7"), network_of("unknown")
    ('2001:db8::/64', '192.0.2.7', 'unknown')
    """
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))


@dataclass(eq=False)
class Stranger:
    """One connection without a login: from where, since when, and how it is ended at once."""

    network: str
    since_s: float
    leave: Callable[[], object]


class Strangers:
    """All of one door, the oldest first. Pure: times are arguments.

    Where there is no room, the oldest goes, unless it is still undisturbed: after a power cut a whole district connects at once,
    and who is in the middle of a handshake must be able to finish it.
    """

    def __init__(self, policy: StrangersPolicy) -> None:
        self.policy = policy
        self._all: OrderedDict[Stranger, None] = OrderedDict()
        self._near: dict[str, OrderedDict[Stranger, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Stranger]:
        return iter(list(self._all))

    def wait_s(self, now_s: float) -> float:
        """How long whoever accepts must wait until one more has room; 0 where it has."""
        if len(self._all) < self.policy.connections:
            return 0.0
        return max(0.0, next(iter(self._all)).since_s + self.policy.undisturbed_s - now_s)

    def enter(self, stranger: Stranger) -> bool:
        """Counts a connection and ends the one whose place it takes; False where it has to go itself."""
        near = self._near.get(stranger.network, OrderedDict())
        limits = ((near, self.policy.connections_per_address), (self._all, self.policy.connections))
        crowded = [places for places, most in limits if len(places) >= most]
        oldest = [next(iter(places)) for places in crowded]
        if any(stranger.since_s - one.since_s < self.policy.undisturbed_s for one in oldest):
            return False
        for one in set(oldest[:1]):  # who goes from the same address makes room in both
            self.forget(one)
            one.leave()
        self._all[stranger] = None
        self._near.setdefault(stranger.network, OrderedDict())[stranger] = None
        return True

    def forget(self, stranger: Stranger) -> None:
        """It has proved who it is, or has ended."""
        if stranger not in self._all:
            return
        del self._all[stranger]
        near = self._near[stranger.network]
        del near[stranger]
        if not near:
            del self._near[stranger.network]

    def end_late(self, since_before_s: float) -> int:
        """Ends all that came before this time; how many."""
        ended = 0
        while self._all and (oldest := next(iter(self._all))).since_s < since_before_s:
            self.forget(oldest)
            oldest.leave()
            ended += 1
        return ended


class Complaints(logging.Filter):
    """Log lines that anybody outside can cause: one in a while, with the number of those that were left out.

    As the filter of another program's logger it does the same with warnings that come from there.
    """

    def __init__(self, log: logging.Logger) -> None:
        super().__init__()
        self.log = log
        self._told: dict[str, tuple[float, int]] = {}  # text -> when it may be told again, left out since

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a warning whose text was told a moment ago."""
        if record.levelno != logging.WARNING:
            return True
        self.tell(time.monotonic(), record.levelno, str(record.msg), *(record.args or ()))
        return False

    def tell(self, now_s: float, level: int, text: str, *values: object) -> None:
        """One line of this text, or nothing where it was told a moment ago. Texts are constants of the program, so few."""
        again_s, left_out = self._told.get(text, (float("-inf"), 0))
        if now_s < again_s:
            self._told[text] = (again_s, left_out + 1)
            return
        self._told[text] = (now_s + COMPLAIN_EVERY_S, 0)
        if left_out:
            self.log.log(level, f"{text} (and %d more like it)", *values, left_out)
        else:
            self.log.log(level, text, *values)
