"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")
Rows = Annotated[int, msgspec.Meta(ge=10_000, le=10**12)]


class RowsADay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that one person at a screen, one token, or all strangers together read in a day."""

    person: Rows
    token: Rows
    stranger: Rows


class ReadingLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long it is kept who has read what."""

    keep_days: Annotated[int, msgspec.Meta(ge=30, le=36_500)]


class ExchangePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    rows_a_day: RowsADay
    log: ReadingLog


EXCHANGE = PolicyFile("atlas.exchange", FILE, reader(ExchangePolicy), "数据共享", "Data for programs")


def exchange_policy() -> ExchangePolicy:
    """The policy in force."""
    return EXCHANGE.current()
