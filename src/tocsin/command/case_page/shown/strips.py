"""What the screen of an alarm shows of its case: level, state, who leads or keeps it, and how far it has come."""

from typing import Any, Final

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import root_of, visible_cases
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole
from tocsin.command.casebook.shown.cases import STATE_NAMES, describe_case
from tocsin.command.handling.queries import chain_of
from tocsin.command.handling.shown import describe_chain
from tocsin.warning.face import AlarmCases, CaseStrip, ChainStep

_STANDINGS: Final = {"done": "done", "skipped": "done", "current": "now", "ahead": "ahead"}


def strip_of(user: Any, number: str) -> CaseStrip | None:
    """The case of that number, or the one that it went into; None where the user may not see it."""
    found = visible_cases(user).select_related("keeper").filter(number=number).first()
    if found is None:
        return None
    case = root_of(found)
    told = describe_case(case)
    return CaseStrip(
        number=case.number,
        level_name=told.last_level_name,
        level_class=told.last_class,
        state_name=told.state_name,
        lead_unit=_lead_unit(case),
        keeper=str(case.keeper or ""),
        steps=[ChainStep(one.name, _STANDINGS[one.standing], one.at) for one in describe_chain(chain_of(case))],
    )


def _lead_unit(case: Case) -> str:
    running = case.orders.filter(role=OrderRole.LEAD).exclude(state__in=[state.value for state in ENDED])
    order = running.select_related("unit").first()
    return "" if order is None else str(order.unit)


ALARM_CASES: Final = AlarmCases(strip=strip_of, state_names=STATE_NAMES)
