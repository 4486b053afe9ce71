"""Names by which notices of alarms are known: their purpose, and as what somebody is told."""

from typing import Final

FLAPPING: Final = "flapping"
KEEPS_DEVICE: Final = "keeps_device"
WATCHES: Final = "watches"
