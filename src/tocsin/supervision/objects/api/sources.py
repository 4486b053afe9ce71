"""Where the register's entries come from, for programs: tables, records of platforms, entries joined and parted."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.base.errors import Conflict
from tocsin.records.face import (
    TableImport,
    cells_beside,
    drop_file,
    give_file,
    leave_row,
    mend_cell,
    rows_of,
    take_file,
    visible_imports,
)
from tocsin.records.imports.rules import ImportState
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.models import ObjectMerge, PlatformRecord
from tocsin.supervision.objects.queries import matching as matching_queries
from tocsin.supervision.objects.rules.register import MatchState, NewRecord
from tocsin.supervision.objects.services import matching, merging
from tocsin.supervision.objects.services.tables import KIND

router = Router()


class ObjectImportOut(Schema):
    """A file of objects: an import of the kind `supervised-objects`."""

    id: UUID
    region_code: str
    file_name: str
    at: datetime
    rows: int
    taken_at: datetime | None
    dropped_at: datetime | None

    @staticmethod
    def resolve_rows(made: TableImport) -> int:
        return made.lines


class RowProblemOut(Schema):
    field: str
    text: str = Field(description="what is wrong and how to mend it")


class TableRowOut(Schema):
    line: int = Field(description="in the file")
    verdict: str = Field(description="new, changed, same, left or wrong")
    cells: dict[str, str]
    left_out: dict[str, str] = Field(description="cells under headings that mean no column: they are not taken over")
    problems: list[RowProblemOut]


class TableRowsOut(Schema):
    items: list[TableRowOut]
    total: int


class TakeOverIn(Schema, extra="forbid"):
    leave_wrong: bool = Field(False, description="take the right rows over and leave the wrong ones in the import")


class LeaveRowIn(Schema, extra="forbid"):
    left: bool = True


class MendCellIn(Schema, extra="forbid"):
    column: str = Field(max_length=60)
    text: str = Field("", max_length=300, description="empty: the cell is empty")


class PlatformRecordIn(Schema, extra="forbid"):
    platform: str = Field(max_length=60)
    level: str = Field("", max_length=20)
    external_id: str = Field(max_length=120)
    region_code: str = Field(max_length=6)
    name: str = Field(max_length=200)
    credit_code: str = Field("", max_length=40)
    address: str = Field("", max_length=300)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class WeightOut(Schema):
    field: str = Field(description="prior, credit_code, name, branch, place, trade; other_site measures a probability")
    level: str
    bits: float = Field(description="log2 odds")
    measured: float | None


class PlatformRecordOut(Schema):
    id: UUID
    platform: str
    level: str
    external_id: str
    region_code: str
    name: str
    credit_code: str
    address: str
    lon: float | None
    lat: float | None
    state: MatchState
    object_id: UUID | None = Field(description="the object it is")
    candidate_id: UUID | None = Field(description="the object it may be, until a person decides")
    probability: float
    weights: list[WeightOut]
    received_at: datetime
    decided_at: datetime | None


class PlatformRecordsOut(Schema):
    items: list[PlatformRecordOut]
    total: int


class PlatformRecordSearch(Slice):
    state: MatchState | None = None
    platform: str = Field("", max_length=60)


class OfObjectIn(Schema, extra="forbid"):
    object_id: UUID


class OneRegionIn(Schema, extra="forbid"):
    region_code: str = Field(max_length=6)


class VerdictsChangedOut(Schema):
    changed: int


class JoinIn(Schema, extra="forbid"):
    absorbed_id: UUID
    reason: str = Field("", max_length=500)


class JoinOut(Schema):
    id: UUID
    kept_id: UUID
    absorbed_id: UUID
    at: datetime
    reason: str
    undone_at: datetime | None
    rows: dict[str, int] = Field(description="how many rows of which model went over")

    @staticmethod
    def resolve_rows(made: ObjectMerge) -> dict[str, int]:
        return {name: len(ids) for name, ids in made.moved.get("rows", {}).items()}


@router.post("/object-imports", response=ObjectImportOut)
@costly
def preview(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> TableImport:
    """Looks at a table (.xlsx, .csv): a verdict on every row, nothing is written."""
    return give_file(
        actor=actor_of(request),
        kind=KIND,
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        now=current_time(),
    )


@router.get("/object-imports", response=list[ObjectImportOut])
def list_imports(request: HttpRequest, wanted: Query[Slice]) -> list[TableImport]:
    """Files that were given, newest first."""
    return list(wanted.cut(visible_imports(request.user).filter(kind=KIND)))


@router.get("/object-imports/{uuid:object_import_id}/rows", response=TableRowsOut)
def rows_of_object_import(request: HttpRequest, object_import_id: UUID, wanted: Query[Slice]) -> TableRowsOut:
    """The rows in the file's order; of a file that waits, judged as the register is now."""
    made = _import(request, object_import_id)
    rows, beside = rows_of(actor=actor_of(request), made=made, now=current_time()), cells_beside(made)
    items = [
        TableRowOut(
            line=row.line,
            verdict=row.verdict.value,
            cells=dict(row.cells),
            left_out=beside.get(row.line, {}),
            problems=[RowProblemOut(field=one.column, text=one.text) for one in row.problems],
        )
        for row in wanted.cut(rows)
    ]
    return TableRowsOut(items=items, total=len(rows))


