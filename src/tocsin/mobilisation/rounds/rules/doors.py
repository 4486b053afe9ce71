"""What came of a door, and which of two results holds where two people were there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MOST_OF_A_WALK: Final = 500  # doors listed in one form
MOST_OF_A_ROUND: Final = 5000
WALK: Final = "door_walk"  # the subject's name in the catalogue


class DoorAct(StrEnum):
    """What somebody enters at a door; NOTE and FINISH are about the whole walk."""

    TOLD = "told"
    NOBODY = "nobody"
    REFUSED = "declined"
    HELP = "help"
    VACANT = "vacant"
    NOTE = "note"
    FINISH = "finish"


RESULTS: Final = (DoorAct.TOLD, DoorAct.NOBODY, DoorAct.HELP, DoorAct.REFUSED, DoorAct.VACANT)  # in the order of the buttons
REACHED: Final = frozenset((DoorAct.TOLD, DoorAct.HELP))
"""Somebody behind the door knows of the warning now."""
_WEIGHT: Final = {DoorAct.HELP: 4, DoorAct.TOLD: 3, DoorAct.REFUSED: 2, DoorAct.NOBODY: 1, DoorAct.VACANT: 0}


class DoorVerdict(StrEnum):
    """What an entry does: it holds, lies behind a later one of the same walk, or stands beside that of somebody else."""

    HOLDS = "holds"
    BEHIND = "behind"
    BESIDE = "beside"
    KEPT = "kept"  # a note, or the end of a walk


@dataclass(frozen=True)
class Known:
    """The result that a door has: by which walk, when, in which version of the door."""

    result: DoorAct
    walk: object
    at: datetime
    version: int


@dataclass(frozen=True)
class Weighed:
    """What a new result does; `holds`: the door shows it from now on, `conflict`: two people differ, the desk sees both."""

    verdict: DoorVerdict
    holds: bool
    conflict: bool = False


def weigh(known: Known | None, result: DoorAct, *, walk: object, at: datetime, seen: int) -> Weighed:
    """Which result a door has after a new entry. `seen`: the version of the door that the person saw on the phone.

    One person's later entry corrects their earlier one. Of two people of whom the second did not know of the first, the weightier
    result holds (help before told, told before nobody), and both are shown.

    >>> first = Known(DoorAct.NOBODY, "walk 1", datetime(2026, 11, 28, 8), 1)
    >>> weigh(first, DoorAct.TOLD, walk="walk 2", at=datetime(2026, 11, 28, 9), seen=0)
    Weighed(verdict=<DoorVerdict.BESIDE: 'beside'>, holds=True, conflict=True)
    >>> weigh(first, DoorAct.TOLD, walk="walk 2", at=datetime(2026, 11, 28, 9), seen=1)
    Weighed(verdict=<DoorVerdict.HOLDS: 'holds'>, holds=True, conflict=False)
    """
    if known is None:
        return Weighed(DoorVerdict.HOLDS, holds=True)
    if walk != known.walk and seen < known.version:
        return Weighed(DoorVerdict.BESIDE, holds=_WEIGHT[result] > _WEIGHT[known.result], conflict=True)
    if at < known.at:
        return Weighed(DoorVerdict.BEHIND, holds=False)
    return Weighed(DoorVerdict.HOLDS, holds=True)


def door_key(place: str) -> str:
    """By which two spellings of one door are known as one: spaces, full width and capitals do not count.

    >>> door_key("Fengshan Rd 12 - 301"), door_key("峰山路　１２号")
    ('fengshanrd12-301', '峰山路12号')
    """
    narrow = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in place)
    return "".join(narrow.split()).casefold()
