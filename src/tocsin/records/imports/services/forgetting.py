"""Rows of files go after the days in policy; that a file was there, who gave it and what it counted stays."""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tocsin.records.imports.models import ImportRow, TableImport
from tocsin.screens.clock import current_time

BATCH: Final = 2_000


def old_rows(before: datetime) -> QuerySet[ImportRow]:
    """Rows of files that were given before that time, but for those that are being taken over."""
    under_way = Q(table__taking_at__isnull=False, table__taken_at=None)
    return ImportRow.objects.filter(table__at__lt=before).exclude(under_way)


def forget_rows(before: datetime) -> int:
    """Lets up to a batch of rows go; a file that lost one can be neither taken over nor undone any more."""
    found = list(old_rows(before).order_by("table_id", "pk").values_list("pk", "table_id")[:BATCH])
    now = current_time()
    files = TableImport.objects.filter(pk__in={table for _row, table in found}, forgotten_at=None)
    files.filter(taken_at=None, dropped_at=None).update(dropped_at=now)
    files.update(forgotten_at=now)
    ImportRow.objects.filter(pk__in=[row for row, _table in found]).delete()
    return len(found)
