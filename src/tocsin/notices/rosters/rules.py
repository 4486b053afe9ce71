"""What the notices of rosters are for, and as what somebody is told."""

from typing import Final

DUTY: Final = "duty"  # one's own shifts and swaps, holes in rosters that one plans
ROSTER: Final = "roster"  # on the roster
PLANNER: Final = "planner"  # plans the roster
