"""Names that are known before anything is read, as a table of hashes that compiled loops ask by their bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import kernel, part

type Bytes = NDArray[np.uint8]
FEW_SLOTS = 8
EMPTY = -1
SLASH = ord("/")
SEED = np.uint64(0xCBF29CE484222325)  # FNV-1a of 64 bits (Fowler, Noll, Vo; RFC 9923)
PRIME = np.uint64(0x100000001B3)
HALF = np.uint64(32)


@dataclass(frozen=True, eq=False)
class Names:
    """A number for each name; names are compared byte by byte in UTF-8.

    `spelt` uint8: all names one behind the other. `start` int64 of length n + 1: where each begins. `number` int32 of length n.
    `slots` int32, its length a power of two at least twice n: which name lies there, -1 for none.
    """

    spelt: Bytes
    start: NDArray[np.int64]
    number: NDArray[np.int32]
    slots: NDArray[np.int32]

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> Self:
        """The numbers by name.

        >>> names = Names.of({"well-7/methane": 12, "well-8/methane": 13})
        >>> names.find(["well-8/methane", "well-9/methane"]).tolist()
        [13, -1]
        """
        spelt, start = _spelt(tuple(numbers))
        slots = np.full(max(FEW_SLOTS, 1 << (2 * len(numbers)).bit_length()), EMPTY, np.int32)
        _lay(spelt, start, slots)
        return cls(spelt, start, np.array(list(numbers.values()), np.int32), slots)

    def find(self, names: Sequence[str]) -> NDArray[np.int32]:
        """The number of each; -1 where it is not known."""
        asked, begins = _spelt(names)
        found = np.empty(len(names), np.int32)
        _find(asked, begins, self.spelt, self.start, self.number, self.slots, found)
        return found


@part
def hashed(data: Bytes, start: int, end: int, before: np.uint64) -> np.uint64:
    """The hash of these bytes behind those that gave `before` (`SEED` where there are none)."""
    found = before
    for at in range(start, end):
        found = (found ^ np.uint64(data[at])) * PRIME
    return found


@part
def first_slot(found: np.uint64, slots: NDArray[np.int32]) -> int:
    """Where a name of this hash is looked for first; then one slot further, and so on."""
    return int(np.int64((found ^ (found >> HALF)) & np.uint64(len(slots) - 1)))


@part
def is_spelt(data: Bytes, start: int, end: int, spelt: Bytes, place: int) -> bool:
    """Whether these bytes stand in `spelt` from `place` on, which has room for them."""
    at = 0
    while at < end - start and data[start + at] == spelt[place + at]:
        at += 1
    return at == end - start


@part
def place_of(data: Bytes, begin: int, end: int, spelt: Bytes, start: NDArray[np.int64], slots: NDArray[np.int32]) -> int:
    """Which of the names these bytes are; -1 for none."""
    slot = first_slot(hashed(data, begin, end, SEED), slots)
    while slots[slot] != EMPTY:
        one = int(slots[slot])
        if start[one + 1] - start[one] == end - begin and is_spelt(data, begin, end, spelt, start[one]):
            return one
        slot = (slot + 1) & (len(slots) - 1)
    return EMPTY


@part
def place_of_pair(
    data: Bytes,
    begin: int,
    end: int,
    second_begin: int,
    second_end: int,
    spelt: Bytes,
    start: NDArray[np.int64],
    slots: NDArray[np.int32],
) -> int:
    """Which of the names is made of these two with a slash between; -1 for none."""
    first = end - begin
    size = first + 1 + second_end - second_begin
    found = (hashed(data, begin, end, SEED) ^ np.uint64(SLASH)) * PRIME
    slot = first_slot(hashed(data, second_begin, second_end, found), slots)
    while slots[slot] != EMPTY:
        one = int(slots[slot])
        at = start[one]
        if (
            start[one + 1] - at == size
            and is_spelt(data, begin, end, spelt, at)
            and spelt[at + first] == SLASH
            and is_spelt(data, second_begin, second_end, spelt, at + first + 1)
        ):
            return one
        slot = (slot + 1) & (len(slots) - 1)
    return EMPTY


@kernel
def _lay(spelt: Bytes, start: NDArray[np.int64], slots: NDArray[np.int32]) -> None:
    """Each name into the first slot that is free for it."""
    for one in range(len(start) - 1):
        slot = first_slot(hashed(spelt, start[one], start[one + 1], SEED), slots)
        while slots[slot] != EMPTY:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = one


@kernel
def _find(
    asked: Bytes,
    begins: NDArray[np.int64],
    spelt: Bytes,
    start: NDArray[np.int64],
    number: NDArray[np.int32],
    slots: NDArray[np.int32],
    found: NDArray[np.int32],
) -> None:
    for one in range(len(found)):
        place = place_of(asked, begins[one], begins[one + 1], spelt, start, slots)
        found[one] = EMPTY if place == EMPTY else number[place]


def _spelt(names: Sequence[str]) -> tuple[Bytes, NDArray[np.int64]]:
    """All of them in UTF-8 one behind the other, and where each begins and the last ends."""
    encoded = [name.encode() for name in names]
    start = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(one) for one in encoded], out=start[1:])
    return np.array(bytearray(b"".join(encoded)), np.uint8), start
