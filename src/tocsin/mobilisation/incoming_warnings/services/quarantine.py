"""Somebody of the desk has looked at a message that was refused."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tocsin.jurisdiction.face import require
from tocsin.mobilisation.incoming_warnings.models import IncomingMessage
from tocsin.mobilisation.incoming_warnings.queries.incoming import visible_messages
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def look_at_message(*, actor: "User", message_id: UUID, now: datetime) -> IncomingMessage:
    """It leaves the list of what waits; it stays where it is, refused."""
    visible_messages(actor).get(pk=message_id)
    message = IncomingMessage.objects.select_for_update().defer("data").get(pk=message_id)
    require(actor, ANSWER, message.region_code)
    if message.looked_at is None:
        message.looked_at, message.looked_by = now, actor
        message.save(update_fields=["looked_at", "looked_by"])
        told = {"verdict": message.verdict, "identifier": message.identifier}
        record_audit(actor, "incoming_message.looked_at", "incoming_message", message.pk, message.region_code, told)
    return message
