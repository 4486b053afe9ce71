"""How a camera stands as a judge of its frames sees it; written by the subject `health`, told wherever a camera is."""

from enum import StrEnum
from typing import Final

from tocsin.engine.frames.health import CameraFault


class CameraState(StrEnum):
    """Unknown until frames come; silent when none comes any more; otherwise good, or the gravest fault."""

    UNKNOWN = "unknown"
    GOOD = "good"
    SILENT = "silent"
    DARK = CameraFault.DARK.value
    BRIGHT = CameraFault.BRIGHT.value
    COVERED = CameraFault.COVERED.value
    BLURRED = CameraFault.BLURRED.value
    MOVED = CameraFault.MOVED.value
    FROZEN = CameraFault.FROZEN.value
    CLOCK = CameraFault.CLOCK.value


BAD: Final = frozenset(CameraState) - {CameraState.UNKNOWN, CameraState.GOOD}
"""States in which somebody has to look after the camera."""
