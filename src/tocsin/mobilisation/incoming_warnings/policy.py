"""`policy.toml` as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.levels import LevelName
from tocsin.base.policy import PolicyFile, reader
from tocsin.mobilisation.public_warnings.rules.cap.message import Info, Severity

FILE = Path(__file__).with_name("policy.toml")
Minutes = Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
type Who = Literal["desk", "owner", "firm"]
_COLOURS = {"red": ("红", "red"), "orange": ("橙", "orange"), "yellow": ("黄", "yellow"), "blue": ("蓝", "blue")}


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages are of a kind."""

    kind: str
    words: tuple[str, ...]
    codes: tuple[str, ...]

    def fits(self, info: Info) -> bool:
        """Whether a word stands in the message's event, or one of its codes begins so."""
        event = info.event.lower()
        codes = [one.value for one in info.event_codes]
        return any(word.lower() in event for word in self.words) or any(code.startswith(self.codes) for code in codes)


class WarningMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kind of recipient has to do, and within how many minutes."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    who: Who
    kinds: tuple[str, ...]
    levels: tuple[LevelName, ...]
    within_min: Minutes
    zh: str
    en: str
    source: str
    confidence: Literal["A", "B", "C"]

    def fits(self, kind: str, level: str) -> bool:
        """Whether it holds for warnings of this kind and level."""
        return (not self.kinds or kind in self.kinds) and (not self.levels or level in self.levels)


class IncomingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    ahead_min: Minutes
    oldest_h: Hours
    default_h: Hours
    longest_h: Hours
    least_interval_s: Seconds
    longest_pause_s: Seconds
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=60)]
    feed_bytes: Annotated[int, msgspec.Meta(ge=1000, le=2_000_000)]
    entries_at_once: Annotated[int, msgspec.Meta(ge=1, le=500)]
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=36_600)]
    code_names: tuple[str, ...]
    severity: dict[Severity, LevelName]
    event: tuple[Event, ...]
    measure: tuple[WarningMeasure, ...]

    def kind_of(self, info: Info) -> str:
        """The kind of a message; `other` for one that no row knows."""
        return next((row.kind for row in self.event if row.fits(info)), "other")

    def level_of(self, info: Info) -> str:
        """The colour that the message names, in its parameters or in its headline; else what its severity stands for."""
        named = [one.value for one in info.parameters if one.name.lower() in ("colour", "color", "颜色", "预警颜色")]
        for text in (*named, info.headline, info.event):
            for level, (zh, en) in _COLOURS.items():
                if f"{zh}色" in text or text.strip().lower() == en:
                    return level
        return self.severity[info.severity]

    def measure_for(self, who: Who, kind: str, level: str) -> WarningMeasure | None:
        """The first row that fits."""
        return next((row for row in self.measure if row.who == who and row.fits(kind, level)), None)

    def measure_named(self, code: str) -> WarningMeasure | None:
        """By its code; None once policy no longer has it."""
        return next((row for row in self.measure if row.code == code), None)


def _check(policy: IncomingPolicy, source: str) -> None:
    lacking = set(Severity) - set(policy.severity)
    if lacking:
        raise ValueError(f"{source}: severity lacks {', '.join(sorted(lacking))}")
    codes = [row.code for row in policy.measure]
    if len(set(codes)) != len(codes):
        raise ValueError(f"{source}: a code of measure stands twice")


INCOMING_WARNINGS = PolicyFile(
    "mobilisation.incoming_warnings", FILE, reader(IncomingPolicy, _check), "外来预警", "Incoming warnings", regions=True
)


def incoming_policy(region_code: str) -> IncomingPolicy:
    """The policy in force in a region."""
    return INCOMING_WARNINGS.current(region=region_code)
