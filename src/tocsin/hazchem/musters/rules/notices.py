"""Purposes of notices about musters, and as what somebody is told."""

from typing import Final

BEGUN: Final = "muster_begun"
ENDED: Final = "muster_ended"
GATHER: Final = "muster_gather"
ROOM: Final = "muster_room"
DESK: Final = "muster_desk"
