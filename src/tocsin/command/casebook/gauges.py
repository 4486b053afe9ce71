"""What the installation tells of its cases."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import STATE_NAMES
from tocsin.records.system.rules import Gauge, Sample

ENDED: Final = (CaseState.CLOSED, CaseState.MERGED)


def open_cases(_now: datetime) -> Iterator[Sample]:
    """Cases that are not closed, without drills, by state."""
    rows = Case.objects.real().exclude(state__in=[one.value for one in ENDED])
    counts = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    for state, name in STATE_NAMES.items():
        if state not in ENDED:
            yield Sample(counts.get(state.value, 0), {"state": state.value}, str(name))


GAUGES: Final = (Gauge("open_cases", _("Open cases"), open_cases),)
