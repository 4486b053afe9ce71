"""Lists of supervision as CSV files."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from tocsin.base.tables import csv_text


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """The columns of the rows as a file `name`.csv; moments in local time, lists joined by semicolons."""
    text = csv_text(columns, ([_cell(row.get(column)) for column in columns] for row in rows))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple):
        return "; ".join(_cell(one) for one in value)
    return str(value)
