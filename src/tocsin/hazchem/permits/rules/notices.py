"""Purposes of notices about permits, and as what somebody is told."""

from typing import Final

SIGN: Final = "permit_sign"
ENDS: Final = "permit_ends"
STOPPED: Final = "permit_stopped"
SILENT: Final = "permit_silent"
