"""News of how the installation runs. Consumers may see one twice."""

import msgspec


class LoopFailing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A loop of a worker fails again and again: what it does is not done until somebody looks."""

    loop: str
    worker: str
    failures: int
    error: str


class LoopRecovered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A loop that kept failing works again."""

    loop: str
    worker: str
