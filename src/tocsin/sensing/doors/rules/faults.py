"""What could not be read of what a device sent."""

from dataclasses import dataclass
from typing import Final

from tocsin.sensing.quarantine.rules import Reason

SAMPLE_BYTES: Final = 300


@dataclass(frozen=True)
class Fault:
    """One thing that could not be read: why, where, and what was there."""

    reason: Reason
    where: str
    sample: str
