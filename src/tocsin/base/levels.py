"""Levels, each on a named scale. Level 1 (一级, red) is the highest of the platform's alarm scale."""

from enum import IntEnum
from typing import Literal

LevelName = Literal["blue", "yellow", "orange", "red"]  # as policy files name the levels of alarms


class AlarmLevel(IntEnum):
    """The platform's alarm scale by rising severity, so that a comparison reads as one: `level >= AlarmLevel.ORANGE`."""

    NONE = 0
    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def number(self) -> int:
        """The number people say: red is level 1 (一级报警), blue is level 4; 0 where there is no alarm."""
        return 5 - self if self else 0


class Quality(IntEnum):
    """Quality of a reading: 有效, 存疑, 无效."""

    GOOD = 0
    SUSPECT = 1
    BAD = 2
