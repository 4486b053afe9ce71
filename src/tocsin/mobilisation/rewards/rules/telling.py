"""Names under which notices about rewards are kept."""

from enum import StrEnum
from typing import Final

REWARD: Final = "reward"
"""The purpose of notices."""
DECIDES: Final = "decides_reward"
"""As what a body is told."""


class Matter(StrEnum):
    """What a body is told about."""

    DRAFTED = "drafted"
    PROPOSED = "proposed"
    DECLINED = "declined"
    CHANGED = "changed"
    LATE = "late"
    LAPSED = "lapsed"
    SECOND_USE = "second_use"
