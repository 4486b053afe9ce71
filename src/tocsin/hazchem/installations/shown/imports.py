"""Workbooks of plants and their rows, for pages and programs."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.hazchem.installations.rules.workbook import COLUMNS, ImportVerdict, PlantSheet
from tocsin.hazchem.installations.shown import names
from tocsin.screens.words import figure

if TYPE_CHECKING:
    from tocsin.hazchem.installations.models import PlantImport
    from tocsin.hazchem.installations.queries.judging import ImportRow

SHEET_NAMES: Final[dict[PlantSheet, Promise]] = {
    PlantSheet.UNITS: pgettext_lazy("sheet of a plant", "units"),
    PlantSheet.EQUIPMENT: pgettext_lazy("sheet of a plant", "equipment"),
    PlantSheet.SUBSTANCES: pgettext_lazy("sheet of a plant", "substances"),
    PlantSheet.POINTS: pgettext_lazy("sheet of a plant", "points"),
    PlantSheet.JOINTS: pgettext_lazy("sheet of a plant", "pipes"),
}
VERDICT_NAMES: Final[dict[ImportVerdict, Promise]] = {
    ImportVerdict.WRONG: pgettext_lazy("row of a workbook", "wrong"),
    ImportVerdict.NEW: pgettext_lazy("row of a workbook", "new"),
    ImportVerdict.CHANGED: pgettext_lazy("row of a workbook", "changed"),
    ImportVerdict.SAME: pgettext_lazy("row of a workbook", "as it is"),
}
VERDICT_COLOURS: Final[dict[ImportVerdict, str]] = {
    ImportVerdict.WRONG: "bad",
    ImportVerdict.NEW: "good",
    ImportVerdict.CHANGED: "warn",
    ImportVerdict.SAME: "",
}


class PlantImportOut(Schema):
    """A workbook that was given."""

    id: UUID
    file_name: str
    at: datetime
    rows: int
    unread: list[str] = Field(description="sheets and headings that mean nothing")
    taken_at: datetime | None
    dropped_at: datetime | None
    counts: dict[str, int] = Field(description="rows by verdict, as they were when it was taken over")


class CellProblemOut(Schema):
    """What is wrong with a cell."""

    column: str
    text: str


class CellChangeOut(Schema):
    """What a cell changes."""

    column: str
    old: str
    new: str


class PlantImportRowOut(Schema):
    """A row of a workbook and what would become of it."""

    sheet: PlantSheet
    sheet_name: str
    line: int
    name: str
    verdict: ImportVerdict
    verdict_name: str
    problems: list[CellProblemOut]
    changes: list[CellChangeOut]
    css: str


def describe_import(made: "PlantImport") -> PlantImportOut:
    """One workbook."""
    return PlantImportOut(
        id=made.pk,
        file_name=made.file_name,
        at=made.at,
        rows=made.rows,
        unread=made.unread,
        taken_at=made.taken_at,
        dropped_at=made.dropped_at,
        counts=made.counts,
    )


def describe_row(row: "ImportRow") -> PlantImportRowOut:
    """One row as it was judged."""
    cells, sheet = row.given.cells, row.given.sheet
    keys = ("unit", "tag", "substance", "point", "source", "target", "joint")
    return PlantImportRowOut(
        sheet=sheet,
        sheet_name=str(SHEET_NAMES[sheet]),
        line=row.given.line,
        name=" · ".join(cells[one] for one in keys if one in cells),
        verdict=row.verdict,
        verdict_name=str(VERDICT_NAMES[row.verdict]),
        problems=[CellProblemOut(column=heading_of(sheet, column), text=str(why)) for column, why in row.problems],
        changes=[
            CellChangeOut(column=heading_of(sheet, column), old=_words(sheet, column, old), new=_words(sheet, column, new))
            for column, (old, new) in row.changes.items()
        ],
        css=VERDICT_COLOURS[row.verdict],
    )


def heading_of(sheet: PlantSheet, column: str) -> str:
    """A column as offices call it."""
    return COLUMNS[sheet].get(column, (column,))[0]


_ENUMS: Final[dict[tuple[PlantSheet, str], dict[str, Promise]]] = {
    (PlantSheet.UNITS, "kind"): names.UNIT_NAMES,
    (PlantSheet.UNITS, "area"): names.AREA_NAMES,
    (PlantSheet.EQUIPMENT, "kind"): names.EQUIPMENT_NAMES,
    (PlantSheet.EQUIPMENT, "shape"): names.SHAPE_NAMES,
    (PlantSheet.POINTS, "kind"): names.POINT_NAMES,
}


def _words(sheet: PlantSheet, column: str, value: object) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case float() | int():
            return figure(value)
        case date():
            return value.isoformat()
        case list():
            return " ".join(map(str, value)) or "–"
    told = _ENUMS.get((sheet, column), {}).get(str(value))
    return str(told) if told is not None else str(value)
