"""The audit trail read by whoever may, and as a whole to prove that it is whole."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.records.audit import rules
from tocsin.records.audit.models import AuditEntry, AuditHead
from tocsin.records.audit.policy import AUDIT

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User


def visible_entries(user: "Person") -> QuerySet[AuditEntry]:
    """The entries of the regions whose audit trail the user reads, newest first."""
    return scope(AuditEntry.objects.all(), user, "audit.see")


def own_acts(user: "User") -> Iterator[dict[str, Any]]:
    """What this person did, the newest first, as they get it themselves."""
    rows = AuditEntry.objects.filter(actor_id=user.pk).order_by("-at")
    for row in rows.values("at", "action", "object_type", "object_id", "region_code", "details").iterator(1000):
        yield dict(row)


def search_entries(user: "Person", *, action: str = "", object_id: str = "", person: str = "") -> QuerySet[AuditEntry]:
    """Visible entries: `action` by its beginning, object by its id, person by a part of the name. Empty means any."""
    entries = visible_entries(user)
    if action:
        entries = entries.filter(action__startswith=action)
    if object_id:
        entries = entries.filter(object_id=object_id)
    if person:
        entries = entries.filter(actor_name__icontains=person)
    return entries


def any_unsealed() -> bool:
    """Whether an entry has no place in the chain yet."""
    return AuditEntry.objects.filter(sequence=None).exists()


def line_of(entry: AuditEntry) -> rules.Line:
    """The hashed part of a row; ValueError for one that has no place in the chain yet."""
    if entry.sequence is None:
        raise ValueError(f"audit entry {entry.pk} is not sealed")
    return rules.Line(
        sequence=entry.sequence,
        id=str(entry.pk),
        at=entry.at,
        actor_id=str(entry.actor_id),
        actor_name=entry.actor_name,
        action=entry.action,
        object_type=entry.object_type,
        object_id=entry.object_id,
        region_code=entry.region_code,
        details=entry.details,
    )


def verify_chain() -> rules.ChainReport:
    """Reads every sealed entry behind the anchor in order and recomputes the chain up to its head.

    The entry that names the anchor is one of them, so it is proven with the rest.
    """
    head, anchor = head_of_chain(), anchor_of_chain()
    entries = AuditEntry.objects.filter(sequence__gt=anchor.sequence, sequence__lte=head.sequence).order_by("sequence")
    report = rules.verify(_sealed(entries), head_sequence=head.sequence, head_hash=head.hash, anchor=anchor)
    drop = newest_drop()
    if report.whole and drop is not None and not _in_time(drop):
        report = dataclasses.replace(report, fault=rules.Fault.EARLY, at_sequence=drop.sequence)
    return dataclasses.replace(report, unsealed=AuditEntry.objects.filter(sequence=None).count())


def _in_time(drop: rules.Drop) -> bool:
    boundary = next(_sealed(AuditEntry.objects.filter(sequence=drop.anchor.sequence)), None)
    return rules.let_go_in_time(drop, boundary, keep_days=AUDIT.current(at=drop.at).keep_days)


def _sealed(entries: QuerySet[AuditEntry]) -> Iterator[rules.SealedLine]:
    for entry in entries.iterator(chunk_size=1000):
        yield rules.SealedLine(line_of(entry), entry.previous_hash, entry.hash, rules.Algorithm(entry.algorithm))


def anchor_of_chain() -> rules.Anchor:
    """The last entry that its age let go, as the newest sealed entry about it says; the beginning where none was."""
    drop = newest_drop()
    return drop.anchor if drop else rules.BEGINNING


def newest_drop() -> rules.Drop | None:
    """The newest sealed entry by which older ones were let go; None where none was."""
    told = AuditEntry.objects.filter(action=rules.DROPPED, sequence__isnull=False).order_by("-sequence").first()
    if told is None or told.sequence is None:
        return None
    anchor = rules.Anchor(told.details["through"], told.details["hash"])
    try:
        before = datetime.fromisoformat(told.details["before"])
    except (KeyError, TypeError, ValueError):
        before = None
    if before is not None and before.tzinfo is None:
        before = None
    return rules.Drop(told.sequence, told.at, before, bool(told.details.get("boundary")), anchor)


def head_of_chain() -> rules.Anchor:
    """The newest sealed entry, as the sealer keeps it."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    return rules.Anchor(head.sequence, head.hash)


def hash_at(sequence: int) -> str | None:
    """The hash of one sealed entry, None where there is none."""
    return AuditEntry.objects.filter(sequence=sequence).values_list("hash", flat=True).first()
