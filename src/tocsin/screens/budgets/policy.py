"""The figures: `policy.toml`."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.screens.budgets.buckets import Rate
from tocsin.screens.budgets.gate import GateLimits


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a time one request may ask about."""

    history_days: int


class LaneLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests that are worked on at once beside others: all below `paths`, and what is sent (not read) below `sent_to`."""

    at_once: int
    of_one: int
    waiting: int
    waiting_of_one: int
    wait_s: float
    paths: tuple[str, ...] = ()
    sent_to: tuple[str, ...] = ()


class StreamLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many live streams are open at once, and how many missed events one is told afterwards."""

    of_person: int
    of_process: int
    missed: int


class ConnectionLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many connections, and how long one may take to say what it wants."""

    most: int
    queued: int
    header_s: float
    body_s: float
    body_bytes_per_s: float


class BudgetPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    person: Rate
    token: Rate
    stranger: Rate
    address: Rate
    work: Rate
    span: Span
    gate: GateLimits
    common: LaneLimits
    entrance: LaneLimits
    acts: LaneLimits
    stream: StreamLimits
    connection: ConnectionLimits


def _above_zero(found: BudgetPolicy, source: str) -> None:
    for name in ("person", "token", "stranger", "address", "work"):
        rate: Rate = getattr(found, name)
        if not rate.per_s > 0 or not rate.burst >= 1:
            raise ValueError(
                f"{source}: [{name}] needs per_s above 0 and burst of at least 1, else nobody could ask for anything"
            )
    for name in ("gate", "common", "entrance", "acts"):
        limits: GateLimits | LaneLimits = getattr(found, name)
        if min(limits.at_once, limits.of_one, limits.waiting, limits.waiting_of_one) < 1:
            raise ValueError(f"{source}: [{name}] needs at least 1 of each, else nobody could ask for anything")


BUDGETS = PolicyFile(
    "screens.budgets",
    Path(__file__).with_name("policy.toml"),
    reader(BudgetPolicy, _above_zero),
    "访问限额",
    "Budgets of requests",
)
