"""The audit trail's writers: the entry in the actor's transaction, the seal a moment later."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tocsin.bus.bulk import insert_all
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.records.audit import policy, rules
from tocsin.records.audit.models import AuditEntry, AuditHead
from tocsin.records.audit.queries import anchor_of_chain, line_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.jurisdiction.rights.events import RightsActed

BATCH = 200  # one seal keeps the database's writers waiting for less than 50 ms


def record_audit(
    actor: "User",
    action: str,
    object_type: str,
    object_id: str | UUID,
    region_code: str,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Writes one entry; call it inside the transaction of the act, so that both are there or neither.

    `action` is `object.past_tense` ("alarm.acknowledged"); `details` is plain JSON, a changed value as a pair `[old, new]`, and
    never a secret. The time is the machine's own, also where a demonstration runs another clock.
    """
    entry = AuditEntry(
        at=timezone.now(),
        actor_id=actor.pk,
        actor_name=str(actor),
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        region_code=region_code,
        details=details or {},
    )
    insert_all([entry])
    return entry


def record_audits(
    actor: "User", action: str, object_type: str, objects: Iterable[tuple[str | UUID, str, Mapping[str, object]]]
) -> None:
    """One act upon many objects, each with its region and details: see `record_audit`. One statement."""
    now = timezone.now()
    insert_all(
        AuditEntry(
            at=now,
            actor_id=actor.pk,
            actor_name=str(actor),
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            region_code=region_code,
            details=details,
        )
        for object_id, region_code, details in objects
    )


def record_rights_act(act: "RightsActed") -> None:
    """The keeper of acts upon people and rights (`jurisdiction.events.keep_with`)."""
    record_audit(act.actor, act.action, act.object_type, act.object_id, act.region_code, act.details)


@transaction.atomic
def seal_entries(*, limit: int = BATCH) -> int:
    """Joins up to `limit` new entries to the chain, oldest first; returns how many.

    The head's row lock lets one sealer in at a time. An entry whose transaction commits late simply comes later in the chain.
    """
    algorithm = rules.Algorithm(settings.CONFIGURATION.audit_hash)
    head, _created = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entries = list(AuditEntry.objects.filter(sequence=None).order_by("at", "id")[:limit])
    for entry in entries:
        entry.sequence = head.sequence + 1
        entry.previous_hash = head.hash
        entry.algorithm = algorithm
        entry.hash = rules.seal(line_of(entry), head.hash, algorithm)
        head.sequence, head.hash = entry.sequence, entry.hash
    if entries:
        AuditEntry.objects.bulk_update(entries, ["sequence", "previous_hash", "hash", "algorithm"])
        head.save(update_fields=["sequence", "hash"])
    return len(entries)


@transaction.atomic
def let_old_entries_go(*, actor: "User", now: datetime) -> int:
    """Names the last sealed entry before which all are older than the policy keeps, at most once a day; returns its number.

    0 where there is nothing to let go. The entry that says so is sealed like any other; `drop_entries` follows it.
    """
    limit = now - timedelta(days=policy.audit_policy().keep_days)
    told = AuditEntry.objects.filter(action=rules.DROPPED).order_by("-at").first()
    if told is not None and (told.sequence is None or told.at > now - timedelta(days=1)):
        return 0
    sealed = AuditEntry.objects.filter(sequence__gt=anchor_of_chain().sequence)
    first_kept = sealed.filter(at__gte=limit).order_by("sequence").first()
    old = sealed.filter(at__lt=limit)
    last = (old.filter(sequence__lt=first_kept.sequence) if first_kept else old).order_by("-sequence").first()
    if last is None or last.sequence is None:
        return 0
    details = {"through": last.sequence, "hash": last.hash, "before": limit.isoformat(), "boundary": True}
    record_audit(actor, rules.DROPPED, "audit", str(last.sequence), EVERYWHERE, details)
    return last.sequence


@transaction.atomic
def drop_entries(*, now: datetime, limit: int = BATCH) -> int:
    """Deletes up to `limit` entries that a sealed entry has let go and that are as old as it says; returns how many.

    The last of them stays: its time, which its hash covers, proves that those before it were old.
    """
    oldest_kept = now - timedelta(days=policy.audit_policy().keep_days)
    gone = AuditEntry.objects.filter(sequence__lt=anchor_of_chain().sequence, at__lt=oldest_kept).order_by("sequence")
    return AuditEntry.objects.filter(pk__in=list(gone.values_list("pk", flat=True)[:limit])).delete()[0]
