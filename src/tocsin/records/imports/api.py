"""Tables of everything for programs: give one, read its rows with what is wrong, take it over, undo it."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.base.datums import Datum
from tocsin.records.imports import queries
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services import giving, taking
from tocsin.records.imports.services.judging import rows_of
from tocsin.records.imports.shown import (
    ImportKindOut,
    ImportRowOut,
    TableImportOut,
    describe_import,
    describe_kind,
    describe_row,
    features_of,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class TakeImportIn(Schema, extra="forbid"):
    leave_wrong: bool = False


class MatchImportColumnIn(Schema, extra="forbid"):
    position: int
    column: str = ""


class MendImportCellIn(Schema, extra="forbid"):
    line: int
    column: str
    text: str = ""


class ImportDatumIn(Schema, extra="forbid"):
    datum: Datum


class LeaveImportRowIn(Schema, extra="forbid"):
    line: int
    left: bool = True


class ImportRowsOut(Schema):
    items: list[ImportRowOut]
    total: int


@router.get("/imports/kinds", response=list[ImportKindOut])
def import_kinds(request: HttpRequest) -> list[ImportKindOut]:
    """What you may import, with the columns that files may have."""
    return [describe_kind(one) for one in queries.kinds_for(request.user)]


@router.get("/imports", response=list[TableImportOut])
def table_imports(request: HttpRequest, wanted: Query[Slice], kind: str = "") -> list[TableImportOut]:
    """Files that were given, newest first."""
    found = queries.visible_imports(request.user)
    return [describe_import(one) for one in wanted.cut(found.filter(kind=kind) if kind else found)]


@router.post("/imports", response=TableImportOut)
@costly
def give_import(
    request: HttpRequest,
    kind: Form[str],
    region_code: Form[str],
    file: File[UploadedFile],
    datum: Form[Datum] = Datum.CGCS2000,
) -> TableImportOut:
    """Gives a file: its rows are kept, nothing is written. Read them with what is wrong, then take it over."""
    made = giving.give_file(
        actor=actor_of(request),
        kind=kind[:40],
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        datum=datum,
        now=current_time(),
    )
    return describe_import(made)


@router.get("/imports/{uuid:table_import_id}", response=TableImportOut)
def read_import(request: HttpRequest, table_import_id: UUID) -> TableImportOut:
    """One file, and how far it is."""
    return _told(request, table_import_id)


@router.get("/imports/{uuid:table_import_id}/rows", response=ImportRowsOut)
def rows_of_import(
    request: HttpRequest, table_import_id: UUID, wanted: Query[Slice], verdict: ImportVerdict | None = None
) -> ImportRowsOut:
    """The rows in the file's order, judged as things are now, or as they were when they were taken over."""
    made = queries.visible_imports(request.user).get(pk=table_import_id)
    kind = queries.kind_of(made.kind)
    rows = rows_of(actor=actor_of(request), made=made, now=current_time())
    picked = [row for row in rows if verdict is None or row.verdict is verdict]
    return ImportRowsOut(items=[describe_row(kind, one) for one in wanted.cut(picked)], total=len(picked))


@router.get("/imports/{uuid:table_import_id}/features")
def features_of_import(request: HttpRequest, table_import_id: UUID) -> Features:
    """Where its rows lie, with what would become of each (GeoJSON, CGCS2000); the first thousands of a long file."""
    made = queries.visible_imports(request.user).get(pk=table_import_id)
    return features_of(made, rows_of(actor=actor_of(request), made=made, now=current_time()))


@router.post("/imports/{uuid:table_import_id}/take", response=TableImportOut)
@costly
def take_import(request: HttpRequest, table_import_id: UUID, given: TakeImportIn) -> TableImportOut:
    """Writes the right rows: at once where they are few, else in the background."""
    taking.take_file(actor=actor_of(request), import_id=table_import_id, leave_wrong=given.leave_wrong, now=current_time())
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/resume", response=TableImportOut)
def resume_import(request: HttpRequest, table_import_id: UUID) -> TableImportOut:
    """Goes on with a file whose taking over stopped."""
    taking.resume_file(actor=actor_of(request), import_id=table_import_id, now=current_time())
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/undo", response=TableImportOut)
@costly
def undo_import(request: HttpRequest, table_import_id: UUID) -> TableImportOut:
    """Takes back what it brought, where nothing builds on it."""
    taking.undo_file(actor=actor_of(request), import_id=table_import_id, now=current_time())
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/drop", response=TableImportOut)
def drop_import(request: HttpRequest, table_import_id: UUID) -> TableImportOut:
    """The file is not wanted."""
    giving.drop_file(actor=actor_of(request), import_id=table_import_id, now=current_time())
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/match", response=TableImportOut)
def match_import_column(request: HttpRequest, table_import_id: UUID, given: MatchImportColumnIn) -> TableImportOut:
    """Says which column a heading means; later files know it."""
    giving.match_column(actor=actor_of(request), import_id=table_import_id, position=given.position, column=given.column[:60])
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/datum", response=TableImportOut)
def name_import_datum(request: HttpRequest, table_import_id: UUID, given: ImportDatumIn) -> TableImportOut:
    """Says to which datum its coordinates refer."""
    giving.name_datum(actor=actor_of(request), import_id=table_import_id, datum=given.datum)
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/mend", response=TableImportOut)
def mend_import_cell(request: HttpRequest, table_import_id: UUID, given: MendImportCellIn) -> TableImportOut:
    """Writes one cell anew."""
    column = given.column[:60]
    giving.mend_cell(actor=actor_of(request), import_id=table_import_id, line=given.line, column=column, text=given.text)
    return _told(request, table_import_id)


@router.post("/imports/{uuid:table_import_id}/leave", response=TableImportOut)
def leave_import_row(request: HttpRequest, table_import_id: UUID, given: LeaveImportRowIn) -> TableImportOut:
    """Leaves a row out, or takes it in again."""
    giving.leave_row(actor=actor_of(request), import_id=table_import_id, line=given.line, left=given.left)
    return _told(request, table_import_id)


def _told(request: HttpRequest, table_import_id: UUID) -> TableImportOut:
    return describe_import(queries.visible_imports(request.user).get(pk=table_import_id))
