"""Words for people about stops and the conditions of a resumption."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Schema

from tocsin.engine.work.firm import OrderKind
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.policy import conditions

if TYPE_CHECKING:
    from tocsin.screens.request import Actor
    from tocsin.supervision.stops.models import ResumptionCondition


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


def describe_stop(order: StopOrder) -> StopOut:
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


@dataclass(frozen=True)
class ConditionLine:
    """One condition of a resumption, and whether it is met."""

    code: str
    name: str
    source: str
    waivable: bool
    state: str
    words: str
    at: datetime | None
    by: str

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(_CONDITION_STATES[self.state])

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return {"met": "good", "waived": "warn"}.get(self.state, "")


def describe_condition(row: "ResumptionCondition") -> ConditionLine:
    """One condition of a resumption with what the policy says of it; one that the policy no longer has keeps its code."""
    condition = next((one for one in conditions() if one.code == row.code), None)
    return ConditionLine(
        code=row.code,
        name=condition.name if condition else row.code,
        source=condition.source if condition else "",
        waivable=bool(condition and condition.waivable),
        state=row.state,
        words=row.words,
        at=row.at,
        by=str(row.by) if row.by is not None else "",
    )


_CONDITION_STATES: Final[dict[str, Promise]] = {
    "open": pgettext_lazy("condition", "open"),
    "met": pgettext_lazy("condition", "met"),
    "waived": pgettext_lazy("condition", "signed for without it"),
}


def resumptions_asked(user: "Actor", _now: datetime) -> QuerySet[StopOrder]:
    """Stops whose resumption is applied for, where the user leads."""
    orders = StopOrder.objects.filter(resumed_on=None, conditions__isnull=False).select_related("object").distinct()
    return scope(orders, user, rights.LEAD).order_by("made_at")


def _tell_resumption(order: StopOrder) -> Waiting:
    return Waiting(listed(order.object.name, order.number), reverse("stop", args=[order.pk]), order.made_at)


WAITING: Final = (
    WaitingKind(
        "resumption",
        pgettext_lazy("what waits", "Resumption applied for: examine"),
        (rights.LEAD,),
        found=resumptions_asked,
        tell=_tell_resumption,
    ),
)
