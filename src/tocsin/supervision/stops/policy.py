"""Service of an order and conditions of a resumption, as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.supervision.objects.policy.register import reads_chinese

FILE = Path(__file__).with_name("policy.toml")


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One condition of a resumption. `stopped_days`: only after a stop of more than so many days."""

    code: str
    zh: str
    en: str
    trades: tuple[str, ...]
    waivable: bool
    source_zh: str
    source_en: str
    confidence: Literal["A", "B", "C"]
    stopped_days: int = 0

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if reads_chinese() else self.en

    @property
    def source(self) -> str:
        """Where it is asked, in the reader's language."""
        return self.source_zh if reads_chinese() else self.source_en

    def asked_of(self, trade: str, stopped_days: int) -> bool:
        """Whether a firm of that trade, stopped for so long, must meet it."""
        return (not self.trades or trade in self.trades) and stopped_days >= self.stopped_days


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long after an order was served that may be written down."""

    told_within_h: float


class StopPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policy.toml`."""

    service: Service
    condition: tuple[Condition, ...]


CONDITIONS = PolicyFile(
    "supervision.resumption", FILE, reader(StopPolicy), "复工条件", "Conditions of a resumption", items="condition"
)


def conditions() -> tuple[Condition, ...]:
    """All conditions that a resumption may be asked to meet, by the policy in force."""
    return CONDITIONS.current().condition


def service() -> Service:
    """How service is written down, by the policy in force."""
    return CONDITIONS.current().service
