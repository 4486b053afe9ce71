"""What waits about warnings that come in: demands to acknowledge, messages that were refused."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.incoming_warnings.models import IncomingMessage, WarningDemand
from tocsin.mobilisation.incoming_warnings.queries.demands import own_demands
from tocsin.mobilisation.incoming_warnings.queries.incoming import refused_messages
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, WORK
from tocsin.mobilisation.incoming_warnings.shown.incoming import verdict_name
from tocsin.mobilisation.public_warnings.shown.warnings import LEVEL_NAMES
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _refused(user: "Actor", _now: datetime) -> "QuerySet[IncomingMessage]":
    return refused_messages(user).order_by("came_at", "id")


def _tell(message: IncomingMessage) -> Waiting:
    about = in_one_line(message.service.name, verdict_name(message.verdict))
    return Waiting(about, reverse("incoming_message", args=[message.pk]), message.came_at)


def _to_acknowledge(user: "Actor", _now: datetime) -> "QuerySet[WarningDemand]":
    return own_demands(user).order_by("due_at", "id")


def _tell_demand(demand: WarningDemand) -> Waiting:
    about = in_one_line(str(demand.warning), str(LEVEL_NAMES[demand.level]), str(demand.organisation or ""))
    return Waiting(about, reverse("incoming_warning", args=[demand.warning_id]), demand.asked_at, due=demand.due_at)


WAITING: Final = (
    WaitingKind(
        "warning_demand",
        pgettext_lazy("what waits", "Incoming warning: acknowledge"),
        (ANSWER, WORK),
        found=_to_acknowledge,
        tell=_tell_demand,
    ),
    WaitingKind(
        "incoming_refused",
        pgettext_lazy("what waits", "Incoming warning: look at a refused message"),
        (ANSWER,),
        found=_refused,
        tell=_tell,
    ),
)
