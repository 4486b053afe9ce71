"""What came of an upkeep, when it is due again, and which of two results holds."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from tocsin.supplies.stock.rules.lots import shelf_end

UPKEEP: Final = "upkeep"  # the subject's name in the catalogue


class UpkeepAct(StrEnum):
    """What somebody enters at gear."""

    PASSED = "passed"
    FAILED = "failed"
    NOTE = "note"
    PHOTO = "photo"


RESULTS: Final = (UpkeepAct.PASSED, UpkeepAct.FAILED)  # in the order of the buttons


class UpkeepVerdict(StrEnum):
    """What an entry does."""

    HOLDS = "holds"
    BEHIND = "behind"  # a later result is known
    BESIDE = "beside"  # somebody else entered another result, and neither knew of the other
    KEPT = "kept"  # a note, a photo


class Due(StrEnum):
    """How an upkeep stands with its day."""

    LATER = "later"
    SOON = "soon"
    LATE = "late"  # past its day, still promised
    OVERDUE = "overdue"  # out of what can be promised


def stand_of(due_on: date, day: date, tell_days: int, grace_days: int) -> Due:
    """How an upkeep stands on a day.

    >>> [stand_of(date(2026, 11, 28), date(2026, 11, one), 7, 0).value for one in (20, 21, 28, 29)]
    ['later', 'soon', 'soon', 'overdue']
    """
    late = (day - due_on).days
    if late > grace_days:
        return Due.OVERDUE
    if late > 0:
        return Due.LATE
    return Due.SOON if -late <= tell_days else Due.LATER


def due_again(done_on: date, months: int) -> date:
    """The day by which it is to be done again.

    >>> due_again(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    return shelf_end(done_on, months)


@dataclass(frozen=True)
class KnownResult:
    """The last result of gear: what, when, in which version, from which phone."""

    result: UpkeepAct
    at: datetime
    version: int
    device: str


def weigh_result(known: KnownResult | None, result: UpkeepAct, *, device: str, at: datetime, seen: int | None) -> UpkeepVerdict:
    """Which of two results holds. `seen`: the version that the person saw, None for what is there now.

    A failure always holds: nobody gives out gear of which somebody says that it does not run. A success of somebody who did not
    know of a later failure stands beside it.

    >>> known = KnownResult(UpkeepAct.FAILED, datetime(2026, 11, 28, 8), 3, "phone 1")
    >>> weigh_result(known, UpkeepAct.PASSED, device="phone 2", at=datetime(2026, 11, 28, 9), seen=2)
    <UpkeepVerdict.BESIDE: 'beside'>
    """
    if known is None or result is UpkeepAct.FAILED:
        return UpkeepVerdict.HOLDS
    unaware = seen is not None and seen < known.version and device != known.device
    if unaware and known.result is UpkeepAct.FAILED:
        return UpkeepVerdict.BESIDE
    return UpkeepVerdict.BEHIND if at < known.at else UpkeepVerdict.HOLDS
