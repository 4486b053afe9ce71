"""Tables of devices as people and programs read them, and the file of secrets that is handed out once."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.base.tables import csv_text
from tocsin.sensing.devices.queries.sending import topic_of
from tocsin.sensing.onboarding.models import DeviceTable
from tocsin.sensing.onboarding.rules.tables import HEADINGS, RowVerdict, TableState

if TYPE_CHECKING:
    from collections.abc import Sequence

VERDICT_NAMES: Final[dict[RowVerdict, Promise]] = {
    RowVerdict.WRONG: pgettext_lazy("row of a table", "wrong"),
    RowVerdict.NEW: pgettext_lazy("row of a table", "new"),
    RowVerdict.SAME: pgettext_lazy("row of a table", "as it is"),
}
STATE_NAMES: Final[dict[TableState, Promise]] = {
    TableState.WAITING: pgettext_lazy("table", "waits"),
    TableState.TAKEN: pgettext_lazy("table", "taken over"),
    TableState.DROPPED: pgettext_lazy("table", "dropped"),
}


class DeviceTableOut(Schema):
    """A table of devices."""

    id: UUID
    region_code: str
    file_name: str
    at: datetime
    by: str
    state: TableState
    state_name: str
    rows: int
    unread: list[str] = Field(description="headings that mean no column; what stands below them is not read")
    registered: list[str] = Field(description="codes of the devices that it brought")


class DeviceRowProblemOut(Schema):
    field: str
    column: str
    text: str


class DeviceRowOut(Schema):
    """One row of a table that waits, judged as the registry is now."""

    line: int
    verdict: RowVerdict
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


def describe_table(one: DeviceTable) -> DeviceTableOut:
    """One table; who gave it is loaded."""
    return DeviceTableOut(
        id=one.pk,
        region_code=one.region_code,
        file_name=one.file_name or "–",
        at=one.at,
        by=str(one.by),
        state=one.state,
        state_name=str(STATE_NAMES[one.state]),
        rows=len(one.rows),
        unread=one.unread,
        registered=one.registered,
    )


def describe_row(line: int, verdict: RowVerdict, cells: Mapping[str, str], problems: "Sequence[tuple[str, str]]") -> DeviceRowOut:
    """One row, its problems under the headings that offices use."""
    return DeviceRowOut(
        line=line,
        verdict=verdict,
        verdict_name=str(VERDICT_NAMES[verdict]),
        code=cells.get("code", ""),
        channel=cells.get("channel", ""),
        cells=dict(cells),
        problems=[DeviceRowProblemOut(field=name, column=HEADINGS[name][0], text=text) for name, text in problems],
    )


def describe_secrets(table: DeviceTable, secrets: Mapping[str, str]) -> DeviceSecretsOut:
    """The secrets of a table's devices, this once."""
    given = [DeviceSecretOut(code=code, secret=secret, topic=topic_of(code)) for code, secret in secrets.items()]
    return DeviceSecretsOut(table=describe_table(table), secrets=given)


def file_of_secrets(secrets: Mapping[str, str]) -> str:
    """The same as a file for a spreadsheet."""
    headings = [_("Code"), _("Secret of the device"), _("Topic")]
    return csv_text(headings, ([code, secret, topic_of(code)] for code, secret in secrets.items()))
