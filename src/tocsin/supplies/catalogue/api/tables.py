"""Spreadsheets of items for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice
from tocsin.supplies.catalogue.queries.items import visible_imports
from tocsin.supplies.catalogue.services import tables as services
from tocsin.supplies.catalogue.shown.tables import ItemImportOut, ItemRowOut, describe_import, describe_row

router = Router()


class TakeItemsIn(Schema, extra="forbid"):
    leave_wrong: bool = False


class ItemRowsOut(Schema):
    items: list[ItemRowOut]
    total: int


@router.get("/item-imports", response=list[ItemImportOut])
def item_imports(request: HttpRequest, wanted: Query[Slice]) -> list[ItemImportOut]:
    """Files that were given, newest first."""
    return [describe_import(one) for one in wanted.cut(visible_imports(request.user).select_related("by"))]


@router.post("/item-imports", response=ItemImportOut)
@costly
def preview_items(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> ItemImportOut:
    """Looks at a table (.xlsx, .csv): a verdict on every row, nothing is written."""
    made = services.preview_items(
        actor=actor_of(request),
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        now=current_time(),
    )
    return describe_import(made)


@router.get("/item-imports/{uuid:table_id}/rows", response=ItemRowsOut)
def rows_of_item_import(request: HttpRequest, table_id: UUID, wanted: Query[Slice]) -> ItemRowsOut:
    """The rows of a file in its order, judged as the catalogue is now."""
    rows = services.judged_rows(visible_imports(request.user).get(pk=table_id))
    items = [describe_row(one.line, one.verdict, one.cells, one.problems) for one in wanted.cut(rows)]
    return ItemRowsOut(items=items, total=len(rows))


@router.post("/item-imports/{uuid:table_id}/take", response=ItemImportOut)
def take_items(request: HttpRequest, table_id: UUID, given: TakeItemsIn) -> ItemImportOut:
    """Writes the right rows."""
    services.take_items(actor=actor_of(request), table_id=table_id, leave_wrong=given.leave_wrong, now=current_time())
    return _told(request, table_id)


@router.post("/item-imports/{uuid:table_id}/drop", response=ItemImportOut)
def drop_items(request: HttpRequest, table_id: UUID) -> ItemImportOut:
    """The file is not wanted."""
    services.drop_items(actor=actor_of(request), table_id=table_id, now=current_time())
    return _told(request, table_id)


def _told(request: HttpRequest, table_id: UUID) -> ItemImportOut:
    return describe_import(visible_imports(request.user).select_related("by").get(pk=table_id))
