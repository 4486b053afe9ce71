"""A noisy rule tried with quieter settings on the readings that its sensor has sent."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.base.toml import write_toml
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detectors.levels import Level
from tocsin.engine.tuning import Trial, Way, try_ways, varied
from tocsin.jurisdiction.face import require
from tocsin.sensing.face import history
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import visible_alarm
from tocsin.warning.detection.policy import load_profiles

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, eq=False)
class Tried:
    """The alarm whose rule was tried, its profile as it is, on how many readings, and every way with its effect."""

    alarm: Alarm
    profile: Profile
    shared: Profile  # without the limits of the sensor alone: that of all sensors of its kind in the region
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
    watched = profile.with_limits(sensor.alarm_low, sensor.alarm_high, sensor.silence_s)
    readings = history().read([sensor.index], ms_from_datetime(since), ms_from_datetime(until))
    trials = try_ways(watched, alarm.rule, readings, interval_ms=round(sensor.interval_s * 1000))
    return Tried(alarm, watched, profile, len(readings), trials)


def quieter_text(tried: Tried, way: Way) -> str:
    """That way as a version of the detection policy: the levels of the rule in the profile that all sensors of its kind share.

    InvalidInput for a way that was not tried.
    """
    made = dict(varied(tried.shared, tried.alarm.rule)) if tried.trials and tried.shared.rules.get(tried.alarm.rule) else {}
    if way not in made:
        raise InvalidInput(_("This way was not tried for the rule of this alarm."))
    rows = [_row(one) for one in made[way].rules[tried.alarm.rule] if isinstance(one, Level)]
    return write_toml({"profile": {tried.shared.name: {tried.alarm.rule: rows}}})


def _row(level: Level) -> dict[str, object]:
    """A level as its table stands in the policy file; what has its default is left out."""
    told = {one.name: getattr(level, one.name) for one in fields(level) if getattr(level, one.name) != one.default}
    return {**told, "level": level.level.name.lower()}
