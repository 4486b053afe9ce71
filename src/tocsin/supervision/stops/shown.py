"""Words for people about stops and the conditions of a resumption."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Schema

from tocsin.engine.work.firm import OrderKind
from tocsin.supervision.stops.policy import conditions

if TYPE_CHECKING:
    from tocsin.supervision.stops.models import ResumptionCondition, StopOrder


ORDER_NAMES: Final[dict[OrderKind, Promise]] = {
    OrderKind.ORDERED_STOP: pgettext_lazy("stop", "ordered stop"),
    OrderKind.PLANNED_STOP: pgettext_lazy("stop", "planned stop"),
    OrderKind.OVERHAUL: pgettext_lazy("stop", "overhaul"),
    OrderKind.RESUMPTION: pgettext_lazy("stop", "resumption approved"),
}


class StopOut(Schema):
    id: UUID
    number: str
    object_id: UUID
    object: str
    kind: str
    kind_name: str
    scope: str
    first: date
    last: date | None
    resumed_on: date | None
    basis: str


def describe_stop(order: "StopOrder") -> StopOut:
    """One stop as plain values."""
    return StopOut(
        id=order.pk,
        number=order.number,
        object_id=order.object_id,
        object=order.object.name,
        kind=order.kind,
        kind_name=str(ORDER_NAMES[OrderKind(order.kind)]),
        scope=order.scope,
        first=order.first,
        last=order.last,
        resumed_on=order.resumed_on,
        basis=order.basis,
    )


def describe_condition(row: "ResumptionCondition") -> dict[str, Any]:
    """One condition of a resumption with what the policy says of it; one that the policy no longer has keeps its code."""
    condition = next((one for one in conditions() if one.code == row.code), None)
    return {
        "code": row.code,
        "name": condition.name if condition else row.code,
        "source": condition.source if condition else "",
        "waivable": bool(condition and condition.waivable),
        "state": row.state,
        "state_name": str(_CONDITION_STATES[row.state]),
        "class": {"met": "good", "waived": "warn"}.get(row.state, ""),
        "words": row.words,
        "at": row.at,
        "by": str(row.by) if row.by is not None else "",
    }


_CONDITION_STATES: Final[dict[str, Promise]] = {
    "open": pgettext_lazy("condition", "open"),
    "met": pgettext_lazy("condition", "met"),
    "waived": pgettext_lazy("condition", "signed for without it"),
}
