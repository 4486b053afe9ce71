"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.alarm_quality import FloodRule
from tocsin.engine.flood import FoldRule

FILE = Path(__file__).with_name("policy.toml")

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


def _check(policy: AlarmLoadPolicy, source: str) -> None:
    if policy.flood.ends_below > policy.flood.begins_above:
        raise ValueError(f"{source}: flood: ends_below is at most begins_above")


ALARM_LOAD = PolicyFile(
    "hazchem.alarm_load", FILE, reader(AlarmLoadPolicy, _check), "危化品报警负荷与泛滥", "Alarm load of plants", regions=True
)


def alarm_load_policy(region_code: str = "") -> AlarmLoadPolicy:
    """The policy in force in a region."""
    return ALARM_LOAD.current(region=region_code)
