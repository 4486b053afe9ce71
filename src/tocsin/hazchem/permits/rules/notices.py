"""Purposes of notices about permits, and as what somebody is told."""

from typing import Final

SIGN: Final = "permit_sign"
ENDS: Final = "permit_ends"
STOPPED: Final = "permit_stopped"
UNPERMITTED: Final = "work_without_permit"
SILENT: Final = "permit_silent"
