"""Names under which people are told of doors to knock on, and of who needs help behind one."""

from typing import Final

WALKS: Final = "door_walk"  # to whoever walks: doors were given to them, or taken back
HELP: Final = "door_help"  # to the desk: somebody behind a door needs help

WALKER_AS: Final = "door_walker"  # as what
DESK_AS: Final = "door_desk"

GIVEN: Final = "given"  # what a walker hears
TAKEN_BACK: Final = "taken_back"
