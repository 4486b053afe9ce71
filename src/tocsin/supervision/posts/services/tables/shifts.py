"""Rosters of key people as a table: a row is one shift, known by its person and its begin."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.bus.bulk import insert_all, save_all
from tocsin.jurisdiction.face import may
from tocsin.records.face import difference, kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import DutyShift
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.rules import HEADINGS as ROSTER_HEADINGS
from tocsin.supervision.posts.rules import NEEDED
from tocsin.supervision.posts.services.rosters import RosterRow, columns_of, judge_shifts, read_shift
from tocsin.supervision.posts.services.tables.firms import FIRM_HEADINGS, NamedFirms, keeps

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

HEADINGS: Final[dict[str, tuple[str, ...]]] = {"firm": FIRM_HEADINGS, **ROSTER_HEADINGS}
FIELDS: Final = ("role", "post", "end_at", "leave")


@dataclass
class _Found:
    firm: SupervisedObject
    columns: dict[str, Any]
    person_id: UUID
    start_at: datetime
    before: DutyShift | None
    changed: dict[str, list[Any]] = field(default_factory=dict)


def judge_rosters(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the shifts of the firms that are named, by the rules of the firm's page: two queries, and two for each firm."""
    firms = NamedFirms(actor, region_code, rows)
    of_firm: dict[UUID, list[tuple[Row, RosterRow]]] = defaultdict(list)
    by_id: dict[UUID, SupervisedObject] = {}
    for row in rows:
        row.name = " ".join(filter(None, (row.cells.get("person"), row.cells.get("start"))))[:200]
        firm = firms.firm_of(row)
        if firm is None or not all(row.cells.get(one) for one in NEEDED):
            continue
        by_id[firm.pk] = firm
        of_firm[firm.pk].append((row, read_shift(row.line, dict(row.cells))))
    for pk, pairs in of_firm.items():
        keeper = may(actor, rights.MANAGE, by_id[pk].region_code)
        known = judge_shifts(by_id[pk], [read for _row, read in pairs], keeper=keeper, now=now)
        for row, read in pairs:
            row.problems += [CellProblem(column, text) for column, text in zip(read.columns, read.problems, strict=True)]
            if not row.problems and read.shift is not None and read.person is not None:
                told = columns_of(read.shift, read.person)
                before = known.get((read.person.pk, read.shift.start))
                _compare(row, _Found(by_id[pk], told, read.person.pk, read.shift.start, before))


def _compare(row: Row, found: _Found) -> None:
    row.found = found
    if found.before is None:
        row.verdict = ImportVerdict.NEW
        return
    found.changed = difference(found.before, found.columns)
    row.changes = [
        CellChange("end" if name == "end_at" else name, _in_words(getattr(found.before, name)), _in_words(found.columns[name]))
        for name in found.changed
    ]
    row.verdict = ImportVerdict.CHANGED if found.changed else ImportVerdict.SAME


def _in_words(value: object) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)


def write_rosters(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New shifts and changed ones, with one entry in the audit trail for each firm."""
    found: list[_Found] = [row.found for row in rows]
    counts: dict[UUID, dict[str, int]] = defaultdict(lambda: {"new": 0, "changed": 0, "wrong": 0})
    written, fresh = list[Written](), list[DutyShift]()
    by_id = {one.firm.pk: one.firm for one in found}
    if not all(keeps(actor, one) for one in by_id.values()):
        raise NotAllowed(_("You do not keep the register of every firm of this file any more."))
    for one in found:
        if one.before is None:
            made = DutyShift(person_id=one.person_id, start_at=one.start_at, **one.columns)
            fresh.append(made)
            counts[one.firm.pk]["new"] += 1
            written.append(Written(made.pk, {"new": True, "fields": kept_of(made, names=FIELDS)}))
            continue
        for name in one.changed:
            setattr(one.before, name, one.columns[name])
        counts[one.firm.pk]["changed"] += 1
        written.append(Written(one.before.pk, {"new": False, "fields": one.changed}))
    insert_all(fresh)
    save_all([one.before for one in found if one.before is not None], *FIELDS)
    record_audits(actor, "roster.entered", "object", [(pk, by_id[pk].region_code, told) for pk, told in counts.items()])
    return written


def undo_rosters(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New shifts go, changed ones hold again what they held. Conflict where one has begun, was changed since, or was judged."""
    shifts = list(DutyShift.objects.filter(pk__in=[one.id for one in written]).select_related("person__object"))
    firms = {one.person.object_id: one.person.object for one in shifts}
    if not all(keeps(actor, one) for one in firms.values()):
        raise NotAllowed(_("You do not keep the register of every firm of this file any more."))
    begun = min((one for one in shifts if one.start_at <= now), key=lambda one: one.start_at, default=None)
    if begun is not None:
        words = _("The shift of %(person)s at %(start)s has begun: it stays. Take the coming ones off on the firm's page.")
        raise Conflict(words % {"person": begun.person.name, "start": _in_words(begun.start_at)})
    undo_plain(DutyShift, written)
    record_audits(actor, "roster.undone", "object", [(pk, one.region_code, {}) for pk, one in firms.items()])


ROSTERS: Final = ImportKind(
    name="firm-rosters",
    title=pgettext_lazy("rows of a table", "Rosters of key people"),
    permission=rights.MANAGE,
    own=rights.OWN,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example={
        "firm": "91350100M000100Y43",
        "person": "示例：王芳",
        "post": "中控室",
        "start": "2026-12-01 08:00",
        "end": "20:00",
        "leave": "否",
    },
    english_example={"person": "Example: Wang Fang", "post": "control room", "leave": "no"},
    page="presence",
    judge=judge_rosters,
    write=write_rosters,
    undo=undo_rosters,
    limits=lambda: UsualLimits(duty_policy().rosters.most_bytes, duty_policy().rosters.rows_at_once),
)
