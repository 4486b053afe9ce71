"""Where everybody is in a muster: seen by a person, at a muster point, out of the plant, or missing. Values in, verdicts out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class MusterStanding(StrEnum):
    """How somebody stands in a muster, whoever still has to be looked for first."""

    MISSING = "missing"
    AT_POINT = "at_point"
    OUT = "out"
    SEEN = "seen"


@dataclass(frozen=True)
class Whereabouts:
    """What is known of somebody. `ticked`: a person has seen them; `point`: the muster point in which their tag is, or empty;
    `outside`: their tag is beyond the plant's limit; `heard_ms`: when it was heard last, None for never or without a tag.
    """

    ticked: bool = False
    point: str = ""
    outside: bool = False
    heard_ms: int | None = None


def standing_of(known: Whereabouts, *, fresh_ms: int) -> MusterStanding:
    """How somebody stands. A tag that was not heard since `fresh_ms` proves nothing: who left it in a rack is missing.

    >>> [standing_of(Whereabouts(point="gate", heard_ms=at), fresh_ms=5).value for at in (10, 4)]
    ['at_point', 'missing']
    >>> standing_of(Whereabouts(ticked=True), fresh_ms=5).value, standing_of(Whereabouts(), fresh_ms=5).value
    ('seen', 'missing')
    """
    if known.ticked:
        return MusterStanding.SEEN
    if known.heard_ms is None or known.heard_ms < fresh_ms:
        return MusterStanding.MISSING
    if known.point:
        return MusterStanding.AT_POINT
    return MusterStanding.OUT if known.outside else MusterStanding.MISSING


def count_standings(standings: Iterable[MusterStanding]) -> dict[MusterStanding, int]:
    """How many stand how; every standing is named.

    >>> count_standings([MusterStanding.OUT])[MusterStanding.MISSING]
    0
    """
    counted = Counter(standings)
    return {one: counted[one] for one in MusterStanding}
