"""What could not be read of what a device sent."""

from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import TocsinError
from tocsin.sensing.quarantine.rules import Reason

SAMPLE_BYTES: Final = 300


@dataclass(frozen=True)
class Fault:
    """One thing that could not be read: of which kind, where and how to mend it, and what was there."""

    reason: Reason
    why: TocsinError
    sample: str
