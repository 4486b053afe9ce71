"""What is entered at a check away from the network, and whether it still counts when it arrives."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tocsin.fieldwork.rules import ActData
from tocsin.supervision.inspections.rules.findings import FindingGrade

CHECK_TASK: Final = "check_task"


class CheckFieldAct(StrEnum):
    """What was found."""

    IN_ORDER = "in_order"
    NOT_IN_ORDER = "not_in_order"


class RiskCheckVerdict(StrEnum):
    """What an entry does. BEHIND: somebody had made the check on that day; it is kept and does nothing."""

    COUNTS = "counts"
    BEHIND = "behind"


class CheckFieldData(ActData, frozen=True, kw_only=True):
    """What an entry may carry: the grade of the hidden danger, and the code that was scanned at the place."""

    grade: FindingGrade = FindingGrade.ORDINARY
    code: Annotated[str, msgspec.Meta(max_length=300)] = ""
