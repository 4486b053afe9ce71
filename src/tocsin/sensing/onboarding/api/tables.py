"""Tables of devices for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice
from tocsin.sensing.onboarding.queries import visible_tables
from tocsin.sensing.onboarding.rules.tables import TableState
from tocsin.sensing.onboarding.services import tables as services
from tocsin.sensing.onboarding.services.rows import judged_rows
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
    return [describe_table(one) for one in wanted.cut(visible_tables(request.user))]


@router.post("/device-tables", response=DeviceTableOut)
@costly
def preview_devices(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> DeviceTableOut:
    """Looks at a table (.xlsx, .csv), one row a channel: a verdict on every row, nothing is written."""
    made = services.preview_devices(
        actor=actor_of(request),
        region_code=region_code[:12],
        file_name=file.name or "",
        content=file.read(),
        now=current_time(),
    )
    return describe_table(made)


@router.get("/device-tables/{uuid:device_table_id}/rows", response=DeviceRowsOut)
def rows_of_device_table(request: HttpRequest, device_table_id: UUID, wanted: Query[Slice]) -> DeviceRowsOut:
    """The rows of a table that waits, in its order, judged as the registry is now."""
    made = visible_tables(request.user).get(pk=device_table_id)
    rows = judged_rows(actor_of(request), made) if made.state is TableState.WAITING else []
    items = [describe_row(one.line, one.verdict, one.cells, one.problems) for one in wanted.cut(rows)]
    return DeviceRowsOut(items=items, total=len(rows))


@router.post("/device-tables/{uuid:device_table_id}/take", response=DeviceSecretsOut)
def take_devices(request: HttpRequest, device_table_id: UUID) -> DeviceSecretsOut:
    """Registers all rows, or none. The secrets are in this answer and nowhere else."""
    handed = services.take_devices(actor=actor_of(request), table_id=device_table_id, now=current_time())
    return describe_secrets(handed.table, handed.secrets)


@router.post("/device-tables/{uuid:device_table_id}/renew", response=DeviceSecretsOut)
def renew_device_secrets(request: HttpRequest, device_table_id: UUID) -> DeviceSecretsOut:
    """New secrets for those of its devices that nobody has heard yet."""
    handed = services.renew_secrets(actor=actor_of(request), table_id=device_table_id)
    return describe_secrets(handed.table, handed.secrets)


@router.post("/device-tables/{uuid:device_table_id}/drop", response=DeviceTableOut)
def drop_device_table(request: HttpRequest, device_table_id: UUID) -> DeviceTableOut:
    """The file is not wanted."""
    return describe_table(services.drop_table(actor=actor_of(request), table_id=device_table_id, now=current_time()))
