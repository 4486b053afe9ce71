"""The fate of a notice and of each sending of it."""

from enum import StrEnum
from typing import Final


class Fate(StrEnum):
    """What became of it (送达状态). UNCERTAIN: it was being handed over when the sender died."""

    QUEUED = "queued"
    SENDING = "sending"  # leased by a sender
    SENT = "sent"  # the channel has taken it
    DELIVERED = "delivered"  # the channel says that it arrived
    READ = "read"
    SIGNED = "signed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SUPERSEDED = "superseded"  # replaced, or stopped by a signature


PENDING: Final = frozenset((Fate.QUEUED, Fate.SENDING, Fate.UNCERTAIN))
REACHED: Final = frozenset((Fate.SENT, Fate.DELIVERED, Fate.READ, Fate.SIGNED))


class Purpose(StrEnum):
    """What a notice is for."""

    TOLD = "told"  # a case has begun, or what is known of it has changed
    ORDER = "order"  # an order to sign for
    STAND_BY = "stand_by"  # others dig beside your pipes
    REMIND = "remind"  # 催办
    ESCALATE = "escalate"  # a clock has run out: the superior, the leader
    SUPERVISE = "supervise"  # 督办
    REPORT = "report"  # upward
    HANDOVER = "handover"
    CHECK_IN = "check_in"
    SUMMARY = "summary"  # many in place of a flood
    REACHABILITY = "reachability"  # the monthly drill
