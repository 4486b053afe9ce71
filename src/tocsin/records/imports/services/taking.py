"""Rows are taken over some at a time; what breaks off is gone on with, and what was taken over can be undone.

A batch's transaction claims its rows, writes them and keeps what each became: a row is written once, whoever works on the file.
It also says until when its process counts as alive. Where that time passes, the process was killed: the loop goes on with the
rest.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, Refusal, Unavailable
from tocsin.bus.bulk import in_batches, save_all
from tocsin.records.audit.services import record_audit
from tocsin.records.imports.models import ImportRow, TableImport
from tocsin.records.imports.queries import kind_of, require_giving, visible_imports
from tocsin.records.imports.rules import ImportKind, ImportState, ImportVerdict, Row, Written
from tocsin.records.imports.services.giving import waiting
from tocsin.records.imports.services.judging import judged

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

log = logging.getLogger(__name__)

AT_ONCE: Final = 1_000  # rows that are taken over before the press is answered; more are taken in the background
ALIVE: Final = timedelta(seconds=90)  # more than judging a file of the most rows takes
WRITTEN: Final = (ImportVerdict.NEW, ImportVerdict.CHANGED)


class _TakenElsewhere(Exception):
    """Another process has claimed rows of this file."""


def take_file(*, actor: "User", import_id: UUID, leave_wrong: bool = False, at_once: bool = False, now: datetime) -> TableImport:
    """Takes the right rows over, judged anew: at once where they are few or whoever asks waits for them, else in the background,
    where it is seen how far it is.

    Conflict for a file that was taken or dropped, and for one with wrong rows unless they are to be left.
    """
    found = visible_imports(actor).get(pk=import_id)
    if not leave_wrong and found.state is ImportState.WAITING:
        wrong = sum(row.verdict is ImportVerdict.WRONG for _kept, row in judged(actor=actor, made=found, now=now))
        if wrong:
            raise Conflict(
                _("%(count)s rows are wrong: mend them, leave them out, or take over the others alone.") % {"count": wrong}
            )
    with transaction.atomic():
        made = waiting(actor, import_id)
        made.taking_at, made.leave_wrong, made.by = now, leave_wrong, actor
        here = at_once or made.lines <= AT_ONCE
        made.writing_until = _alive_until() if here else None  # the loop leaves it alone
        made.save(update_fields=["taking_at", "leave_wrong", "by", "writing_until"])
    if here:
        go_on(made, now=now)
        made.refresh_from_db()
    return made


def resume_file(*, actor: "User", import_id: UUID, now: datetime) -> TableImport:
    """Goes on with a file whose taking over stopped with an error."""
    with transaction.atomic():
        found = visible_imports(actor).get(pk=import_id)
        made = TableImport.objects.select_for_update().get(pk=found.pk)
        if made.state is not ImportState.TAKING:
            raise Conflict(_("This file is not being taken over."))
        made.trouble, made.by = "", actor
        made.save(update_fields=["trouble", "by"])
    return made


def take_waiting(*, now: datetime) -> bool:
    """The loop's work: one file that is being taken over, to its end. Whether there may be more."""
    made = under_way().first()
    if made is None:
        return False
    go_on(made, now=now)
    return True


def under_way() -> QuerySet[TableImport]:
    """Files that are to be taken over and at which no process that is alive works, the oldest first; those that stopped with an
    error wait for a person.
    """
    nobody = Q(writing_until=None) | Q(writing_until__lt=timezone.now())
    found = TableImport.objects.filter(nobody, taking_at__isnull=False, taken_at=None, trouble="")
    return found.select_related("by").order_by("taking_at")


def go_on(made: TableImport, *, now: datetime) -> None:
    """Writes what is not written yet, in the name of who pressed. A refusal stops it and is kept for the page."""
    kind, actor = kind_of(made.kind), made.by
    try:
        require_giving(actor, kind, made.region_code)
        TableImport.objects.filter(pk=made.pk).update(writing_until=_alive_until())
        pairs = [(kept, row) for kept, row in judged(actor=actor, made=made, now=now) if not kept.verdict]
        todo = [(kept, row) for kept, row in pairs if row.verdict in WRITTEN]
        if (order := kind.order) is not None:
            todo.sort(key=lambda pair: order(pair[1]))
        written = made.rows.filter(written__isnull=False).count()
        TableImport.objects.filter(pk=made.pk).update(to_write=written + len(todo))
        write = partial(_write, kind, made)
        if kind.batch:
            for part in batched(todo, kind.batch):
                with transaction.atomic():
                    write(part)
        else:
            in_batches(todo, write)
        _end(kind, made, [(kept, row) for kept, row in pairs if row.verdict not in WRITTEN], now)
    except _TakenElsewhere:
        return  # who was first goes on
    except (Refusal, Unavailable, IntegrityError) as error:
        log.warning("import %s stopped: %s", made.pk, error)
        told = (
            str(error)
            if isinstance(error, (Refusal, Unavailable))
            else _("What is there has changed meanwhile: go on once more.")
        )
        TableImport.objects.filter(pk=made.pk).update(trouble=told[:500], writing_until=None)


