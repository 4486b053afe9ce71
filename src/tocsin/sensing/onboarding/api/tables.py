"""Tables of devices for programs: the same as imports of the kind `devices`, with the secrets in the answer."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.base.errors import Conflict
from tocsin.records.face import describe_rows, drop_file, give_file, rows_of, take_file, visible_imports
from tocsin.records.imports.rules import ImportState
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.onboarding.services.tables import KIND, renew_secrets
from tocsin.sensing.onboarding.shown.tables import (
    DeviceRowOut,
    DeviceSecretsOut,
    DeviceTableOut,
    describe_row,
    describe_secrets,
    describe_table,
)

router = Router()


class DeviceRowsOut(Schema):
    items: list[DeviceRowOut]
    total: int


@router.get("/device-tables", response=list[DeviceTableOut])
def device_tables(request: HttpRequest, wanted: Query[Slice]) -> list[DeviceTableOut]:
    """Tables that were given, newest first."""
    return [describe_table(one) for one in wanted.cut(visible_imports(request.user).filter(kind=KIND))]


@router.post("/device-tables", response=DeviceTableOut)
@costly
def preview_devices(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> DeviceTableOut:
    """Looks at a table (.xlsx, .csv), one row a channel: a verdict on every row, nothing is written."""
    made = give_file(
        actor=actor_of(request),
        kind=KIND,
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        now=current_time(),
    )
    return describe_table(made)


@router.get("/device-tables/{uuid:device_table_id}/rows", response=DeviceRowsOut)
def rows_of_device_table(request: HttpRequest, device_table_id: UUID, wanted: Query[Slice]) -> DeviceRowsOut:
    """The rows of a table in its order: as they would be taken over now, or as they were."""
    made = visible_imports(request.user).get(pk=device_table_id, kind=KIND)
    rows = rows_of(actor=actor_of(request), made=made, now=current_time())
    items = [describe_row(one) for one in describe_rows(made, wanted.cut(rows))]
    return DeviceRowsOut(items=items, total=len(rows))


@router.post("/device-tables/{uuid:device_table_id}/take", response=DeviceSecretsOut)
def take_devices(request: HttpRequest, device_table_id: UUID) -> DeviceSecretsOut:
    """Registers what is new and changes what differs, unless a row is wrong. The secrets are in this answer and nowhere else."""
    made = visible_imports(request.user).get(pk=device_table_id, kind=KIND)
    taken = take_file(actor=actor_of(request), import_id=made.pk, at_once=True, now=current_time())
    if taken.state is not ImportState.TAKEN:
        raise Conflict(taken.trouble)
    handed = renew_secrets(actor=actor_of(request), table_id=made.pk)
    return describe_secrets(handed.table, handed.secrets)


@router.post("/device-tables/{uuid:device_table_id}/renew", response=DeviceSecretsOut)
def renew_device_secrets(request: HttpRequest, device_table_id: UUID) -> DeviceSecretsOut:
    """New secrets for those of its devices that nobody has heard yet."""
    handed = renew_secrets(actor=actor_of(request), table_id=device_table_id)
    return describe_secrets(handed.table, handed.secrets)


@router.post("/device-tables/{uuid:device_table_id}/drop", response=DeviceTableOut)
def drop_device_table(request: HttpRequest, device_table_id: UUID) -> DeviceTableOut:
    """The file is not wanted."""
    made = visible_imports(request.user).get(pk=device_table_id, kind=KIND)
    return describe_table(drop_file(actor=actor_of(request), import_id=made.pk, now=current_time()))
