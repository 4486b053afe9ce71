"""What browsers hear of cases: what happened, and to which; a page asks for more."""

from typing import Final

import msgspec

from tocsin.bus.envelope import event_name
from tocsin.command.casebook.events import OF_CASES as OF_CASEBOOK
from tocsin.command.casebook.rules import rights
from tocsin.command.escalation.events import OF_CASES as OF_ESCALATION
from tocsin.command.handling.events import OF_CASES as OF_HANDLING
from tocsin.command.orders.events import OF_CASES as OF_ORDERS
from tocsin.command.plans.events import OF_CASES as OF_PLANS
from tocsin.command.reports.events import OF_CASES as OF_REPORTS
from tocsin.mobilisation.public_warnings.events import OF_WARNINGS
from tocsin.notices.messages.events import OF_NOTICES
from tocsin.screens.live.tables import LiveEvents

CASE_KEYS: Final = ("case_id", "merged_case_id", "new_case_id", "other_case_id")  # fields of events that name cases


def cases_of(event: msgspec.Struct) -> dict[str, object] | None:
    """The event's name and the cases that it names; None where it names none."""
    touched = [value for key in CASE_KEYS if (value := getattr(event, key, ""))]
    return {"name": event_name(type(event)), "case_ids": touched} if touched else None


LIVE: Final = (
    LiveEvents(
        name="case",
        kinds=(*OF_CASEBOOK, *OF_ESCALATION, *OF_HANDLING, *OF_ORDERS, *OF_PLANS, *OF_REPORTS, *OF_WARNINGS, *OF_NOTICES),
        permission=rights.SEE,
        tell=cases_of,
    ),
)
