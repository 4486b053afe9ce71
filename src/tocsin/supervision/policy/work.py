"""`work.toml` as frozen values; an unknown or missing key is refused with its name."""

from datetime import timedelta
from functools import cache
from typing import Literal

import msgspec

from tocsin.engine.work import EpisodeKind
from tocsin.supervision.policy import read_file
from tocsin.supervision.policy.objects import reads_chinese
from tocsin.supervision.rules.episodes import FirstStep, first_step

LevelName = Literal["red", "orange", "yellow", "task"]


class Judging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often and over how much of the past firms are judged."""

    every_min: float
    window_days: int
    again_days: int
    least_probability: float
    firms_at_once: int


class Following(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows from an episode."""

    inspected_when_two_agree: tuple[EpisodeKind, ...]
    maintenance: tuple[EpisodeKind, ...]
    inspect_within_h: float
    answer_within_h: float
    urgent_answer_min: float
    urgent: tuple[EpisodeKind, ...]

    def first_step(self, kind: EpisodeKind, independent: set[str]) -> FirstStep:
        """What follows first, by the kinds of evidence that speak for it."""
        return first_step(kind, independent=independent, asks_two=self.inspected_when_two_agree, maintains=self.maintenance)

    def within(self, kind: EpisodeKind, first: FirstStep) -> timedelta:
        """How long the first step may take."""
        if first is FirstStep.INSPECT:
            return timedelta(hours=self.inspect_within_h)
        return timedelta(minutes=self.urgent_answer_min) if kind in self.urgent else timedelta(hours=self.answer_within_h)


class TakingEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken from platforms."""

    keep_days: int
    ahead_min: float
    records_at_once: int


class Lateness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a platform counts as late and as dead, where its own settings say nothing else; how long its tallies are kept."""

    late_h: float
    dead_h: float
    tally_days: int


class Watching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often places are looked at for electrical danger, and what an overload rings as."""

    every_min: float
    firms_at_once: int
    least_h: float
    overload_level: Literal["yellow", "orange", "red"]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One condition of a resumption. `stopped_days`: only after a stop of more than so many days."""

    code: str
    zh: str
    en: str
    trades: tuple[str, ...]
    waivable: bool
    source: str
    stopped_days: int = 0

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if reads_chinese() else self.en

    def asked_of(self, trade: str, stopped_days: int) -> bool:
        """Whether a firm of that trade, stopped for so long, must meet it."""
        return (not self.trades or trade in self.trades) and stopped_days >= self.stopped_days


class WorkPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`work.toml`."""

    judging: Judging
    level: dict[EpisodeKind, LevelName]
    following: Following
    evidence: TakingEvidence
    platforms: Lateness
    electrical: Watching
    condition: tuple[Condition, ...]


@cache
def work_policy() -> WorkPolicy:
    """The shipped policy."""
    return read_file("work.toml", WorkPolicy)
