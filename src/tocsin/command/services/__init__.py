"""Everything that is written about cases, under the book of the county, in one transaction with time line and events."""

from tocsin.command.services.calming import watch_mended_cases
from tocsin.command.services.escalation import run_clocks
from tocsin.command.services.gathering import dispatch_due_orders, follow_events, followed_position, gather_alarms
from tocsin.command.services.persons import answer_proposal, comment_on_case, merge_cases, split_case, undo_change

__all__ = [
    "answer_proposal",
    "comment_on_case",
    "dispatch_due_orders",
    "follow_events",
    "followed_position",
    "gather_alarms",
    "merge_cases",
    "run_clocks",
    "split_case",
    "undo_change",
    "watch_mended_cases",
]
