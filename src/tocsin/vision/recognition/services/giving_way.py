"""How far what looks at pictures gives way to everything else on the machine, so that no alarm waits for a picture."""

import os
from typing import Final

LAST: Final = 15
"""The niceness of what looks at frames: beside one busy process of niceness 0 a thirtieth of a core is left for it."""
PRESSING: Final = 5
"""The niceness of reading plates where a vehicle is expected or there: beside one busy process a quarter of a core."""


def give_way(niceness: int) -> None:
    """Sets the niceness of the calling thread, and of what it starts, where it is lower so far: it is never taken back, and what
    was inherited does not add up.
    """
    os.nice(max(0, niceness - os.nice(0)))
