"""What is told of inspections and hidden dangers: purposes, as what somebody is told, and the matters."""

from enum import StrEnum
from typing import Final

DANGER: Final = "danger"  # to a firm: its hidden dangers, orders, answers, penalties
INSPECTION: Final = "inspection"  # to inspectors: what is theirs to do
DECISION: Final = "decision"  # to whoever leads supervision: what waits for a decision

INSPECTOR: Final = "inspector"


class Matter(StrEnum):
    """What a notice tells. Each is told once, by its key."""

    FOUND = "found"  # a hidden danger without an inspection
    ORDERED = "ordered"  # the order to rectify of an inspection
    NOTHING_FOUND = "nothing_found"  # the record of an inspection without a hidden danger
    GRANTED = "granted"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    CAME_BACK = "came_back"
    FAILED = "failed"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    PENALTY = "penalty"
    REMINDED = "reminded"
    LATE = "late"

    PLANNED = "planned"  # to inspectors
    PLANNED_SOON = "planned_soon"
    TO_CONFIRM = "to_confirm"
    SENT_BACK = "sent_back"
    DIFFERS = "differs"
    RECTIFIED = "rectified"
    FIRM_LATE = "firm_late"
    UNSERVED = "unserved"

    EXTENSION = "extension"  # to who leads
    ACCEPTANCE = "acceptance"
    OWN_MAJOR = "own_major"
