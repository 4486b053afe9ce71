"""Names under which notices about rewards are kept."""

from enum import StrEnum
from typing import Final

REWARD: Final = "reward"
"""The purpose of notices."""
DECIDES: Final = "decides_reward"
"""As what a body is told."""
PROPOSED_IT: Final = "proposed_reward"
"""As what whoever proposed it is told."""


class Matter(StrEnum):
    """What a body, or whoever proposed it, is told about."""

    DRAFTED = "drafted"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    CHANGED = "changed"
    LATE = "late"
    LAPSED = "lapsed"
    SECOND_USE = "second_use"
