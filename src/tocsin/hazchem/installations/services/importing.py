"""Plants from workbooks: every row is judged first, the difference shown, and what is right is taken over by one press."""

import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_book
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, insert_all, save_all
from tocsin.hazchem.installations.models import (
    HeldSubstance,
    PlantEquipment,
    PlantImport,
    PlantJoint,
    PlantPoint,
    PlantUnit,
)
from tocsin.hazchem.installations.queries.imports import own_imports
from tocsin.hazchem.installations.queries.judging import ImportRow, Known, judge_rows
from tocsin.hazchem.installations.rules.kinds import InterlockState, PointKind
from tocsin.hazchem.installations.rules.workbook import GivenRow, ImportVerdict, PlantSheet, read_sheets
from tocsin.hazchem.installations.services.grading import grade_unit
from tocsin.hazchem.installations.services.units import note_filing
from tocsin.records.face import record_audit
from tocsin.supervision.face import visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 50_000  # of one sheet; a plant of 440,000 points comes in nine parts
_BLANK: Final = 20  # lines above the headings and between the rows
_GRADED_BY: Final = (PlantSheet.UNITS, PlantSheet.EQUIPMENT, PlantSheet.SUBSTANCES)


def preview_plants(*, actor: "User", object_id: UUID | None, file_name: str, content: bytes, now: datetime) -> PlantImport:
    """Keeps a workbook (or a CSV of one of its sheets) with its rows; nothing of the plant changes.

    Rows without a credit code belong to the firm `object_id`. InvalidInput for what is no workbook, is too large, or has no sheet
    that is known.
    """
    firm = visible_objects(actor).get(pk=object_id) if object_id else None
    rows, unread = read_sheets(read_foreign_book(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + _BLANK))
    if not rows:
        raise InvalidInput(_("There are no rows below the headings."))
    with transaction.atomic():
        made = PlantImport.objects.create(
            object=firm,
            file_name=storable(file_name)[:200],
            at=now,
            by=actor,
            rows=len(rows),
            unread=[one[:60] for one in unread[:50]],
            content=gzip.compress(msgspec.json.encode(rows), 6, mtime=0),
        )
        details = {"file": made.file_name, "rows": len(rows)}
        record_audit(actor, "plant_import.previewed", "plant_import", made.pk, firm.region_code if firm else "", details)
    return made


def judged(*, actor: "User", made: PlantImport) -> list[ImportRow]:
    """What would become of the rows of a kept workbook, now."""
    rows = msgspec.json.decode(gzip.decompress(bytes(made.content)), type=list[GivenRow])
    return judge_rows(actor, made.object_id, rows)


def take_plants(*, actor: "User", import_id: UUID, leave_wrong: bool = False, now: datetime) -> PlantImport:
    """Writes what is new and changed of a kept workbook, judged anew, some rows at a time; then every unit that was touched is
    graded. Where it breaks off, what is written stays, and taking it over again writes the rest.

    Conflict for one that was taken or dropped, and for one with wrong rows unless they are to be left.
    """
    made = _open_import(actor, import_id)
    rows = judged(actor=actor, made=made)
    verdicts = Counter(row.verdict for row in rows)
    if verdicts[ImportVerdict.WRONG] and not leave_wrong:
        raise Conflict(_("Rows of this file are wrong: mend them in the file, or take over the others alone."))
    try:
        for sheet in PlantSheet:
            _write(sheet, [row for row in rows if row.given.sheet is sheet], now)
    except IntegrityError:
        raise Conflict(
            _("The plant has changed meanwhile. What was taken over stays; look at the file again and take over the rest.")
        ) from None
    _grade(actor, made, rows, now)
    counts = {verdict.value: verdicts[verdict] for verdict in ImportVerdict}
    with transaction.atomic():
        free = PlantImport.objects.filter(pk=made.pk, taken_at=None, dropped_at=None)
        if not free.update(taken_at=now, counts=counts, content=b""):
            raise Conflict(_("This file was taken over or dropped already."))
        region = made.object.region_code if made.object else ""
        record_audit(actor, "plant_import.taken", "plant_import", made.pk, region, {"file": made.file_name, "rows": counts})
    made.refresh_from_db()
    return made


@transaction.atomic
def drop_plants(*, actor: "User", import_id: UUID, now: datetime) -> PlantImport:
    """The workbook is not wanted: its rows are forgotten, that it was there is not."""
    made = _open_import(actor, import_id)
    made.content, made.dropped_at = b"", now
    made.save(update_fields=["content", "dropped_at"])
    region = made.object.region_code if made.object else ""
    record_audit(actor, "plant_import.dropped", "plant_import", made.pk, region, {"file": made.file_name})
    return made


def _open_import(actor: "User", import_id: UUID) -> PlantImport:
    made = own_imports(actor).get(pk=import_id)
    if made.taken_at is not None or made.dropped_at is not None:
        raise Conflict(_("This file was taken over or dropped already."))
    return made


