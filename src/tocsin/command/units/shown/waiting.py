"""What waits for a unit: orders to sign for, and tasks that plans asked of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OPEN_STATES
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.orders.models import Order
from tocsin.command.plans.models import PlanTask
from tocsin.command.plans.rules import TaskState
from tocsin.command.plans.shown.plans import task_text
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.warning.face import loaded_alarm

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def orders_to_sign(user: "Actor", _now: datetime) -> QuerySet[Order]:
    """Orders of the user's own unit that nobody has signed for."""
    signing = Clock.objects.filter(step=Step.SIGN.value, subject=OuterRef("number"), stopped_at=None)
    sent = Order.objects.filter(state=OrderState.SENT.value).select_related(*loaded_alarm("case__lead"))
    own = scope(sent, user, rights.WORK, organisation_field="unit").filter(unit=user.organisation_id)
    return own.annotate(due=Subquery(signing.values("due_at")[:1])).order_by("due", "sent_at")


def tasks_to_do(user: "Actor", _now: datetime) -> QuerySet[PlanTask]:
    """Open tasks of started plans that are asked of the user's own body."""
    open_states = [state.value for state in OPEN_STATES]
    rows = PlanTask.objects.filter(state=TaskState.OPEN.value, start__case__state__in=open_states)
    own = scope(rows, user, rights.WORK, "start__case__region_code", organisation_field="organisation")
    found = own.filter(organisation=user.organisation_id)
    return found.select_related("start", *loaded_alarm("start__case__lead")).order_by("due_at")


def _tell_order(order: Any) -> Waiting:
    case = describe_case(order.case)
    return Waiting(listed(case.title, case.place), reverse("order", args=[order.number]), order.sent_at, order.due)


def _tell_task(task: PlanTask) -> Waiting:
    order = Order.objects.filter(case=task.start.case_id, unit=task.organisation_id).order_by("-sent_at").first()
    address = reverse("order", args=[order.number]) if order is not None else reverse("orders")
    about = listed(task_text(task), describe_case(task.start.case).place)
    return Waiting(about, address, task.start.started_at, task.due_at)


WAITING: Final = (
    WaitingKind("order", pgettext_lazy("what waits", "Order: sign"), (rights.WORK,), found=orders_to_sign, tell=_tell_order),
    WaitingKind("plan_task", pgettext_lazy("what waits", "Task of a plan"), (rights.WORK,), found=tasks_to_do, tell=_tell_task),
)