def undo_file(*, actor: "User", import_id: UUID, now: datetime) -> TableImport:
    """Takes back everything that a file brought: new rows go, changed ones hold again what they held.

    Conflict, and nothing is undone, where something builds on one of them, and for kinds that can't be undone.
    """
    found = visible_imports(actor).get(pk=import_id)
    kind = kind_of(found.kind)
    if kind.undo is None:
        raise Conflict(_("Files of this kind can't be undone."))
    with transaction.atomic():
        made = TableImport.objects.select_for_update().get(pk=found.pk)
        if made.state is not ImportState.TAKEN:
            raise Conflict(_("Only a file that was taken over can be undone."))
        if made.forgotten_at is not None:
            raise Conflict(_("The rows of this file are not kept any more: it can't be undone."))
        rows = list(made.rows.filter(written__isnull=False).order_by("-pk"))
        if not rows:
            raise Conflict(_("This file wrote nothing that could be undone."))
        _refuse_later(made, [one.written for one in rows if one.written is not None])
        kind.undo(
            actor=actor,
            region_code=made.region_code,
            written=[Written(one.written, one.before) for one in rows if one.written is not None],
            written_at=_moment(made),
            now=now,
        )
        if kind.finish is not None:
            kind.finish(actor=actor, region_code=made.region_code, rows=len(rows), now=now)
        made.undone_at = now
        made.save(update_fields=["undone_at"])
        record_audit(actor, "import.undone", "import", made.pk, made.region_code, {"kind": made.kind, "file": made.file_name})
    return made


def _refuse_later(made: TableImport, written: Sequence[UUID]) -> None:
    """Conflict where a file that was taken over later wrote one of them, too."""
    later = ImportRow.objects.filter(
        table__kind=made.kind, table__taking_at__gt=_moment(made), table__undone_at=None, written__isnull=False
    )
    if not later.exists():
        return
    for part in batched(written, 500):
        if other := later.filter(written__in=part).select_related("table").first():
            text = _("%(file)s, which was taken over later, has the same in line %(line)s: undo that file first.")
            raise Conflict(text % {"file": other.table.file_name or "–", "line": other.line})


def _write(kind: ImportKind, made: TableImport, pairs: Sequence[tuple[ImportRow, Row]]) -> None:
    claimed = 0
    for verdict in WRITTEN:
        ids = [kept.pk for kept, row in pairs if row.verdict is verdict]
        claimed += ImportRow.objects.filter(pk__in=ids, verdict="").update(verdict=verdict.value)
    if claimed != len(pairs):
        raise _TakenElsewhere
    rows = [row for _kept, row in pairs]
    written = kind.write(actor=made.by, region_code=made.region_code, rows=rows, now=_moment(made))
    for (kept, row), one in zip(pairs, written, strict=True):
        kept.verdict, kept.written, kept.before = row.verdict.value, one.id, None if one.before is None else dict(one.before)
    save_all([kept for kept, _row in pairs], "verdict", "written", "before")
    TableImport.objects.filter(pk=made.pk).update(writing_until=_alive_until())


def _alive_until() -> datetime:
    """By the machine's clock, as leases are: a process that says nothing for so long is dead."""
    return timezone.now() + ALIVE


def _moment(made: TableImport) -> datetime:
    """When somebody pressed: what the file brings bears this time, whenever it is written."""
    if made.taking_at is None:
        raise ValueError(f"nobody takes the file {made.pk} over")
    return made.taking_at


@transaction.atomic
def _end(kind: ImportKind, made: TableImport, rest: Sequence[tuple[ImportRow, Row]], now: datetime) -> None:
    """What was not written keeps why; the file is taken over."""
    for kept, row in rest:
        kept.verdict, kept.problems = row.verdict.value, [list(one) for one in row.problems]
    if rest:
        save_all([kept for kept, _row in rest], "verdict", "problems")
    counts = dict(Counter(made.rows.values_list("verdict", flat=True)))
    if TableImport.objects.filter(pk=made.pk, taken_at=None).update(taken_at=now, counts=counts, trouble="", writing_until=None):
        told = {"kind": made.kind, "file": made.file_name, "rows": counts}
        record_audit(made.by, "import.taken", "import", made.pk, made.region_code, told)
        if kind.finish is not None:
            rows = sum(counts.get(one.value, 0) for one in WRITTEN)
            kind.finish(actor=made.by, region_code=made.region_code, rows=rows, now=_moment(made))
