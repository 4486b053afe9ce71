"""Since when somebody stands still: a place counts as another once it lies farther away than the positions are uncertain."""

from dataclasses import dataclass

from tocsin.base.geometry import distance_m


@dataclass(frozen=True)
class Anchor:
    """The place where somebody was when they last moved, and since when they are there (milliseconds)."""

    lon: float
    lat: float
    since_ms: int


def follow(anchor: Anchor | None, lon: float, lat: float, accuracy_m: float, at_ms: int, *, least_m: float) -> Anchor:
    """The anchor after one more position. A step of `least_m` counts, and only one beyond the position's accuracy.

    >>> first = follow(None, 120.0, 36.0, 1.0, 0, least_m=3.0)
    >>> follow(first, 120.00001, 36.0, 1.0, 5_000, least_m=3.0) == first
    True
    >>> follow(first, 120.0001, 36.0, 1.0, 9_000, least_m=3.0).since_ms
    9000
    """
    if anchor is not None and at_ms < anchor.since_ms:
        return anchor
    if anchor is not None and distance_m(anchor.lon, anchor.lat, lon, lat) <= max(least_m, accuracy_m):
        return anchor
    return Anchor(lon, lat, at_ms)
