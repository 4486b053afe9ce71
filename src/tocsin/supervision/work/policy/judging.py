"""`judging.toml` as frozen values; an unknown or missing key is refused with its name."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.work.firm import EpisodeKind
from tocsin.supervision.work.rules.episodes import FirstStep, first_step

FILE = Path(__file__).with_name("judging.toml")

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
    deliver_within_min: float
    remind_share: float
    check_list: str
    deciding_item: str
    objection_working_days: int
    urgent: tuple[EpisodeKind, ...]
    dependants_listed: int

    def first_step(self, kind: EpisodeKind, independent: set[str]) -> FirstStep:
        """What follows first, by the kinds of evidence that speak for it."""
        return first_step(kind, independent=independent, asks_two=self.inspected_when_two_agree, maintains=self.maintenance)

    def within(self, kind: EpisodeKind, first: FirstStep) -> timedelta:
        """How long the first step may take."""
        if first is FirstStep.INSPECT:
            return timedelta(hours=self.inspect_within_h)
        return timedelta(minutes=self.urgent_answer_min) if kind in self.urgent else timedelta(hours=self.answer_within_h)


class Watching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often places are looked at for electrical danger, and what an overload rings as."""

    every_min: float
    firms_at_once: int
    least_h: float
    overload_level: Literal["yellow", "orange", "red"]
    answer_h: float  # the firm answers within, from the delivery of its notice


class WorkPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`judging.toml`."""

    judging: Judging
    level: dict[EpisodeKind, LevelName]
    following: Following
    electrical: Watching


WORK = PolicyFile("supervision.work", FILE, reader(WorkPolicy), "开工研判", "Work status")


def work_policy() -> WorkPolicy:
    """The policy in force."""
    return WORK.current()
