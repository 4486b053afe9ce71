"""Which open alarms time has something to do with now: each condition once, asked for all of them by one statement.

So a look at which nothing is due, as most are, begins no transaction: on SQLite each would hold the one lock of whoever writes
an alarm.
"""

from datetime import datetime

from django.db.models import Count, F, Q

from tocsin.sensing.face import disabled_sensors
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.inhibition import FLOOD
from tocsin.warning.alarms.rules.states import SET_ASIDE, AlarmState


def shelf_over(now: datetime) -> Q:
    """Shelved, and the shelf has ended."""
    return Q(state=AlarmState.SHELVED, shelved_until__lte=now)


def leaves_service() -> Q:
    """Of a sensor that is switched off, and not yet out of service."""
    return Q(sensor_id__in=disabled_sensors()) & ~Q(state=AlarmState.OUT_OF_SERVICE)


def returns_to_service(now: datetime) -> Q:
    """Out of service, past the end that was set if one was, and its sensor is switched on or there is none."""
    is_on = Q(sensor=None) | ~Q(sensor_id__in=disabled_sensors())
    return (Q(suppressed_until=None) | Q(suppressed_until__lte=now)) & Q(state=AlarmState.OUT_OF_SERVICE) & is_on


def set_end_is_over(now: datetime) -> Q:
    """Taken out of service until a moment that has come, while its sensor is switched off all the same."""
    return Q(state=AlarmState.OUT_OF_SERVICE, suppressed_until__lte=now, sensor_id__in=disabled_sensors())


def rises(now: datetime) -> Q:
    """Nobody has confirmed it in time."""
    return Q(rises_at__lte=now, state=AlarmState.ACTIVE_UNACKNOWLEDGED)


def lapses(now: datetime) -> Q:
    """Acknowledged, and nothing may have followed in time."""
    return Q(lapses_at__lte=now, state=AlarmState.ACTIVE_ACKNOWLEDGED)


def level_is_free(now: datetime) -> Q:
    """The hours of a level that a person set are over."""
    return Q(level_held=True, level_held_until__lte=now)


def suppression_over(now: datetime) -> Q:
    """Suppressed by a person until a moment that has come."""
    return Q(state=AlarmState.SUPPRESSED, suppressed_until__lte=now)


def held_by_a_cover() -> Q:
    """Silent or lowered by a cover."""
    silent = Q(state=AlarmState.SUPPRESSED, explained_by__isnull=True)
    lowered = Q(level__lt=F("detected_level"), level_held=False) & ~Q(state__in=SET_ASIDE)
    return (silent | lowered) & Q(cover__isnull=False, suppressed_by__isnull=True)


def doubted() -> Q:
    """Held down by a doubt."""
    return ~Q(doubt="")


def flaps() -> Q:
    """Flapping."""
    return Q(flapping_since__isnull=False)


def in_a_flood() -> Q:
    """A summary of a flood, or held by one."""
    return Q(rule=FLOOD) | Q(explained_by__rule=FLOOD)


def due_now(now: datetime) -> frozenset[str]:
    """The names of the conditions above that hold for some open alarm."""
    asked = {
        "shelf_over": shelf_over(now),
        "service": leaves_service() | returns_to_service(now) | set_end_is_over(now),
        "rises": rises(now),
        "lapses": lapses(now),
        "level_is_free": level_is_free(now),
        "suppression_over": suppression_over(now),
        "held_by_a_cover": held_by_a_cover(),
        "doubted": doubted(),
        "calms": flaps() | in_a_flood(),
    }
    found = Alarm.objects.open().aggregate(**{name: Count("pk", filter=condition) for name, condition in asked.items()})
    return frozenset(name for name, count in found.items() if count)
