"""Figures of a firm's alarms against their targets, and the bursts among them. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
import numpy as np

from tocsin.engine.alarm_quality import MINUTE_MS, FloodRule, Load, busiest, chattering, load_of, standing
from tocsin.engine.flood import FoldRule, priority_shares

type Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
type Positive = Annotated[float, msgspec.Meta(gt=0)]
type Count = Annotated[int, msgspec.Meta(ge=0)]


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each figure shall not exceed."""

    per_hour: Positive
    peak: Count
    flood_share: Share
    standing: Count
    chattering: Count
    share_of_top: Share
    red: Share
    orange: Share
    yellow: Share


class Flood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a flood begins and ends for one operator."""

    window_min: Annotated[int, msgspec.Meta(ge=1, le=120)]
    begins_above: Positive
    ends_below: Positive

    @property
    def rule(self) -> FloodRule:
        """As the engine takes it."""
        return FloodRule(self.window_min, self.begins_above, self.ends_below)


class Fold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a burst is put in order."""

    fold_s: Positive
    together_s: Annotated[float, msgspec.Meta(ge=0)]
    most_steps: Annotated[int, msgspec.Meta(ge=0, le=100)]
    top: Annotated[int, msgspec.Meta(ge=1, le=100)]

    @property
    def rule(self) -> FoldRule:
        """As the engine takes it."""
        return FoldRule(self.fold_s, self.together_s, self.most_steps, self.top)


class AlarmLoadPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    days: Annotated[int, msgspec.Meta(ge=1, le=92)]
    operators: Positive
    standing_h: Positive
    chattering_raises: Annotated[int, msgspec.Meta(ge=2)]
    chattering_within_s: Positive
    top: Annotated[int, msgspec.Meta(ge=1, le=100)]
    flood: Flood
    fold: Fold
    target: Targets


@dataclass(frozen=True)
class Rung:
    """An alarm as the figures need it, in Unix milliseconds; -1: still open. `met_ms`: each time that its condition was met."""

    point: int
    level: int
    raised_ms: int
    closed_ms: int
    met_ms: tuple[int, ...] = ()


class LoadKind(StrEnum):
    """The figures of a firm's alarms."""

    PER_HOUR = "per_hour"
    PEAK = "peak"
    FLOOD_SHARE = "flood_share"
    STANDING = "standing"
    CHATTERING = "chattering"
    SHARE_OF_TOP = "share_of_top"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"


@dataclass(frozen=True)
class LoadFigure:
    """One figure beside what it shall not exceed; `value` None where there is no alarm to take a share of, and for the share of
    the most frequent points where no others rang.
    """

    kind: LoadKind
    value: float | None
    target: float

    @property
    def is_good(self) -> bool:
        """Whether it is within its target."""
        return self.value is None or self.value <= self.target


@dataclass(frozen=True, eq=False)
class Judged:
    """A firm's alarms of a time: how many, every figure, and the load minute by minute."""

    alarms: int
    figures: list[LoadFigure]
    load: Load


def judge(alarms: Sequence[Rung], *, begin_ms: int, end_ms: int, policy: AlarmLoadPolicy) -> Judged:
    """The figures of the alarms that were open at some time in it, those of the window before it counted in the first windows."""
    raised = np.array([one.raised_ms for one in alarms], np.int64)
    closed = np.array([one.closed_ms for one in alarms], np.int64)
    inside = [one for one in alarms if begin_ms <= one.raised_ms < end_ms]
    load = load_of(raised, begin_ms=begin_ms, end_ms=end_ms, operators=policy.operators, rule=policy.flood.rule)
    stands = standing(raised, closed, at_ms=end_ms, longer_ms=round(policy.standing_h * 3_600_000))
    met = [(one.point, moment) for one in alarms for moment in one.met_ms]
    chatters = chattering(
        np.array([point for point, _moment in met], np.int32),
        np.array([moment for _point, moment in met], np.int64),
        raises=policy.chattering_raises,
        within_ms=round(policy.chattering_within_s * 1000),
    )
    shares = priority_shares(np.array([one.level for one in inside], np.int8))
    points = np.array([one.point for one in inside], np.int32)
    _points, counts = busiest(points, policy.top)
    values: dict[LoadKind, float | None] = {
        LoadKind.PER_HOUR: load.per_hour,
        LoadKind.PEAK: float(load.per_window.max()) / policy.operators,
        LoadKind.FLOOD_SHARE: load.flood_minutes / len(load.in_flood),
        LoadKind.STANDING: float(np.count_nonzero(stands)),
        LoadKind.CHATTERING: float(len(chatters)),
        LoadKind.SHARE_OF_TOP: int(counts.sum()) / len(inside) if len(np.unique(points)) > policy.top else None,
        LoadKind.RED: shares.red if shares else None,
        LoadKind.ORANGE: shares.orange if shares else None,
        LoadKind.YELLOW: shares.yellow if shares else None,
    }
    return Judged(len(inside), [LoadFigure(kind, values[kind], getattr(policy.target, kind.value)) for kind in LoadKind], load)


def bursts(load: Load, *, begin_ms: int, window_min: int) -> list[tuple[int, int]]:
    """From when to when each flood lasted, in milliseconds, the window that began it with it; the newest last. Where there was
    none, the fullest window of all, if anything rang.
    """
    minutes = np.flatnonzero(load.in_flood)
    if not len(minutes):
        if not load.per_window.max(initial=0):
            return []
        minutes = np.array([int(load.per_window.argmax())])
    runs = np.split(minutes, np.flatnonzero(np.diff(minutes) > 1) + 1)
    return [(begin_ms + (int(run[0]) + 1 - window_min) * MINUTE_MS, begin_ms + (int(run[-1]) + 1) * MINUTE_MS) for run in runs]
