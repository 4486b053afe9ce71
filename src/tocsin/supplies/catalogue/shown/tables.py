"""Spreadsheets of items as people and programs read them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Schema

from tocsin.supplies.catalogue.models import CatalogueTable
from tocsin.supplies.catalogue.rules.tables import HEADINGS, RowVerdict

VERDICT_NAMES: Final[dict[RowVerdict, Promise]] = {
    RowVerdict.WRONG: pgettext_lazy("row of a table", "wrong"),
    RowVerdict.NEW: pgettext_lazy("row of a table", "new"),
    RowVerdict.CHANGED: pgettext_lazy("row of a table", "changes"),
    RowVerdict.SAME: pgettext_lazy("row of a table", "as it is"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    "waiting": pgettext_lazy("table", "waits"),
    "taken": pgettext_lazy("table", "taken over"),
    "dropped": pgettext_lazy("table", "dropped"),
}


class ItemImportOut(Schema):
    """A file of items."""

    id: UUID
    region_code: str
    file_name: str
    at: datetime
    by: str
    state: str
    state_name: str
    rows: int


class ItemProblemOut(Schema):
    field: str
    column: str
    text: str


class ItemRowOut(Schema):
    """One row of a file that waits, judged as the catalogue is now."""

    line: int
    verdict: RowVerdict
    verdict_name: str
    name: str
    cells: dict[str, str]
    problems: list[ItemProblemOut]


def describe_import(one: CatalogueTable) -> ItemImportOut:
    """One file; who gave it is loaded."""
    state = "taken" if one.taken_at else "dropped" if one.dropped_at else "waiting"
    return ItemImportOut(
        id=one.pk,
        region_code=one.region_code,
        file_name=one.file_name or "–",
        at=one.at,
        by=str(one.by),
        state=state,
        state_name=str(STATE_NAMES[state]),
        rows=len(one.rows),
    )


def describe_row(line: int, verdict: RowVerdict, cells: dict[str, str], problems: list[tuple[str, str]]) -> ItemRowOut:
    """One row, its problems under the headings that offices use."""
    return ItemRowOut(
        line=line,
        verdict=verdict,
        verdict_name=str(VERDICT_NAMES[verdict]),
        name=cells.get("name_zh", ""),
        cells=cells,
        problems=[ItemProblemOut(field=name, column=HEADINGS.get(name, (name,))[0], text=text) for name, text in problems],
    )
