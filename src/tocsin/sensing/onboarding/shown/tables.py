"""Tables of devices as programs read them, and the file of secrets that is handed out once."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.base.tables import csv_text
from tocsin.records.face import ImportRowOut, TableImport, describe_import
from tocsin.records.imports.rules import ImportState, ImportVerdict
from tocsin.sensing.devices.queries.sending import topic_of


class DeviceTableOut(Schema):
    """A table of devices: an import of the kind `devices`."""

    id: UUID
    region_code: str
    file_name: str
    at: datetime
    by: str
    state: ImportState
    state_name: str
    rows: int
    unread: list[str] = Field(description="headings that mean no column; what stands below them is not read")


class DeviceRowProblemOut(Schema):
    field: str
    column: str
    text: str


class DeviceRowOut(Schema):
    """One row of a table: judged as the registry is now, or as it was when it was taken over."""

    line: int
    verdict: ImportVerdict
    verdict_name: str
    code: str
    channel: str
    cells: dict[str, str]
    problems: list[DeviceRowProblemOut]


class DeviceSecretOut(Schema):
    code: str
    secret: str = Field(description="the MQTT and HTTP password of the device; shown only here")
    topic: str = Field(description="the MQTT topic on which it publishes")


class DeviceSecretsOut(Schema):
    """What is handed out once."""

    table: DeviceTableOut
    secrets: list[DeviceSecretOut]


def describe_table(one: TableImport) -> DeviceTableOut:
    """One table; who gave it is loaded."""
    told = describe_import(one)
    return DeviceTableOut(
        id=told.id,
        region_code=told.region_code,
        file_name=told.file_name,
        at=told.at,
        by=told.by,
        state=told.state,
        state_name=told.state_name,
        rows=told.rows,
        unread=[each.heading for each in told.headings if each.heading and not each.column],
    )


def describe_row(row: ImportRowOut) -> DeviceRowOut:
    """One row of an import as this address has always told it."""
    return DeviceRowOut(
        line=row.line,
        verdict=row.verdict,
        verdict_name=row.verdict_name,
        code=row.cells.get("code", ""),
        channel=row.cells.get("channel", ""),
        cells=row.cells,
        problems=[DeviceRowProblemOut(field=one.column, column=one.heading, text=one.text) for one in row.problems],
    )


def describe_secrets(table: TableImport, secrets: Mapping[str, str]) -> DeviceSecretsOut:
    """The secrets of a table's devices, this once."""
    given = [DeviceSecretOut(code=code, secret=secret, topic=topic_of(code)) for code, secret in secrets.items()]
    return DeviceSecretsOut(table=describe_table(table), secrets=given)


def file_of_secrets(secrets: Mapping[str, str]) -> str:
    """The same as a file for a spreadsheet."""
    headings = [_("Code"), _("Secret of the device"), _("Topic")]
    return csv_text(headings, ([code, secret, topic_of(code)] for code, secret in secrets.items()))
