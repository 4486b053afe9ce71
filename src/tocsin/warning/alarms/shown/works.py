"""Works that go on beside alarms, by who keeps their permits: `ALARM_WORKS` of the catalogue."""

from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from tocsin.warning.alarms.models import Alarm
    from tocsin.warning.alarms.rules.works import AlarmWork

_KNOWN: Final = "works_beside"  # on a loaded alarm


class WorksBeside(Protocol):
    """Says of each alarm which works go on beside it; alarms without any are left out. A few queries for all of them."""

    def __call__(self, alarms: "Sequence[Alarm]") -> "Mapping[UUID, Sequence[AlarmWork]]": ...


@cache
def _contributed() -> tuple[WorksBeside, ...]:
    return tuple(cast("WorksBeside", import_string(name.replace(":", "."))) for name in settings.ALARM_WORKS)


def with_works(alarms: "Iterable[Alarm]") -> "list[Alarm]":
    """The alarms with the works beside them, which are read for all at once."""
    rows = list(alarms)
    told = [ask(rows) for ask in _contributed()] if rows else []
    for row in rows:
        setattr(row, _KNOWN, [work for one in told for work in one.get(row.pk, ())])
    return rows


def without_works(alarm: "Alarm") -> "Alarm":
    """The alarm for a file that does not name them."""
    setattr(alarm, _KNOWN, [])
    return alarm


def works_of(alarm: "Alarm") -> "Sequence[AlarmWork]":
    """The works beside an alarm."""
    if not hasattr(alarm, _KNOWN):
        with_works([alarm])
    return cast("Sequence[AlarmWork]", getattr(alarm, _KNOWN))
