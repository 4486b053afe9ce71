"""Whether two photos show the same picture: a difference hash, which survives scaling, compression and a little light."""

import numpy as np
from numpy.typing import NDArray

SIDE = 8  # bits in a row and in a column: 64 in all


def difference_hash(grey: NDArray[np.uint8]) -> int:
    """64 bits of a picture: for each of 8 × 9 cells whether it is brighter than its neighbour to the left.

    `grey` is uint8 of shape (height, width), both 9 or more; ValueError otherwise. Cells are means of the pixels that fall into
    them. Two photos of one scene differ in a few bits, different scenes in about 32 (Krawetz 2013, dHash).

    >>> difference_hash(np.tile(np.arange(90, dtype=np.uint8), (80, 1))) == 2**64 - 1
    True
    """
    if grey.ndim != 2 or min(grey.shape) <= SIDE:
        raise ValueError(f"a picture of shape {grey.shape} is too small for a hash")
    rows = np.linspace(0, grey.shape[0], SIDE + 1).astype(int)
    columns = np.linspace(0, grey.shape[1], SIDE + 2).astype(int)
    sums = np.add.reduceat(np.add.reduceat(grey.astype(np.float64), rows[:-1], axis=0), columns[:-1], axis=1)
    cells = sums / np.outer(np.diff(rows), np.diff(columns))
    bits = (cells[:, 1:] > cells[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def is_plain(grey: NDArray[np.uint8], least_spread: float = 4.0) -> bool:
    """Whether nearly nothing is to be seen (a dark or white picture): its hash says nothing. `least_spread` in grey levels."""
    return float(np.std(grey)) < least_spread


def differing_bits(one: int, other: int) -> int:
    """How many bits of two hashes differ.

    >>> differing_bits(0b1011, 0b0010)
    2
    """
    return (one ^ other).bit_count()
