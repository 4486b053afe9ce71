"""Posts that nobody fit covers in the time ahead: what must be filled, the roster, leave and certificates in, gaps out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from tocsin.engine.duty.fitness import Fitness, fitness_on
from tocsin.engine.duty.shift import Certificate, PlannedShift

_LOCAL = timedelta(hours=8)
_DAY_MS = 86_400_000
_LOCAL_MS = 28_800_000


@dataclass(frozen=True)
class RequiredPost:
    """A post that must be filled: by `number` people of any of `roles` over each of `spans` (begin and end, Unix ms)."""

    key: str
    roles: frozenset[str]
    number: int
    spans: tuple[tuple[int, int], ...]


class Why(StrEnum):
    """Why somebody who could fill a post does not."""

    ON_LEAVE = "on_leave"
    NO_CERTIFICATE = "no_certificate"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_NOT_YET = "certificate_not_yet"


_WHY_UNFIT = {
    Fitness.MISSING: Why.NO_CERTIFICATE,
    Fitness.EXPIRED: Why.CERTIFICATE_EXPIRED,
    Fitness.REVOKED: Why.CERTIFICATE_REVOKED,
    Fitness.NOT_YET: Why.CERTIFICATE_NOT_YET,
}


@dataclass(frozen=True)
class Hole:
    """`missing` people short on a post from `start_ms` to `end_ms`. `why`: planned people who don't count, by person; empty
    where nobody is planned at all.
    """

    post: str
    start_ms: int
    end_ms: int
    missing: int
    why: tuple[tuple[str, Why], ...]


def holes(
    required: Iterable[RequiredPost],
    roster: Sequence[PlannedShift],
    needed_certificate: Mapping[str, str],
    certificates: Mapping[str, Sequence[Certificate]],
    from_ms: int,
    to_ms: int,
) -> list[Hole]:
    """Gaps of all posts between two moments, by post and time; neighbouring gaps of one reason are one.

    Overlapping shifts of one person count once. Somebody counts while a shift without leave runs and the certificate that
    `needed_certificate` names for the person (empty for none) is good on the local day.
    """
    found: list[Hole] = []
    for post in required:
        shifts = [shift for shift in roster if shift.role in post.roles]
        for begin, end in post.spans:
            begin, end = max(begin, from_ms), min(end, to_ms)
            for low, high in _pieces(begin, end, shifts):
                _append(found, _gap(post, low, high, shifts, needed_certificate, certificates))
    return found


def _pieces(begin: int, end: int, shifts: Sequence[PlannedShift]) -> Iterable[tuple[int, int]]:
    """The time between two moments, cut where a shift begins or ends and at local midnights."""
    if begin >= end:
        return ()
    cuts = {begin, end}
    cuts.update(ts for shift in shifts for ts in (shift.start_ms, shift.end_ms) if begin < ts < end)
    midnight = ((begin + _LOCAL_MS) // _DAY_MS + 1) * _DAY_MS - _LOCAL_MS
    cuts.update(range(midnight, end, _DAY_MS))
    marks = sorted(cuts)
    return pairwise(marks)


def _gap(
    post: RequiredPost,
    low: int,
    high: int,
    shifts: Sequence[PlannedShift],
    needed_certificate: Mapping[str, str],
    certificates: Mapping[str, Sequence[Certificate]],
) -> Hole | None:
    there: set[str] = set()
    why: dict[str, Why] = {}
    day = _local_day(low)
    for shift in shifts:
        if shift.start_ms <= low and shift.end_ms >= high:
            fitness = fitness_on(day, needed_certificate.get(shift.person, ""), certificates.get(shift.person, ()))
            if shift.leave:
                why.setdefault(shift.person, Why.ON_LEAVE)
            elif fitness != Fitness.FIT:
                why[shift.person] = _WHY_UNFIT[fitness]
            else:
                there.add(shift.person)
    missing = post.number - len(there)
    if missing <= 0:
        return None
    return Hole(post.key, low, high, missing, tuple(sorted((person, one) for person, one in why.items() if person not in there)))


def _append(found: list[Hole], gap: Hole | None) -> None:
    if gap is None:
        return
    last = found[-1] if found else None
    if last and (last.post, last.end_ms, last.missing, last.why) == (gap.post, gap.start_ms, gap.missing, gap.why):
        found[-1] = Hole(gap.post, last.start_ms, gap.end_ms, gap.missing, gap.why)
    else:
        found.append(gap)


def _local_day(ts_ms: int) -> date:
    return (datetime.fromtimestamp(ts_ms / 1000.0, UTC) + _LOCAL).date()
