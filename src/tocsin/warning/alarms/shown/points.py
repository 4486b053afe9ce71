"""Alarms as points of the map, now or as they stood at a past moment."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from tocsin.base.levels import AlarmLevel
from tocsin.screens.geojson import Feature, point
from tocsin.warning.alarms.models import AlarmEntry
from tocsin.warning.alarms.queries.alarms import shown_level, visible_alarms
from tocsin.warning.alarms.shown.alarms import place_of
from tocsin.warning.alarms.shown.sentences import STATE_NAMES, alarm_title

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST = 20_000


def alarm_features(user: "Person", at: datetime | None) -> list[Feature]:
    """GeoJSON points of the alarms that were open: with the level and the state of that moment, as their history tells."""
    open_then = Q(closed_at=None) if at is None else Q(raised_at__lte=at) & (Q(closed_at=None) | Q(closed_at__gt=at))
    alarms = list(visible_alarms(user).filter(open_then, lon__isnull=False, lat__isnull=False)[:MOST])
    stood = _stood(user, open_then, at) if at is not None else {}
    names = {level: level.name.lower() for level in AlarmLevel}
    found: list[Feature] = []
    for one in alarms:
        level, state = stood.get(one.pk, (shown_level(one), one.state))
        shape = names[AlarmLevel(level)] if level else "unknown"
        words = " · ".join(filter(None, (place_of(one), str(STATE_NAMES[state]))))
        title, page = alarm_title(one), f"/alarms/{one.pk}/"
        found.append(point(one.lon, one.lat, name=title, words=words, url=page, shape=shape, id=str(one.pk)))
    return found


def _stood(user: "Person", open_then: Q, at: datetime) -> dict[object, tuple[int, str]]:
    """By alarm its level and state after the last entry before that moment."""
    alarms = visible_alarms(user).filter(open_then).order_by().values("pk")
    entries = AlarmEntry.objects.filter(alarm__in=alarms, at__lte=at).order_by("at", "written_at")
    return {alarm: (level, state) for alarm, level, state in entries.values_list("alarm_id", "level", "state")}
