"""What the detector remembers of each sensor, and how it is written down and read back.

Two records per sensor: one cache line of what nearly every reading touches, and the rest. Measured on 100,000 sensors in random
order, one record of 256 bytes was 3 times slower, because a quarter of the cache's sets had to hold all of the first lines.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.detection.catalogue import RULES
from tocsin.engine.detection.rule import NEVER, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE_LINE = 64
_MAGIC = b"TOCSIN-DETECTOR-1\n"

# ts: of the newest reading; value: of the newest believed one; readings: believed ones so far, up to 65535; raised: one bit per
# rule, and DOUBTED; profile: index into the parameter table, negative where the sensor is not watched.
_COMMON: Fields = (("ts", "i8"), ("value", "f8"), ("readings", "u2"), ("raised", "u2"), ("profile", "i2"))
# value_ts: the time of `value`, kept only while DOUBTED; rules: those of the profile under which the sensor was last watched.
_COMMON_RARE: Fields = (("value_ts", "i8"), ("rules", "u4"))


def _record(fields: Fields) -> np.dtype[np.void]:
    """Larger items first, so that all are aligned, and arrays after them; a whole number of cache lines."""
    ordered = sorted(fields, key=lambda field: (-np.dtype(field[1]).itemsize, len(field)))
    forms = [np.dtype([field])[0] for field in ordered]
    ends = np.cumsum([form.itemsize for form in forms]).tolist()
    size = -(-ends[-1] // CACHE_LINE) * CACHE_LINE
    return np.dtype({"names": [name for name, *_ in ordered], "formats": forms, "offsets": [0, *ends[:-1]], "itemsize": size})


FREQUENT = _record(_COMMON + tuple(field for rule in RULES for field in rule.frequent_state))
RARE = _record(_COMMON_RARE + tuple(field for rule in RULES for field in rule.state))


@dataclass(frozen=True, eq=False)
class States:
    """State of n sensors: `lines` FREQUENT[n], `rests` RARE[n]."""

    lines: NDArray[np.void]
    rests: NDArray[np.void]

    @classmethod
    def new(cls, sensors: int) -> "States":
        """Of sensors that have not spoken and are not watched."""
        states = cls(_aligned(sensors, FREQUENT), _aligned(sensors, RARE))
        states.lines["ts"] = NEVER
        states.lines["profile"] = -1
        states.rests["silence_watched_since"] = NEVER
        return states

    def grown(self, sensors: int) -> "States":
        """The same for more sensors."""
        states = States.new(sensors)
        states.lines[: len(self.lines)] = self.lines
        states.rests[: len(self.rests)] = self.rests
        return states

    def encode(self) -> bytes:
        """A header that names the fields, then both arrays. A later version finds by name what it still knows."""
        header = {"sensors": len(self.lines), "lines": _described(FREQUENT), "rests": _described(RARE)}
        return b"".join((_MAGIC, json.dumps(header).encode(), b"\n", self.lines.tobytes(), self.rests.tobytes()))

    @classmethod
    def decode(cls, snapshot: bytes) -> "States":
        """What `encode` wrote; ValueError where it is no snapshot, or is cut short."""
        if not snapshot.startswith(_MAGIC):
            raise ValueError("not a snapshot of a detector")
        start = snapshot.index(b"\n", len(_MAGIC)) + 1
        header = json.loads(snapshot[len(_MAGIC) : start])
        sensors = int(header["sensors"])
        states = cls.new(sensors)
        for name, target in (("lines", states.lines), ("rests", states.rests)):
            form = np.dtype(header[name])
            end = start + sensors * form.itemsize
            if end > len(snapshot):
                raise ValueError(f"the snapshot should hold {sensors} sensors and is cut short")
            kept = np.frombuffer(snapshot, form, count=sensors, offset=start)
            for field in target.dtype.names or ():
                if field in (form.names or ()):
                    target[field] = kept[field]
            start = end
        return states


def _aligned(count: int, form: np.dtype[np.void]) -> NDArray[np.void]:
    """form[count] of zeros that begins on a cache line."""
    raw = np.zeros(count * form.itemsize + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + count * form.itemsize].view(form)


def _described(form: np.dtype[np.void]) -> dict[str, object]:
    """What np.dtype reads back."""
    fields: Mapping[str, Any] = form.fields or {}
    return {
        "names": list(fields),
        "formats": [f"{kind.shape}{kind.base.str}" if kind.shape else kind.str for kind, *_ in fields.values()],
        "offsets": [place for _, place, *_ in fields.values()],
        "itemsize": form.itemsize,
    }
