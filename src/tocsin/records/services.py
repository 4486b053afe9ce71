"""The audit trail's writers: the entry in the actor's transaction, the seal a moment later."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.records import rules
from tocsin.records.models import AuditEntry, AuditHead
from tocsin.records.queries import line_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.events import RightsActed
    from tocsin.jurisdiction.models import User

BATCH = 200  # one seal keeps the database's writers waiting for less than 50 ms


def record_audit(
    actor: "User",
    action: str,
    object_type: str,
    object_id: str | UUID,
    region_code: str,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Writes one entry; call it inside the transaction of the act, so that both are there or neither.

    `action` is `object.past_tense` ("alarm.acknowledged"); `details` is plain JSON, a changed value as a pair `[old, new]`, and
    never a secret. The time is the machine's own, also where a demonstration runs another clock.
    """
    return AuditEntry.objects.create(
        at=timezone.now(),
        actor_id=actor.pk,
        actor_name=str(actor),
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        region_code=region_code,
        details=details or {},
    )


def record_rights_act(act: "RightsActed") -> None:
    """The keeper of acts upon people and rights (`jurisdiction.events.keep_with`)."""
    record_audit(act.actor, act.action, act.object_type, act.object_id, act.region_code, act.details)


@transaction.atomic
def seal_entries(*, limit: int = BATCH) -> int:
    """Joins up to `limit` new entries to the chain, oldest first; returns how many.

    The head's row lock lets one sealer in at a time. An entry whose transaction commits late simply comes later in the chain.
    """
    head, _created = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entries = list(AuditEntry.objects.filter(sequence=None).order_by("at", "id")[:limit])
    for entry in entries:
        entry.sequence = head.sequence + 1
        entry.previous_hash = head.hash
        entry.hash = rules.seal(line_of(entry), head.hash)
        head.sequence, head.hash = entry.sequence, entry.hash
    if entries:
        AuditEntry.objects.bulk_update(entries, ["sequence", "previous_hash", "hash"])
        head.save(update_fields=["sequence", "hash"])
    return len(entries)
