"""A message is taken in: kept with its verdict, once; it begins, changes or ends a warning, in whatever order they come."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.incoming_warnings.models import (
    IncomingMessage,
    IncomingWarning,
    MessageReference,
    WarningService,
)
from tocsin.mobilisation.incoming_warnings.rules.reasons import kept
from tocsin.mobilisation.incoming_warnings.rules.states import CHANGED, IncomingState, MessageState
from tocsin.mobilisation.incoming_warnings.services.chains import begin_chain, end_chain, follow_message
from tocsin.mobilisation.incoming_warnings.services.judging import Judged, judge
from tocsin.mobilisation.incoming_warnings.services.telling import tell_refused
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, MsgType, Status
from tocsin.mobilisation.public_warnings.rules.cap.reading import LARGEST_BYTES

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.rules.cap.message import Reference

_LONGEST_NAME = 300


@dataclass(frozen=True)
class Taken:
    """The message's row. `known`: it had come before, and nothing was done."""

    message: IncomingMessage
    known: bool = False


def take_message(*, service: WarningService, data: bytes, now: datetime) -> Taken:
    """Judges a message outside of any transaction and keeps it. The same bytes of the same service are one message."""
    data = data[: LARGEST_BYTES + 1]
    digest = sha256(data).hexdigest()
    there = IncomingMessage.objects.filter(service=service, sha256=digest).select_related("service").first()
    if there is not None:
        return Taken(there, known=True)
    judged = judge(service, data, now)
    with transaction.atomic():
        held = WarningService.objects.select_for_update().get(pk=service.pk)  # its messages one by one
        there = IncomingMessage.objects.filter(service=held, sha256=digest).first()
        if there is not None:
            return Taken(there, known=True)
        return Taken(_keep(held, data, digest, judged, now))


def _keep(service: WarningService, data: bytes, digest: str, judged: Judged, now: datetime) -> IncomingMessage:
    judged = _of_its_name(service, judged)
    alert = judged.alert
    message = IncomingMessage.objects.create(
        service=service,
        region_code=service.region_code,
        data=data,
        sha256=digest,
        came_at=now,
        state=judged.state.value,
        verdict=judged.verdict,
        reason=kept(judged.reason) if judged.reason else {},
        signed_by=judged.signed_by[:_LONGEST_NAME],
        sender=alert.sender[:_LONGEST_NAME] if alert else "",
        identifier=alert.identifier[:_LONGEST_NAME] if alert else "",
        sent_at=alert.sent if alert else None,
        expires_at=judged.expires_at,
        status=alert.status if alert else "",
        msg_type=alert.msg_type if alert else "",
    )
    if judged.state is MessageState.QUARANTINED:
        tell_refused(message, now)
    elif alert is not None and judged.state is MessageState.TAKEN:
        _join_chain(message, alert, judged, now)
    elif alert is not None and alert.msg_type is MsgType.UPDATE:
        _leave_chains(message, alert, now)
    return message


def _leave_chains(message: IncomingMessage, alert: Alert, now: datetime) -> None:
    """An update that holds nowhere here, or no longer, ends what it names here: what it says holds on for others."""
    linked = _same_status(message, alert.status is not Status.ACTUAL).filter(_named_by(alert.references), sent_at__lt=alert.sent)
    ids = {one for one in linked.values_list("warning", flat=True) if one is not None}
    for warning in IncomingWarning.objects.select_for_update().filter(pk__in=ids, state=IncomingState.IN_FORCE).order_by("pk"):
        if not warning.messages.filter(state=MessageState.TAKEN, sent_at__gte=alert.sent).exists():
            end_chain(warning, now=now)


def _of_its_name(service: WarningService, judged: Judged) -> Judged:
    """Other bytes under a name that is taken are refused: one of them is a forgery, or its sender writes messages anew."""
    alert = judged.alert
    if alert is None or judged.state is not MessageState.TAKEN:
        return judged
    same = IncomingMessage.objects.filter(
        service=service, sender=alert.sender, identifier=alert.identifier, sent_at=alert.sent, state=MessageState.TAKEN
    )
    if not same.exists():
        return judged
    other = InvalidInput("A message of this name came before with other bytes: %(identifier)s", identifier=alert.identifier)
    return Judged(MessageState.QUARANTINED, CHANGED, other, alert, judged.signed_by)


def _join_chain(message: IncomingMessage, alert: Alert, judged: Judged, now: datetime) -> None:
    """The chain of what it names, or of what names it; else a new one, unless it only cancels what never came. A drill is never
    of the same chain as what is real, nor a message of another service.
    """
    MessageReference.objects.bulk_create(
        MessageReference(message=message, sender=one.sender, identifier=one.identifier) for one in _distinct(alert.references)
    )
    exercise = alert.status is not Status.ACTUAL
    linked = _same_status(message, exercise).filter(_named_by(alert.references) | _naming(alert)).distinct()
    ids = {one for one in linked.values_list("warning", flat=True) if one is not None}
    chains = list(IncomingWarning.objects.select_for_update().filter(pk__in=ids).order_by("came_at", "id"))
    if not chains and alert.msg_type is MsgType.CANCEL:
        return  # it waits for what it names
    warning = chains[0] if chains else begin_chain(message, judged, exercise=exercise, now=now)
    joined = {message.pk, *linked.filter(warning=None).values_list("pk", flat=True)}
    IncomingMessage.objects.filter(Q(pk__in=joined) | Q(warning__in=chains[1:])).update(warning=warning)
    message.warning = warning
    for other in chains[1:]:
        end_chain(other, now=now)
    follow_message(warning, message, judged, now=now)


def _same_status(message: IncomingMessage, exercise: bool) -> "QuerySet[IncomingMessage]":
    rows = IncomingMessage.objects.filter(service=message.service_id, state=MessageState.TAKEN).exclude(pk=message.pk)
    real = Q(status=Status.ACTUAL.value)
    return rows.exclude(real) if exercise else rows.filter(real)


def _naming(alert: Alert) -> Q:
    return Q(references__sender=alert.sender, references__identifier=alert.identifier)


def _named_by(references: "tuple[Reference, ...]") -> Q:
    named = Q(pk__in=list[UUID]())
    for one in references[:100]:
        named |= Q(sender=one.sender, identifier=one.identifier)
    return named


def _distinct(references: "tuple[Reference, ...]") -> "list[Reference]":
    return [one for one in references[:100] if len(one.sender) <= _LONGEST_NAME and len(one.identifier) <= _LONGEST_NAME]
