"""Purposes of notices about permits, and as what somebody is told."""

from enum import StrEnum
from typing import Final

SIGN: Final = "permit_sign"
ENDS: Final = "permit_ends"
STOPPED: Final = "permit_stopped"
SILENT: Final = "permit_silent"
WARNING: Final = "permit_warning"


class PermitWarning(StrEnum):
    """Of what issuer, watcher and control room are warned."""

    EXPIRED = "expired"  # its time is over, and nobody has closed it
    CERTIFICATE = "certificate"
    WATCHER_AWAY = "watcher_away"
    LONG_PAUSE = "long_pause"
