"""A noisy rule tried with quieter settings on the readings that its sensor has sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.tuning import Trial, try_ways
from tocsin.jurisdiction.face import require
from tocsin.sensing.face import history
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries import visible_alarm
from tocsin.warning.detection.policy import load_profiles

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, eq=False)
class Tried:
    """The alarm whose rule was tried, its profile as it is, on how many readings, and every way with its effect."""

    alarm: Alarm
    profile: Profile
    readings: int
    trials: tuple[Trial, ...]


def try_quieter(user: "User", alarm_id: UUID, *, since: datetime, until: datetime) -> Tried:
    """The rule of that alarm on the history of its sensor.

    Alarm.DoesNotExist for one that the user may not see, NotAllowed without the right to its history, InvalidInput where no
    sensor rings, Unavailable where the history can't be read.
    """
    alarm = visible_alarm(user, alarm_id)
    require(user, "history.see", alarm.region_code)
    sensor = alarm.sensor
    profile = load_profiles(region=sensor.region_code).of_sensor(sensor.profile, sensor.quantity) if sensor is not None else None
    if sensor is None or profile is None:
        raise InvalidInput(_("This alarm is not that of a sensor."))
    watched = profile.with_limits(sensor.alarm_low, sensor.alarm_high)
    readings = history().read([sensor.index], ms_from_datetime(since), ms_from_datetime(until))
    trials = try_ways(watched, alarm.rule, readings, interval_ms=round(sensor.interval_s * 1000))
    return Tried(alarm, watched, len(readings), trials)
