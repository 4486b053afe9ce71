"""Keys of frames, as doors and readers need them."""

from datetime import timedelta
from typing import Final, NamedTuple

from tocsin.base.keys import Purpose
from tocsin.base.sealing import SealBrokenError, Sealer
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries.registry import counted
from tocsin.sensing.frame_keys.models import FrameKey
from tocsin.sensing.frame_keys.policy import frame_keys_policy

COUNTER: Final = "frame_keys"
MANAGE: Final = "sensors.manage"
SEALER: Final = Sealer(Purpose.FRAMES, "frame key")


class KnownKey(NamedTuple):
    """A key of 16 bytes, and the time (seconds of Unix) from which it no longer counts."""

    key: bytes
    until_s: float


def frame_keys_version() -> int:
    """A number that grows with every change of keys."""
    return counted(COUNTER)


def known_frame_keys() -> dict[str, tuple[KnownKey, ...]]:
    """By the code of each enabled device that has one its key, and behind it the one before."""
    overlap = timedelta(days=frame_keys_policy().overlap_days)
    found = {}
    rows = FrameKey.objects.filter(device__enabled=True).select_related("device")
    for row in rows:
        kept = [(row.sealed, float("inf")), (row.earlier, (row.made_at + overlap).timestamp())]
        found[row.device.code] = tuple(KnownKey(key, until_s) for sealed, until_s in kept if sealed and (key := _opened(sealed)))
    return found


def frame_key_of(device: Device) -> FrameKey | None:
    """The key of a device, sealed as it lies; None where it has none."""
    return FrameKey.objects.filter(device=device).first()


def _opened(sealed: str) -> bytes:
    """Empty where no key of the installation opens it: that device's encrypted frames can't be read until it gets another."""
    try:
        return SEALER.open(sealed)
    except SealBrokenError:
        return b""