def _write(sheet: PlantSheet, rows: Sequence[ImportRow], now: datetime) -> None:
    new = [_new(row, now) for row in rows if row.verdict is ImportVerdict.NEW]
    in_batches(new, insert_all)
    changed = [_changed(row, now) for row in rows if row.verdict is ImportVerdict.CHANGED]
    in_batches(changed, partial(_save, _FIELDS[sheet]))


_FIELDS: Final[dict[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: (
        *("kind", "area", "people", "people_told_at", "lon", "lat", "filing_number", "filed_on", "assessed_on", "version"),
    ),
    PlantSheet.EQUIPMENT: (*("name", "kind", "shape", "volume_m3", "height_m", "liquefied", "bund", "building", "lon", "lat"),),
    PlantSheet.SUBSTANCES: ("design_t", "cas", "classes", "content_percent", "mixture_of", "density_kg_m3"),
    PlantSheet.POINTS: ("kind", "sensor", "low_low", "low", "high", "high_high", "interlock"),
    PlantSheet.JOINTS: ("isolating",),
}


def _save(names: tuple[str, ...], rows: Sequence[Known]) -> None:
    save_all(rows, *names)


def _new(row: ImportRow, now: datetime) -> Known:
    cells, after = row.given.cells, {name: value for name, value in row.after.items() if name != "sensor"}
    match row.given.sheet:
        case PlantSheet.UNITS:
            firm = row.firm
            if firm is None:
                raise ValueError("a wrong row is never written")
            told = None if after["people"] is None else now
            return PlantUnit(
                id=row.id, object=firm, region_code=firm.region_code, name=cells["unit"], people_told_at=told, **after
            )
        case PlantSheet.EQUIPMENT:
            return PlantEquipment(id=row.id, unit_id=_end(row.above), tag=cells["tag"], **after)
        case PlantSheet.SUBSTANCES:
            return HeldSubstance(id=row.id, equipment_id=_end(row.above), substance=cells["substance"], **after)
        case PlantSheet.POINTS:
            interlock = InterlockState.IN_USE if after["kind"] == PointKind.INTERLOCK else ""
            told_of = {"tag": cells["point"], "sensor_id": row.sensor_id, "interlock": interlock}
            return PlantPoint(id=row.id, equipment_id=_end(row.above), **told_of, **after)
        case PlantSheet.JOINTS:
            return PlantJoint(
                id=row.id, source_id=_end(row.above), target_id=_end(row.other), tag=cells.get("joint", ""), **after
            )


def _end(of: ImportRow | Known | None) -> UUID:
    if of is None:
        raise ValueError("a wrong row is never written")
    return of.pk


def _changed(row: ImportRow, now: datetime) -> Known:
    known = row.before
    if known is None:
        raise ValueError("a new row has nothing before it")
    for name, (_old, value) in row.changes.items():
        if name != "sensor":
            setattr(known, name, value)
    if isinstance(known, PlantUnit):
        known.version += 1
        if "people" in row.changes:
            known.people_told_at = None if known.people is None else now
    if isinstance(known, PlantPoint):
        known.sensor_id = row.sensor_id
        is_interlock = known.kind == PointKind.INTERLOCK
        known.interlock = (known.interlock or InterlockState.IN_USE) if is_interlock else ""
    return known


def _grade(actor: "User", made: PlantImport, rows: Iterable[ImportRow], now: datetime) -> None:
    """Each unit that was touched, in a transaction of its own, with one audit entry of all that the workbook did there."""
    touched: dict[UUID, Counter[str]] = {}
    filed: dict[UUID, tuple[str, object]] = {}
    for row in rows:
        if row.verdict not in (ImportVerdict.NEW, ImportVerdict.CHANGED):
            continue
        pk = _unit_of(row)
        touched.setdefault(pk, Counter())[f"{row.given.sheet}_{row.verdict}"] += 1
        if row.given.sheet is PlantSheet.UNITS and (row.before is None or {"filing_number", "filed_on"} & row.changes.keys()):
            filed[pk] = ("", None)
    graded = tuple(f"{sheet}_{verdict}" for sheet in _GRADED_BY for verdict in (ImportVerdict.NEW, ImportVerdict.CHANGED))
    for pk, counts in touched.items():
        with transaction.atomic():
            unit = PlantUnit.objects.select_for_update(of=("self",)).select_related("object").get(pk=pk)
            details = {"name": unit.name, "file": made.file_name, **counts}
            record_audit(actor, "plant_unit.imported", "plant_unit", unit.pk, unit.region_code, details)
            if any(counts[name] for name in graded):
                grade_unit(unit, by=actor, now=now)
            if pk in filed:
                note_filing(unit, ("", None))


def _unit_of(row: ImportRow) -> UUID:
    """The unit that a row lies in, written or known."""
    at: ImportRow | Known | None = row
    while isinstance(at, ImportRow) and at.given.sheet is not PlantSheet.UNITS:
        at = at.above
    match at:
        case ImportRow() | PlantUnit():
            return at.pk
        case PlantEquipment():
            return at.unit_id
    raise ValueError("a row without a unit is never written")
