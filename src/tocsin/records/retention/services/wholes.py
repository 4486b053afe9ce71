"""Lets an object go as one thing: its parts first, a slice at a time, then itself; a tombstone tells what it was.

A batch is one transaction, of less than 200 ms. One that is interrupted leaves the object marked, so that nobody sees
it, and its tombstone under way: the next batch goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction

from tocsin.jurisdiction.face import system_actor
from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.services.sweeping import let_files_go
from tocsin.records.audit.services import record_audit
from tocsin.records.retention.models import RetentionBook, Tombstone
from tocsin.records.retention.policy import RETENTION, retention
from tocsin.records.retention.queries import FIRST
from tocsin.records.retention.rules import Kept, Named, Part, Whole, digest_with
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from django.db.models import Model
    from django_stubs_ext import StrPromise

SLICE: Final = 50
BATCH_S: Final = 0.05
"""After so long no further slice is begun: others wait for the one writer of SQLite, and for locks."""

CANDIDATES: Final = 20


def kept_whole(whole: Whole, words: "StrPromise", why: "StrPromise") -> Kept:
    """The row of `RETENTION` of a kind that goes as one thing."""
    return Kept(
        whole.kind,
        words,
        RETENTION.name,
        lambda: float(getattr(retention(), whole.key)),
        whole.key,
        count=lambda before: whole.due(before).count(),
        numbers=partial(_names, whole),
        forget=partial(forget_whole, whole),
        why=why,
    )


def attached(object_type: str, ids: Callable[[], Sequence[UUID]]) -> Part:
    """What is attached to these objects; the files go once the transaction is over."""
    return Part(lambda: Attachment.objects.filter(object_type=object_type, object_id__in=[str(one) for one in ids()]))


def forget_attachments(object_type: str, ids: Sequence[UUID]) -> None:
    """The same at once, for objects that go in batches without tombstones. Call it in the transaction."""
    rows = attached(object_type, lambda: ids).rows()
    transaction.on_commit(partial(let_files_go, set(rows.values_list("sha256", flat=True))))
    rows.delete()


def forget_attachment(attachment: Attachment) -> None:
    """One file whose place another has taken. Call it in the transaction."""
    transaction.on_commit(partial(let_files_go, {attachment.sha256}))
    attachment.delete()


def forget_whole(whole: Whole, before: datetime) -> int:
    """One batch of one object: one whose deletion is under way, else the oldest that may go. How many rows went.

    Call it in a transaction.
    """
    until = perf_counter() + BATCH_S
    RetentionBook.objects.get_or_create(pk=1)
    RetentionBook.objects.select_for_update().get(pk=1)
    grave = Tombstone.objects.filter(kind=whole.kind, whole=None, gone_at=None).order_by("begun_at").first()
    grave = grave or _begin(whole, before)
    return 0 if grave is None else _Batch(whole, grave, until).work()


def _names(whole: Whole, before: datetime) -> list[str]:
    return [whole.name(row) for row in whole.due(before)[:FIRST]]


def _begin(whole: Whole, before: datetime) -> Tombstone | None:
    for row in whole.due(before)[:CANDIDATES]:
        named = whole.take(row, before)
        if named:
            first = _bury(whole, named[0], None)
            for one in named[1:]:
                _bury(whole, one, first)
            return first
    return None


def _bury(whole: Whole, named: Named, of: Tombstone | None) -> Tombstone:
    return Tombstone.objects.create(
        kind=named.kind or whole.kind,
        number=named.number[:120],
        object_id=named.id,
        whole=of,
        region_code=named.region_code,
        permission=whole.permission,
        began_at=named.began_at,
        ended_at=named.ended_at,
        ended_by=named.ended_by,
        policy_key=whole.key,
        days=getattr(retention(), whole.key),
        begun_at=current_time(),
    )


class _Batch:
    """One transaction's share of a deletion."""

    def __init__(self, whole: Whole, grave: Tombstone, until: float) -> None:
        self.whole, self.grave, self.until, self.gone = whole, grave, until, 0

    def work(self) -> int:
        """Takes slices until the time is over or all has gone; how many rows went."""
        family = [self.grave.object_id, *self.grave.parts.filter(kind=self.whole.kind).values_list("object_id", flat=True)]
        for part in self.whole.parts(family):
            for rows in _slices(part):
                self._take(part, rows)
                if perf_counter() > self.until:
                    self.grave.save(update_fields=["rows", "digest"])
                    return max(self.gone, 1)  # also where rows were only cut: it goes on
        self._end()
        return max(self.gone, 1)  # once more: the next object

    def _take(self, part: Part, rows: "list[Model]") -> None:
        if part.first is not None:
            part.first(rows)
        if part.stays:
            return
        model = type(rows[0])
        values = [_values(row) for row in rows]
        self.grave.digest = digest_with(self.grave.digest, ({"model": model._meta.label, **one} for one in values))
        self.grave.rows[model._meta.label] = self.grave.rows.get(model._meta.label, 0) + len(rows)
        if part.kind:
            self._bury_parts(part.kind, rows)
        model._base_manager.filter(pk__in=[row.pk for row in rows]).delete()
        if isinstance(rows[0], Attachment):
            hashes = {row.sha256 for row in rows if isinstance(row, Attachment)}
            transaction.on_commit(partial(let_files_go, hashes))
        self.gone += len(rows)

    def _bury_parts(self, kind: str, rows: "list[Model]") -> None:
        told = {"region_code": self.grave.region_code, "permission": self.whole.permission, "begun_at": self.grave.begun_at}
        rule = {"policy_key": self.whole.key, "days": self.grave.days, "gone_at": current_time()}
        Tombstone.objects.bulk_create(
            Tombstone(kind=kind, number=getattr(row, "number", ""), object_id=row.pk, whole=self.grave, **told, **rule)
            for row in rows
        )

    def _end(self) -> None:
        grave = self.grave
        grave.gone_at = current_time()
        grave.save(update_fields=["rows", "digest", "gone_at"])
        grave.parts.filter(gone_at=None).update(gone_at=grave.gone_at)
        details = {"number": grave.number, "rows": sum(grave.rows.values()), "digest": grave.digest, "days": grave.days}
        record_audit(system_actor(), f"{grave.kind}.deleted", grave.kind, grave.object_id, grave.region_code, details)


def _slices(part: Part) -> "Iterator[list[Model]]":
    while rows := list(part.rows()[:SLICE]):
        yield rows


def _values(row: "Model") -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
