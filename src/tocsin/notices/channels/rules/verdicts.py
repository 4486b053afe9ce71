"""What became of a sending, what a channel says of one letter, and pauses between attempts."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of it (送达状态). UNCERTAIN: it was being handed over when the sender died, or the gateway fell silent."""

    QUEUED = "queued"
    SENDING = "sending"  # leased by a sender
    SENT = "sent"  # the channel has taken it
    DELIVERED = "delivered"  # the channel says that it arrived
    READ = "read"
    SIGNED = "signed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SUPERSEDED = "superseded"  # replaced, or stopped by a signature


@dataclass(frozen=True)
class BackOff:
    """Pauses between attempts, in seconds; `jitter` is the share by which they differ, so that retries do not march in step."""

    first_s: float
    factor: float
    longest_s: float
    jitter: float


def pause_s(attempts: int, back_off: BackOff, *, chance: float) -> float:
    """The pause after so many attempts; `chance` from 0 to 1 is drawn by the caller.

    >>> pause_s(3, BackOff(first_s=2, factor=2, longest_s=60, jitter=0.5), chance=0.5)
    8.0
    """
    plain = min(back_off.first_s * back_off.factor ** (attempts - 1), back_off.longest_s)
    return plain * (1 + back_off.jitter * (2 * chance - 1))


class Verdict(StrEnum):
    """What a channel says of one letter."""

    TAKEN = "taken"
    DELIVERED = "delivered"  # the channel itself saw it arrive
    LATER = "later"  # refused for now: another attempt may do
    NEVER = "never"  # refused for good: wrong address, wrong key
    UNKNOWN = "unknown"  # it may have been taken: no answer, or the connection broke
