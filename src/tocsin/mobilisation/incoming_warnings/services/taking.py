"""A message is taken in: kept with its verdict, once; it begins, changes or ends a warning, in whatever order they come."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from tocsin.base.errors import InvalidInput
from tocsin.base.reasons import kept
from tocsin.mobilisation.incoming_warnings.models import (
    IncomingMessage,
    IncomingWarning,
    MessageReference,
    WarningService,
)
from tocsin.mobilisation.incoming_warnings.rules.states import CHANGED, MessageState
from tocsin.mobilisation.incoming_warnings.services.chains import begin_chain, end_chain, follow_message
from tocsin.mobilisation.incoming_warnings.services.judging import OF_PEOPLE, Judged, judge
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
    elif alert is not None and _is_of_a_chain(judged.state, alert):
        _join_chain(message, alert, judged, now)
    return message


def _is_of_a_chain(state: MessageState, alert: Alert) -> bool:
    """What is taken, and an update that holds nowhere here, or no longer: it ends here what it names."""
    return state is MessageState.TAKEN or (
        state is MessageState.SET_ASIDE and alert.msg_type is MsgType.UPDATE and alert.status in OF_PEOPLE
    )


def _of_its_name(service: WarningService, judged: Judged) -> Judged:
    """Other bytes under a name that is taken are refused: one of them is a forgery, or its sender writes messages anew."""
    alert = judged.alert
    if alert is None or not _is_of_a_chain(judged.state, alert):
        return judged
    same = _messages_of_chains(service.pk, exercise=alert.status is not Status.ACTUAL).filter(
        sender=alert.sender, identifier=alert.identifier, sent_at=alert.sent
    )
    if not same.exists():
        return judged
    other = InvalidInput("A message of this name came before with other bytes: %(identifier)s", identifier=alert.identifier)
    return Judged(MessageState.QUARANTINED, CHANGED, other, alert, judged.signed_by)


def _join_chain(message: IncomingMessage, alert: Alert, judged: Judged, now: datetime) -> None:
    """The chain of what it names, or of what names it; else a new one, unless it only ends what never came: then it waits. A
    drill is never of the same chain as what is real, nor a message of another service.
    """
    MessageReference.objects.bulk_create(
        MessageReference(message=message, sender=one.sender, identifier=one.identifier) for one in _distinct(alert.references)
    )
    waiting, ids = _kin(message, exercise=alert.status is not Status.ACTUAL)
    chains = list(IncomingWarning.objects.select_for_update().filter(pk__in=ids).order_by("came_at", "id"))
    begins = judged.state is MessageState.TAKEN and alert.msg_type is not MsgType.CANCEL
    if not chains and not begins:
        return
    warning = chains[0] if chains else begin_chain(message, judged, exercise=alert.status is not Status.ACTUAL, now=now)
    IncomingMessage.objects.filter(Q(pk__in=waiting) | Q(warning__in=chains[1:])).update(warning=warning)
    message.warning = warning
    for other in chains[1:]:
        end_chain(other, now=now)
    follow_message(warning, message, judged, now=now)


def _kin(message: IncomingMessage, *, exercise: bool) -> tuple[set[UUID], set[UUID]]:
    """The message with those that wait and are linked to it, from one to the next; and the warnings that one is of."""
    rows = _messages_of_chains(message.service_id, exercise=exercise)
    waiting, warnings = {message.pk}, set[UUID]()
    new = [message.pk]
    while new:
        linked = rows.filter(_named_by(new) | _naming(new)).exclude(pk__in=waiting).distinct()
        found = dict(linked.values_list("pk", "warning"))
        warnings |= {one for one in found.values() if one is not None}
        new = [pk for pk, warning in found.items() if warning is None]
        waiting |= set(new)
    return waiting, warnings


def _messages_of_chains(service_id: UUID, *, exercise: bool) -> "QuerySet[IncomingMessage]":
    """Real ones, or drills, of that service, as `_is_of_a_chain` has them."""
    aside = Q(state=MessageState.SET_ASIDE, msg_type=MsgType.UPDATE.value)
    statuses = [one.value for one in OF_PEOPLE if (one is not Status.ACTUAL) == exercise]
    rows = IncomingMessage.objects.filter(service=service_id, status__in=statuses)
    return rows.filter(Q(state=MessageState.TAKEN) | aside)


def _naming(ids: list[UUID]) -> Q:
    """Messages that name one of these."""
    naming = Q(pk__in=list[UUID]())
    for sender, identifier in IncomingMessage.objects.filter(pk__in=ids).values_list("sender", "identifier"):
        naming |= Q(references__sender=sender, references__identifier=identifier)
    return naming


def _named_by(ids: list[UUID]) -> Q:
    """Messages that one of these names."""
    named = Q(pk__in=list[UUID]())
    for sender, identifier in MessageReference.objects.filter(message__in=ids).values_list("sender", "identifier"):
        named |= Q(sender=sender, identifier=identifier)
    return named


def _distinct(references: "tuple[Reference, ...]") -> "list[Reference]":
    return [one for one in references[:100] if len(one.sender) <= _LONGEST_NAME and len(one.identifier) <= _LONGEST_NAME]
