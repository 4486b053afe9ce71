"""Words for people about stops and the conditions of a resumption."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.work.firm import OrderKind
from tocsin.records.face import Attachment
from tocsin.screens.clock import current_time
from tocsin.supervision.stops.policy import conditions
from tocsin.supervision.stops.queries import in_force
from tocsin.supervision.stops.rules import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.stops.models import ResumptionCondition, StopOrder


ORDER_NAMES: Final[dict[OrderKind, Promise]] = {
    OrderKind.ORDERED_STOP: pgettext_lazy("stop", "ordered stop"),
    OrderKind.PLANNED_STOP: pgettext_lazy("stop", "planned stop"),
    OrderKind.OVERHAUL: pgettext_lazy("stop", "overhaul"),
    OrderKind.RESUMPTION: pgettext_lazy("stop", "resumption approved"),
}


STANDING_NAMES: Final[dict[str, Promise]] = {
    "unserved": pgettext_lazy("stop", "not served yet"),
    "coming": pgettext_lazy("stop", "to come"),
    "standing": pgettext_lazy("stop", "in force"),
    "asked": pgettext_lazy("stop", "resumption asked for"),
    "proposed": pgettext_lazy("stop", "resumption proposed"),
    "resumed": pgettext_lazy("stop", "works again"),
    "over": pgettext_lazy("stop", "over"),
}
RECEIPT_NAMES: Final[dict[Receipt, Promise]] = {
    Receipt.RECEIVED: pgettext_lazy("receipt of an order", "received"),
    Receipt.REFUSED: pgettext_lazy("receipt of an order", "receipt refused"),
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
    resumed_on: date | None = Field(description="first day of work; of today from `resumed_at` on")
    resumed_at: datetime | None
    basis: str
    served_at: datetime | None = Field(description="an order has its effect from then on")
    receipt: str = Field(description="received, refused, or empty")
    receipt_name: str
    receipt_as: str
    receipt_words: str
    applied_at: datetime | None = Field(description="a resumption is asked for and not decided")
    proposed_at: datetime | None
    proposed_by: str
    proposal: dict[str, str] = Field(description="first_day, inspection (with its number) and words of the first person")
    approved_by: str
    standing: str = Field(description="unserved, standing, asked, proposed, resumed or over")
    standing_name: str

    @property
    def css(self) -> str:
        """How a page marks how it stands."""
        return {"unserved": "orange", "standing": "red", "asked": "warn", "proposed": "warn", "resumed": "good"}.get(
            self.standing, ""
        )


def standing_of(order: "StopOrder", today: date) -> str:
    """How far a stop is: the key of `STANDING_NAMES`."""
    if order.resumed_on is not None:
        return "resumed"
    if order.last is not None and order.last < today:
        return "over"
    if order.kind == OrderKind.ORDERED_STOP and order.served_at is None:
        return "unserved"
    if order.proposed_at is not None:
        return "proposed"
    return "asked" if order.applied_at is not None else "standing" if order.first <= today else "coming"


def describe_stop(order: "StopOrder") -> StopOut:
    """One stop as plain values."""
    standing = standing_of(order, timezone.localtime(current_time()).date())
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
        resumed_at=order.resumed_at,
        basis=order.basis,
        served_at=order.served_at,
        receipt=order.receipt,
        receipt_name=str(RECEIPT_NAMES[Receipt(order.receipt)]) if order.receipt else "",
        receipt_as=order.receipt_as,
        receipt_words=order.receipt_words,
        applied_at=order.applied_at,
        proposed_at=order.proposed_at,
        proposed_by=str(order.proposed_by) if order.proposed_by is not None else "",
        proposal=order.proposal,
        approved_by=str(order.approved_by) if order.approved_by is not None else "",
        standing=standing,
        standing_name=str(STANDING_NAMES[standing]),
    )


class FirmStopOut(Schema):
    """A stop as the firm's own page shows it, before anything else."""

    id: UUID
    object_name: str
    number: str
    kind_name: str
    standing_name: str
    waits: bool = Field(description="an order that the firm has not taken")
    ended: bool
    first: date
    served_at: datetime | None
    resumed_at: datetime | None
    address: str = Field(description="of its page: taking it, the conditions of a resumption")


def describe_stop_of_firm(order: "StopOrder") -> FirmStopOut:
    """One stop for its firm; its object is loaded."""
    told = describe_stop(order)
    return FirmStopOut(
        id=told.id,
        object_name=told.object,
        number=told.number,
        kind_name=told.kind_name,
        standing_name=told.standing_name,
        waits=told.standing == "unserved",
        ended=told.standing in ("resumed", "over"),
        first=told.first,
        served_at=told.served_at,
        resumed_at=told.resumed_at,
        address=reverse("stop", args=[told.id]),
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
    files: list[Attachment]

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(_CONDITION_STATES[self.state])

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return {"met": "good", "waived": "warn"}.get(self.state, "")


def describe_condition(row: "ResumptionCondition", files: "Iterable[Attachment]" = ()) -> ConditionLine:
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
        files=list(files),
    )


_CONDITION_STATES: Final[dict[str, Promise]] = {
    "open": pgettext_lazy("condition", "open"),
    "met": pgettext_lazy("condition", "met"),
    "waived": pgettext_lazy("condition", "signed for without it"),
}


def public_line(supervised_object: "SupervisedObject", day: date) -> str:
    """What everybody may know: that an order to stop is in force, and since when."""
    order = supervised_object.stop_orders.filter(in_force(day), kind=OrderKind.ORDERED_STOP).order_by("first").first()
    return _("Ordered to stop since %(day)s.") % {"day": order.first.isoformat()} if order is not None else ""
