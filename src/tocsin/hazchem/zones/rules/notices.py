"""Purposes of notices about zones."""

from typing import Final

BREACH: Final = "zone_breach"