@router.post("/object-imports/{uuid:object_import_id}/rows/{line}/leave", response=ObjectImportOut)
def leave_object_row(request: HttpRequest, object_import_id: UUID, line: int, given: LeaveRowIn) -> TableImport:
    """The row of this line of the file is not taken over, or is again."""
    made = _import(request, object_import_id)
    leave_row(actor=actor_of(request), import_id=made.pk, line=line, left=given.left)
    return made


@router.post("/object-imports/{uuid:object_import_id}/rows/{line}/mend", response=ObjectImportOut)
def mend_object_cell(request: HttpRequest, object_import_id: UUID, line: int, given: MendCellIn) -> TableImport:
    """One cell of a row is written anew."""
    made = _import(request, object_import_id)
    mend_cell(actor=actor_of(request), import_id=made.pk, line=line, column=given.column, text=given.text)
    return made


@router.post("/object-imports/{uuid:object_import_id}/take", response=ObjectImportOut)
def take(request: HttpRequest, object_import_id: UUID, given: TakeOverIn) -> TableImport:
    """Writes the rows, some at a time; where it breaks off, what is written stays and the answer says why."""
    made = _import(request, object_import_id)
    actor, now = actor_of(request), current_time()
    taken = take_file(actor=actor, import_id=made.pk, leave_wrong=given.leave_wrong, at_once=True, now=now)
    if taken.state is not ImportState.TAKEN:
        raise Conflict(taken.trouble)
    return taken


@router.post("/object-imports/{uuid:object_import_id}/drop", response=ObjectImportOut)
def drop(request: HttpRequest, object_import_id: UUID) -> TableImport:
    """The file is not wanted."""
    return drop_file(actor=actor_of(request), import_id=_import(request, object_import_id).pk, now=current_time())


def _import(request: HttpRequest, object_import_id: UUID) -> TableImport:
    return visible_imports(request.user).get(pk=object_import_id, kind=KIND)


@router.post("/platform-records", response=list[PlatformRecordOut])
def receive(request: HttpRequest, given: list[PlatformRecordIn]) -> list[PlatformRecord]:
    """How platforms know firms: each record is matched, asked about, or new. The same record again changes nothing."""
    return matching.receive_records(actor=actor_of(request), records=[NewRecord(**one.dict()) for one in given])


@router.get("/platform-records", response=PlatformRecordsOut)
def records(request: HttpRequest, wanted: Query[PlatformRecordSearch]) -> Part[PlatformRecord]:
    """Records of platforms where you keep the register, newest first."""
    found = matching_queries.visible_records(request.user)
    if wanted.state is not None:
        found = found.filter(state=wanted.state.value)
    if wanted.platform:
        found = found.filter(platform=wanted.platform)
    return wanted.part(found)


@router.post("/platform-records/match-again", response=VerdictsChangedOut)
@costly
def match_again(request: HttpRequest, given: OneRegionIn) -> dict[str, int]:
    """Judges the undecided records of a region against the register as it is now."""
    return {"changed": matching.match_again(actor=actor_of(request), region_code=given.region_code)}


@router.post("/platform-records/{uuid:record_id}/same", response=PlatformRecordOut)
def same(request: HttpRequest, record_id: UUID, given: OfObjectIn) -> PlatformRecord:
    """The record is this object."""
    return matching.decide_same(actor=actor_of(request), record_id=record_id, object_id=given.object_id)


@router.post("/platform-records/{uuid:record_id}/apart", response=PlatformRecordOut)
def apart(request: HttpRequest, record_id: UUID, given: OfObjectIn) -> PlatformRecord:
    """The record is not this object."""
    return matching.decide_apart(actor=actor_of(request), record_id=record_id, object_id=given.object_id)


@router.post("/platform-records/{uuid:record_id}/new", response=PlatformRecordOut)
def new(request: HttpRequest, record_id: UUID) -> PlatformRecord:
    """The register does not have this firm."""
    return matching.decide_new(actor=actor_of(request), record_id=record_id)


@router.post("/objects/{uuid:object_id}/merges", response=JoinOut)
def merge(request: HttpRequest, object_id: UUID, given: JoinIn) -> ObjectMerge:
    """Joins another entry with this one, which is kept."""
    return merging.merge_objects(actor=actor_of(request), kept_id=object_id, absorbed_id=given.absorbed_id, reason=given.reason)


@router.post("/merges/{uuid:object_merge_id}/undo", response=JoinOut)
def undo(request: HttpRequest, object_merge_id: UUID) -> ObjectMerge:
    """Parts the two entries again: both histories are as they were."""
    return merging.undo_merge(actor=actor_of(request), merge_id=object_merge_id)
