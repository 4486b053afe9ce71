"""The permissions that acts upon cameras and sightings ask for."""

from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "supervision.see"
MANAGE: Final[Permission] = "supervision.manage"  # the register of cameras
SEND: Final[Permission] = "evidence.send"  # events of a recogniser, by a token
INSPECT: Final[Permission] = "inspections.work"  # the hidden danger that a confirmed sighting shows
JUDGE: Final[Permission] = "findings.record"  # whether a sighting is true: beside SEE
OWN: Final[Permission] = "firm.work"  # what a firm's own people do for their firm
