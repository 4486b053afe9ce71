"""Watched places and their dangers, as the reader may see them and as they wait for somebody."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet

from tocsin.engine.work.danger import DangerVerdict
from tocsin.jurisdiction.face import scope
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import ElectricalDanger
from tocsin.supervision.work.rules.electrical import QUANTITY, RINGING

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

_RINGING = [one.value for one in RINGING]


def visible_dangers(user: "Person") -> QuerySet[ElectricalDanger]:
    """How watched places stand, of firms that the user sees."""
    rows = ElectricalDanger.objects.select_related("point__object", "answered_by")
    return rows_of_visible(rows, user, path="point__object__")


def to_answer(user: "Person", _now: datetime) -> QuerySet[ElectricalDanger]:
    """Dangers at the user's own firm that it has not answered."""
    rows = ElectricalDanger.objects.filter(verdict__in=_RINGING, answered_at__isnull=True).select_related("point__object")
    found = rows_of_visible(rows, user, path="point__object__", permissions=(rights.OWN,))
    return found.order_by(F("answer_due_at").asc(nulls_last=True), "since")


def unanswered(user: "Person", now: datetime) -> QuerySet[ElectricalDanger]:
    """Dangers beyond the limit, or not answered in time, where the user inspects: somebody goes and looks."""
    late = Q(answered_at__isnull=True, answer_due_at__lt=now) | Q(verdict=DangerVerdict.BEYOND.value, answered_at__isnull=True)
    rows = ElectricalDanger.objects.filter(late, verdict__in=_RINGING).select_related("point__object")
    found = scope(rows, user, rights.INSPECT, "point__object__region_code")
    return found.order_by(F("answer_due_at").asc(nulls_last=True), "since")


def sensors_for(user: "Person", most: int = 300) -> list[Any]:
    """Sensors by which places can be watched, for lists to choose from."""
    wanted = set(QUANTITY.values())
    return list(visible_sensors(user).filter(quantity__in=wanted).order_by("device__code", "channel")[:most])
