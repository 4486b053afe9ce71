"""Randomness that has no memory: a number belongs to (seed, stream, index), so any part of time can be made without the rest.

A generator with a state would give other readings when asked for ten minutes than when asked for ten days. The mixing function is
SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import kernel

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

_ALL = 0xFFFFFFFFFFFFFFFF
_GAMMA = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def words(seed: int, *keys: Any) -> Words:
    """One uint64 per element of the broadcast keys (integers or integer arrays): evenly spread, the same on every machine."""
    word = _mixed(seed & _ALL)
    for turn, key in enumerate(keys):
        if not isinstance(key, int):
            return _words_of_arrays(word, keys[turn:])
        word = _mixed(word ^ (key & _ALL) * _GAMMA & _ALL)
    return np.array([word], dtype=np.uint64)


def _words_of_arrays(word: int, keys: tuple[Any, ...]) -> Words:
    mixed = np.array([word], dtype=np.uint64)
    for key in keys:
        bits = np.atleast_1d(np.asarray(key, dtype=np.int64)).view(np.uint64)
        shape = np.broadcast_shapes(mixed.shape, bits.shape)
        mixed, before = np.empty(shape, dtype=np.uint64), mixed
        _mix(np.broadcast_to(before, shape).ravel(), np.broadcast_to(bits, shape).ravel(), mixed.reshape(-1))
    return mixed


def _mixed(word: int) -> int:
    word = (word + _GAMMA) & _ALL
    word = (word ^ (word >> 30)) * _FIRST & _ALL
    word = (word ^ (word >> 27)) * _SECOND & _ALL
    return word ^ (word >> 31)


@kernel
def _mix(before: Words, bits: Words, mixed: Words) -> None:
    """The next word of each element, uint64[n]: `_mixed` of the word before and the key."""
    for i in range(len(mixed)):
        word = (before[i] ^ (bits[i] * np.uint64(_GAMMA))) + np.uint64(_GAMMA)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(_FIRST)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(_SECOND)
        mixed[i] = word ^ (word >> np.uint64(31))


def uniform(seed: int, *keys: Any) -> Floats:
    """Evenly between 0 and 1, float64 of the keys' shape.

    >>> float(uniform(7, 1, 2)[0]) == float(uniform(7, [9, 1], 2)[1])
    True
    """
    unit: Floats = (words(seed, *keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return unit


def normal(seed: int, *keys: Any) -> Floats:
    """Mean 0, deviation 1 (Box-Muller on the two halves of one word), float64 of the keys' shape."""
    word = words(seed, *keys)
    radius = np.sqrt(-2.0 * np.log(((word >> np.uint64(32)).astype(np.float64) + 0.5) * 2.0**-32))
    turn: Floats = (word & np.uint64(0xFFFFFFFF)).astype(np.float64) * (2.0 * np.pi * 2.0**-32)
    wave: Floats = radius * np.cos(turn)
    return wave


def wander(seed: int, *keys: Any, time_ms: NDArray[np.int64], period_ms: int) -> Floats:
    """A slow, smooth walk of mean 0 and deviation 1 whose knots are `period_ms` apart; float64 of time's shape."""
    knot = time_ms // period_ms
    part = (time_ms - knot * period_ms) / period_ms
    weight = part * part * (3.0 - 2.0 * part)
    walk: Floats = normal(seed, *keys, knot) * (1.0 - weight) + normal(seed, *keys, knot + 1) * weight
    return walk / np.sqrt(weight * weight + (1.0 - weight) * (1.0 - weight))
