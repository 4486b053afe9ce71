"""Readings of the past, cut to what a person may see."""

from functools import cache
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import Person, scope
from tocsin.screens.budgets.policy import BUDGETS
from tocsin.screens.budgets.requests import claim
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.history.queries.installation import place_of
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.history.rules import join_curves, thin_out
from tocsin.sensing.trust.queries import marks_over
from tocsin.sensing.trust.rules import FOREVER_MS, MarkQuality, overlaid

PIECE_MS: Final = 31 * DAY_MS  # so much lies in memory at once, however long the span
LATEST_MS: Final = 253_402_300_800_000  # the year 10000


def history() -> History:
    """The history of readings in the data folder, for reading; a request that reads it pays for it."""
    claim(waits=False)
    return _history()


@cache
def _history() -> History:
    return History(place_of(settings.CONFIGURATION.data))


def readings_of(user: Person, sensor_id: UUID, from_ms: int, to_ms: int, most: int) -> dict[str, list[Any]]:
    """A chart's columns `ts`, `value`, `quality`, `min`, `max` (see `rules.thin_out`); unknown values are None. Marks lie over
    them and stand beside, with `sent` where values were replaced.

    Sensor.DoesNotExist where the user may not see the sensor or its history; InvalidInput for a time span that is none.
    """
    sensor = scope(Sensor.objects.all(), user, "history.see").get(pk=sensor_id)
    if not 0 <= from_ms < to_ms <= LATEST_MS:
        raise InvalidInput("from_ms and to_ms are milliseconds since 1970-01-01 UTC, the first below the second")
    days = BUDGETS.current().span.history_days
    if to_ms - from_ms > days * DAY_MS:
        raise InvalidInput(
            _("One request reads %(days)d days of a sensor at most: ask for the rest by further requests.") % {"days": days}
        )
    table, begins = history(), range(from_ms, to_ms, PIECE_MS)
    marks = marks_over([sensor.index], from_ms, to_ms)
    is_replaced = any(one.quality is MarkQuality.REPLACED for one in marks)
    curves, sent = [], []
    for begin in begins:
        piece = table.read([sensor.index], begin, min(begin + PIECE_MS, to_ms))
        curves.append(thin_out(overlaid(piece, marks), most))
        if is_replaced:
            sent.append(thin_out(piece, most))
    curve = join_curves(curves, most)
    return {
        "ts": curve.ts.tolist(),
        "value": _known(curve.value),
        "quality": curve.quality.tolist(),
        "min": _known(curve.low),
        "max": _known(curve.high),
        "sent": _known(join_curves(sent, most).value) if is_replaced else [],
        "marks": [
            {
                "from_ms": one.from_ms,
                "to_ms": None if one.to_ms == FOREVER_MS else one.to_ms,
                "quality": one.quality.value,
                "by_person": one.by_person,
            }
            for one in marks
        ],
    }


def _known(column: NDArray[np.float64]) -> list[float | None]:
    return [value if value == value else None for value in column.tolist()]
