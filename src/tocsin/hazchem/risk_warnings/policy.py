"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.levels import AlarmLevel
from tocsin.base.policy import PolicyFile, reader
from tocsin.hazchem.risk_warnings.rules import Clocks

FILE = Path(__file__).with_name("policy.toml")
_LEVELS = ("blue", "yellow", "orange", "red")


class RiskPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    least_level: Literal["blue", "yellow", "orange", "red"]
    red: Clocks
    orange: Clocks
    yellow: Clocks
    blue: Clocks

    def clocks(self, level: int) -> Clocks:
        """Those of a level, 1 blue to 4 red."""
        found: Clocks = getattr(self, _LEVELS[level - 1])
        return found

    @property
    def least(self) -> AlarmLevel:
        """From which level on alarms are told."""
        return AlarmLevel[self.least_level.upper()]


def _check(policy: RiskPolicy, source: str) -> None:
    for name in _LEVELS:
        clocks: Clocks = getattr(policy, name)
        if not clocks.at_once:
            raise ValueError(f"{source}: {name}: at_once names nobody")
        for key in ("confirm_min", "answer_min", "check_min", "take_min"):
            if not 0 < getattr(clocks, key) <= 30 * 24 * 60:
                raise ValueError(f"{source}: {name}: {key} lies above 0 and at most at {30 * 24 * 60} minutes")
        if clocks.confirm_min > clocks.answer_min:
            raise ValueError(f"{source}: {name}: confirm_min is at most answer_min")


RISK_WARNINGS = PolicyFile(
    "hazchem.risk_warnings", FILE, reader(RiskPolicy, _check), "危化品安全风险预警推送", "Risk warnings of plants", regions=True
)


def risk_policy(region_code: str = "") -> RiskPolicy:
    """The policy in force in a region."""
    return RISK_WARNINGS.current(region=region_code)
