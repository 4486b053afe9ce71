"""The newest value of each sensor, written; and for how long readings are kept."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.retention.rules import Kept
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.services import ROWS_AT_ONCE

KEPT = Kept(
    "readings",
    pgettext_lazy("kept", "Readings"),
    "sensing.devices",
    lambda: policy().history.keep_days,
    why=gettext_lazy("Whole days go when the history is compacted."),
)


def write_latest_values(*, latest: Mapping[int, tuple[int, float]]) -> None:
    """Keeps sensor index -> (ts in UTC ms, value) with the sensors, for lists and maps; short transactions, nothing is told."""
    statement = (
        'UPDATE sensing_sensor SET last_ts = %s, last_value = %s WHERE "index" = %s AND (last_ts IS NULL OR last_ts <= %s)'
    )
    rows = [(ts, value, index, ts) for index, (ts, value) in sorted(latest.items())]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, rows[start : start + ROWS_AT_ONCE])
