"""Plants from tables (units, equipment, substances, points, pipes): how rows are judged, written and undone.

A unit is graded once its whole file is written: until then `graded_at` of every unit that was touched is empty.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import NotAllowed
from tocsin.bus.bulk import insert_all, save_all
from tocsin.hazchem.installations.models import Grading, HeldSubstance, PlantEquipment, PlantJoint, PlantPoint, PlantUnit
from tocsin.hazchem.installations.queries.judging import Known, PlantRow, judge_rows
from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.installations.rules.kinds import InterlockState, PointKind
from tocsin.hazchem.installations.rules.workbook import COLUMNS, HEADINGS, PlantSheet, column_as_told, given_row, sheet_of
from tocsin.hazchem.installations.services.grading import grade_unit
from tocsin.hazchem.installations.services.units import note_filing
from tocsin.hazchem.installations.shown.workbooks import SHEET_NAMES, cell_in_words
from tocsin.records.face import difference, kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import (
    CellChange,
    CellProblem,
    ImportKind,
    ImportSheet,
    ImportVerdict,
    Row,
    UsualLimits,
    Written,
)
from tocsin.supervision.face import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

EXAMPLE: Final = {
    **{"unit": "示例：液氯罐区", "unit_kind": "储存单元", "area": "罐区", "people": "60", "lon": "120.41000", "lat": "36.16000"},
    **{"assessed_on": "2026-03-01", "tag": "V-101", "name": "液氯储罐", "equipment_kind": "压力容器", "shape": "卧式"},
    **{"volume_m3": "50", "height_m": "3", "liquefied": "是", "bund": "北围堰", "substance": "液氯", "design_t": "50"},
    **{"cas": "7782-50-5", "density_kg_m3": "1400", "point": "LT-101", "point_kind": "液位", "low_low": "0.3", "low": "0.45"},
    **{"high": "2.5", "high_high": "2.7", "source": "V-101", "target": "V-102", "joint": "XV-101", "isolating": "有"},
}
ENGLISH_EXAMPLE: Final = {
    **{"unit": "Example: chlorine bund", "unit_kind": "storage", "area": "tank_farm", "name": "Chlorine tank"},
    **{"equipment_kind": "pressure_vessel", "shape": "horizontal", "liquefied": "yes", "bund": "North bund"},
    **{"point_kind": "level", "isolating": "yes"},
}
_MODELS: Final[Mapping[PlantSheet, type[models.Model]]] = {
    PlantSheet.UNITS: PlantUnit,
    PlantSheet.EQUIPMENT: PlantEquipment,
    PlantSheet.SUBSTANCES: HeldSubstance,
    PlantSheet.POINTS: PlantPoint,
    PlantSheet.JOINTS: PlantJoint,
}
_FIELDS: Final[Mapping[PlantSheet, tuple[str, ...]]] = {
    PlantSheet.UNITS: ("kind", "area", "people", "lon", "lat", "filing_number", "filed_on", "assessed_on"),
    PlantSheet.EQUIPMENT: ("name", "kind", "shape", "volume_m3", "height_m", "liquefied", "bund", "building", "lon", "lat"),
    PlantSheet.SUBSTANCES: ("design_t", "cas", "classes", "content_percent", "mixture_of", "density_kg_m3"),
    PlantSheet.POINTS: ("kind", "sensor_id", "low_low", "low", "high", "high_high", "interlock"),
    PlantSheet.JOINTS: ("isolating",),
}
_BESIDE: Final = {PlantSheet.UNITS: ("people_told_at", "filed_grade", "version")}  # written with a row, not held against it
_FILING: Final = frozenset({"filing_number", "filed_on"})
_GRADED_BY: Final = (PlantSheet.UNITS, PlantSheet.EQUIPMENT, PlantSheet.SUBSTANCES)
_ORDER: Final = tuple(PlantSheet)
_KEYS: Final = ("unit", "tag", "substance", "point", "source", "target", "joint")


def judge_plants(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the plants as they are now, all tables of the file together. Some dozen queries, however many rows."""
    filled: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        filled[row.sheet] |= row.cells.keys()
    sheets = {title: sheet_of(title, columns) for title, columns in filled.items()}
    given = [given_row(sheets[row.sheet], row.where, row.cells) for row in rows]
    for row, found in zip(rows, judge_rows(actor, region_code, given), strict=True):
        _tell(row, found)


