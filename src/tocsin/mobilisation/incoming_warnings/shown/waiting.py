"""What waits about warnings that come in: messages that were refused and that nobody has looked at."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.incoming_warnings.models import IncomingMessage
from tocsin.mobilisation.incoming_warnings.queries.incoming import refused_messages
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER
from tocsin.mobilisation.incoming_warnings.shown.incoming import verdict_name
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _refused(user: "Actor", _now: datetime) -> "QuerySet[IncomingMessage]":
    return refused_messages(user).order_by("came_at", "id")


def _tell(message: IncomingMessage) -> Waiting:
    about = listed(message.service.name, verdict_name(message.verdict))
    return Waiting(about, reverse("incoming_message", args=[message.pk]), message.came_at)


WAITING: Final = (
    WaitingKind(
        "incoming_refused",
        pgettext_lazy("what waits", "Incoming warning: look at a refused message"),
        (ANSWER,),
        found=_refused,
        tell=_tell,
    ),
)
