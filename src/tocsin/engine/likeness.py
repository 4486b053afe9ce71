"""How alike one report of a place is to many others: distance, kind, words and pictures, in one pass over columns.

Words are compared by their pairs of neighbouring signs, which needs no dictionary and serves Chinese as it does English: each
pair sets one of 512 bits (Bloom 1970), and the likeness of two texts is that of their bits (Jaccard 1912).
"""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

WORDS: Final = 8
"""64-bit words of a text's bits."""
BITS: Final = WORDS * 64
EARTH_M_PER_DEGREE: Final = 111_195.0
SAME_PICTURE_BITS: Final = 10  # of 64 that may differ in two photos of one scene (`engine.pictures`)


@dataclass(frozen=True)
class Reports:
    """Columns of many reports, all of one length: degrees (NaN: not known), kind as a number, bits of the words (n, 8), hash of
    the first picture (0: none).
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kind: NDArray[np.int64]
    words: NDArray[np.uint64]
    look: NDArray[np.uint64]


@dataclass(frozen=True)
class Weights:
    """What counts how much; `within_m`: beyond it nothing is the same matter."""

    within_m: float
    place: float
    kind: float
    words: float
    picture: float


def words_of(text: str) -> NDArray[np.uint64]:
    """The bits of a text, uint64 of shape (8,); case, blanks and punctuation count for nothing.

    >>> int(np.bitwise_count(words_of("安全出口")).sum())
    3
    """
    plain = "".join(one for one in text.lower() if one.isalnum())
    bits = np.zeros(BITS, dtype=np.uint8)
    for at in range(len(plain) - 1):
        bits[zlib.crc32(plain[at : at + 2].encode()) % BITS] = 1
    return np.packbits(bits).view(">u8").astype(np.uint64)


def likeness(one: Reports, many: Reports, weights: Weights) -> NDArray[np.float64]:
    """How alike the first report of `one` is to each of `many`, 0 to 1; 0 beyond `within_m`, NaN places count by words alone.

    Two reports of a place that neither gives are not near: they need the same words or the same picture.
    """
    east = (many.lon - one.lon[0]) * np.cos(np.radians(one.lat[0]))
    metres = np.hypot(east, many.lat - one.lat[0]) * EARTH_M_PER_DEGREE
    known = ~np.isnan(metres)
    near = np.where(known, np.clip(1.0 - metres / weights.within_m, 0.0, 1.0), 0.0)
    both = np.bitwise_count(many.words & one.words[0]).sum(axis=1)
    either = np.bitwise_count(many.words | one.words[0]).sum(axis=1)
    words = both / np.maximum(either, 1)
    same_picture = (many.look != 0) & (one.look[0] != 0) & (np.bitwise_count(many.look ^ one.look[0]) <= SAME_PICTURE_BITS)
    score = weights.place * near + weights.kind * (many.kind == one.kind[0]) + weights.words * words
    found = np.minimum(score + weights.picture * same_picture, 1.0)
    return np.where(known & (metres > weights.within_m), 0.0, found)
