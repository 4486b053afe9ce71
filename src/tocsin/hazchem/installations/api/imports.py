"""Workbooks of plants for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile

from tocsin.hazchem.installations.queries.imports import own_imports
from tocsin.hazchem.installations.rules.workbook import ImportVerdict
from tocsin.hazchem.installations.services import importing
from tocsin.hazchem.installations.shown.imports import PlantImportOut, PlantImportRowOut, describe_import, describe_row
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice

router = Router()


class RowFilter(Slice):
    verdict: ImportVerdict | None = None


class TakeIn(Schema, extra="forbid"):
    leave_wrong: bool = False


@router.get("/plant-imports", response=list[PlantImportOut])
def plant_imports(request: HttpRequest, wanted: Query[Slice]) -> list[PlantImportOut]:
    """Workbooks that you gave, newest first."""
    return [describe_import(one) for one in wanted.cut(own_imports(actor_of(request)))]


@router.post("/plant-imports", response={201: PlantImportOut})
@costly
def preview_plant_import(
    request: HttpRequest, file: File[UploadedFile], object_id: Form[UUID | None] = None
) -> Status[PlantImportOut]:
    """Keeps a workbook (.xlsx with sheets of units, equipment, substances, points, pipes; or CSV of one); nothing changes yet."""
    content, name, now = file.read(), file.name or "", current_time()
    made = importing.preview_plants(actor=actor_of(request), object_id=object_id, file_name=name, content=content, now=now)
    return Status(201, describe_import(made))


@router.get("/plant-imports/{uuid:plant_import_id}", response=PlantImportOut)
def get_plant_import(request: HttpRequest, plant_import_id: UUID) -> PlantImportOut:
    """One workbook."""
    return describe_import(own_imports(actor_of(request)).get(pk=plant_import_id))


@router.get("/plant-imports/{uuid:plant_import_id}/rows", response=list[PlantImportRowOut])
@costly
def rows_of_plant_import(request: HttpRequest, plant_import_id: UUID, wanted: Query[RowFilter]) -> list[PlantImportRowOut]:
    """What would become of each row of a waiting workbook, as things are now."""
    made = own_imports(actor_of(request)).get(pk=plant_import_id, taken_at=None, dropped_at=None)
    rows = importing.judged(actor=actor_of(request), made=made)
    return [describe_row(row) for row in wanted.cut([row for row in rows if wanted.verdict in (None, row.verdict)])]


@router.post("/plant-imports/{uuid:plant_import_id}/take", response=PlantImportOut)
@costly
def take_plant_import(request: HttpRequest, plant_import_id: UUID, given: TakeIn) -> PlantImportOut:
    """Writes what is new and changed, and grades the units; refused while rows are wrong unless those are to be left."""
    actor, now = actor_of(request), current_time()
    made = importing.take_plants(actor=actor, import_id=plant_import_id, leave_wrong=given.leave_wrong, now=now)
    return describe_import(made)


@router.delete("/plant-imports/{uuid:plant_import_id}", response={204: None})
def drop_plant_import(request: HttpRequest, plant_import_id: UUID) -> Status[None]:
    """A workbook that is not wanted."""
    importing.drop_plants(actor=actor_of(request), import_id=plant_import_id, now=current_time())
    return Status(204, None)
