"""Lists as files for spreadsheets: the rows that a page lists for its reader, under the same filters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from tocsin.base.tables import csv_text, plain_cell
from tocsin.screens.budgets.requests import claim

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_IN_A_FILE: Final = 100_000  # rows; what asks for more is a job for the API, page by page


def wants_csv(request: HttpRequest) -> bool:
    """Whether a list is asked for as a file: `?format=csv`, which `portal/_csv.html` links to. Such a file costs much."""
    if request.GET.get("format") != "csv":
        return False
    claim()
    return True


type Columns = Sequence[str] | Mapping[str, Promise | str]
"""The columns of a file: their names, or by name the heading that the reader sees."""


def as_csv(name: str, columns: Columns, rows: Iterable[object]) -> HttpResponse:
    """The columns of the rows as a file `name`.csv; moments in local time, lists joined by semicolons, yes and no as 1 and 0.

    A row is a mapping, or an object with attributes of these names. Rows may come from an iterator and are taken one by one.
    UTF-8 with its mark; no cell can become a formula.
    """
    heads = [str(words) for words in columns.values()] if isinstance(columns, Mapping) else columns
    return csv_file(name, csv_text(heads, ([_cell(_value(row, column)) for column in columns] for row in rows)))


def _value(row: object, column: str) -> object:
    return row.get(column) if isinstance(row, Mapping) else getattr(row, column, None)


def csv_file(name: str, text: str) -> HttpResponse:
    """A table as a file to keep."""
    claim()
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def workbook_file(name: str, sheets: Mapping[str, Iterable[Sequence[str]]]) -> HttpResponse:
    """Rows of texts, by the title of their sheet, as a workbook `name`.xlsx; its cells are texts, so that no code loses a zero
    and none becomes a formula.
    """
    from openpyxl import Workbook  # a fifth of a second of every start, and few come here

    claim()
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title[:31])
        for row in rows:
            sheet.append([plain_cell(one) for one in row])
    content = BytesIO()
    book.save(content)
    response = HttpResponse(content.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple):
        return "; ".join(_cell(one) for one in value)
    return str(value)