def _tell(row: Row, found: PlantRow) -> None:
    sheet = found.given.sheet
    row.name = " · ".join(found.given.cells[one] for one in _KEYS if one in found.given.cells)[:200]
    row.verdict, row.found = found.verdict, found
    row.problems += [CellProblem(column_as_told(sheet, column), str(why)) for column, why in found.problems]
    row.changes = [
        CellChange(column_as_told(sheet, name), cell_in_words(sheet, name, old), cell_in_words(sheet, name, new))
        for name, (old, new) in found.changes.items()
    ]
    lon, lat = found.after.get("lon"), found.after.get("lat")
    if isinstance(lon, float) and isinstance(lat, float):
        row.place = lon, lat


def write_plants(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New rows and changed ones. NotAllowed where a firm is none that the actor keeps."""
    found: list[PlantRow] = [row.found for row in rows]
    for firm in {one.firm.pk: one.firm for one in found if one.firm is not None}.values():
        if not may_keep(actor, firm):
            raise NotAllowed(_("Your roles do not let you keep plants."))
    written: dict[UUID, Written] = {}
    for sheet in PlantSheet:
        written |= _write(sheet, [one for one in found if one.given.sheet is sheet], now)
    _note(actor, found)
    return [written[one.pk] for one in found]


def _write(sheet: PlantSheet, rows: Sequence[PlantRow], now: datetime) -> dict[UUID, Written]:
    told: dict[UUID, Written] = {}
    new: list[Known] = []
    changed: list[Known] = []
    for row in rows:
        before: dict[str, Any] = {"sheet": sheet.value, "new": row.verdict is ImportVerdict.NEW}
        if row.before is None:
            made = _new(row, now)
            before["fields"] = kept_of(made, names=_FIELDS[sheet])
            new.append(made)
        else:
            before["fields"] = difference(row.before, _values(row))
            before["filed_grade"] = getattr(row.before, "filed_grade", "")
            changed.append(_changed(row, now))
        told[row.pk] = Written(row.pk, before)
    insert_all(new)
    save_all(changed, *(name.removesuffix("_id") for name in _FIELDS[sheet]), *_BESIDE.get(sheet, ()))
    return told


def _values(row: PlantRow) -> dict[str, object]:
    """The fields that the row changes, by their names in the database, with what they will hold."""
    values = {name: after for name, (_before, after) in row.changes.items() if name != "sensor"}
    if isinstance(row.before, PlantPoint):
        values |= {"sensor_id": row.sensor_id, "interlock": _interlock(str(row.after["kind"]), row.before.interlock)}
    return values


def _interlock(kind: str, before: str = "") -> str:
    return (before or InterlockState.IN_USE.value) if kind == PointKind.INTERLOCK else ""


def _new(row: PlantRow, now: datetime) -> Known:
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
            told_of = {"tag": cells["point"], "sensor_id": row.sensor_id, "interlock": _interlock(str(after["kind"]))}
            return PlantPoint(id=row.id, equipment_id=_end(row.above), **told_of, **after)
        case PlantSheet.JOINTS:
            ends = {"source_id": _end(row.above), "target_id": _end(row.other)}
            return PlantJoint(id=row.id, **ends, tag=cells.get("joint", ""), **after)


def _end(of: "PlantRow | Known | None") -> UUID:
    if of is None:
        raise ValueError("a wrong row is never written")
    return of.pk


def _changed(row: PlantRow, now: datetime) -> Known:
    known = row.before
    if known is None:
        raise ValueError("a new row has nothing before it")
    for name, value in _values(row).items():
        setattr(known, name, value)
    if isinstance(known, PlantUnit):
        known.version += 1
        if "people" in row.changes:
            known.people_told_at = None if known.people is None else now
        if row.changes.keys() & _FILING:
            known.filed_grade = ""
    return known


def _note(actor: "User", rows: Sequence[PlantRow]) -> None:
    """Each unit that was touched: one entry in the audit trail, and it is to be graded anew where that depends on the rows."""
    touched: dict[UUID, Counter[str]] = defaultdict(Counter)
    about: dict[UUID, tuple[str, str]] = {}
    for row in rows:
        pk = _unit_of(row)
        touched[pk][f"{row.given.sheet}_{row.verdict}"] += 1
        about[pk] = row.firm.region_code if row.firm else "", row.given.cells["unit"]
    told = [(pk, about[pk][0], {"name": about[pk][1], **counts}) for pk, counts in touched.items()]
    record_audits(actor, "plant_unit.imported", "plant_unit", told)
    graded = {_unit_of(row) for row in rows if row.given.sheet in _GRADED_BY}
    PlantUnit.objects.filter(pk__in=graded).update(graded_at=None)


def _unit_of(row: PlantRow) -> UUID:
    """The unit that a row lies in, written or known."""
    at: PlantRow | Known | None = row
    while isinstance(at, PlantRow) and at.given.sheet is not PlantSheet.UNITS:
        at = at.above
    match at:
        case PlantRow() | PlantUnit():
            return at.pk
        case PlantEquipment():
            return at.unit_id
    raise ValueError("a row without a unit is never written")


def grade_written(*, actor: "User", region_code: str, rows: int, now: datetime) -> None:
    """Grades the units that a file touched; what it filed anew is filed with that grade."""
    waiting = PlantUnit.objects.filter(graded_at=None, active=True, object__in=visible_objects(actor))
    for unit in waiting.select_for_update(of=("self",)).select_related("object").order_by("pk"):
        grade_unit(unit, by=actor, now=now)
        if unit.filing_number and not unit.filed_grade:
            note_filing(unit, ("", None))


def undo_plants(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New rows go, changed ones say again what they said; their units are graded anew. Conflict where one was changed since, or
    something builds on a new one (equipment of a unit, a permit).
    """
    parts = {sheet: [one for one in written if (one.before or {}).get("sheet") == sheet] for sheet in PlantSheet}
    touched = {pk for sheet, part in parts.items() for pk in _units_of(sheet, [one.id for one in part])}
    for unit in PlantUnit.objects.filter(pk__in=touched).select_related("object"):
        if not may_keep(actor, unit.object):
            raise NotAllowed(_("Your roles do not let you keep plants."))
    for sheet in reversed(_ORDER):
        if not parts[sheet]:
            continue
        _gone, restored = undo_plain(_MODELS[sheet], parts[sheet], apart_from=(Grading,) if sheet is PlantSheet.UNITS else ())
        if sheet is PlantSheet.UNITS:
            _restore_units([one for one in restored if isinstance(one, PlantUnit)], parts[sheet], now)
    left = PlantUnit.objects.filter(pk__in=touched)
    record_audits(
        actor, "plant_unit.import_undone", "plant_unit", [(one.pk, one.region_code, {"name": one.name}) for one in left]
    )
    left.update(graded_at=None)


def _restore_units(units: Sequence[PlantUnit], written: Sequence[Written], now: datetime) -> None:
    before = {one.id: one.before or {} for one in written}
    for unit in units:
        unit.version += 1
        if "people" in before[unit.pk]["fields"]:
            unit.people_told_at = None if unit.people is None else now
        if before[unit.pk]["fields"].keys() & _FILING:
            unit.filed_grade = before[unit.pk]["filed_grade"]
    save_all(units, *_BESIDE[PlantSheet.UNITS])


def _units_of(sheet: PlantSheet, ids: Sequence[UUID]) -> set[UUID]:
    """The units in which rows of a sheet lie."""
    path = {
        PlantSheet.UNITS: "pk",
        PlantSheet.EQUIPMENT: "unit_id",
        PlantSheet.SUBSTANCES: "equipment__unit_id",
        PlantSheet.POINTS: "equipment__unit_id",
        PlantSheet.JOINTS: "source__unit_id",
    }[sheet]
    found: set[UUID] = set()
    for begin in range(0, len(ids), 500):
        rows = _MODELS[sheet]._default_manager.filter(pk__in=ids[begin : begin + 500])
        found |= set(rows.values_list(path, flat=True))
    return found


def _order(row: Row) -> int:
    return _ORDER.index(row.found.given.sheet)


PLANTS: Final = ImportKind(
    name="plants",
    title=pgettext_lazy("rows of a table", "Plants: units, equipment, substances, points, pipes"),
    permission=rights.MANAGE,
    own=rights.OWN,
    headings=lambda: HEADINGS,
    needed=("unit",),
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="plant_units",
    judge=judge_plants,
    write=write_plants,
    undo=undo_plants,
    finish=grade_written,
    order=_order,
    place=("lon", "lat"),
    sheets=tuple(ImportSheet(SHEET_NAMES[sheet], COLUMNS[sheet]) for sheet in PlantSheet),
    suffixes=(".xlsx", ".csv", ".txt", ".zip"),
    limits=lambda: UsualLimits(most_bytes=20_000_000, most_rows=50_000),
)
