"""What a detector measures, as the figures of a gas test."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.time import datetime_from_ms
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.detectors import detectors_for
from tocsin.hazchem.permits.queries.permits import asked_of
from tocsin.hazchem.permits.rules.gas import GasAsked, GasFigures, figures_of_readings
from tocsin.sensing.face import doubts_of, latest_values

CLOCK_AHEAD: Final = timedelta(minutes=1)  # a detector's clock may run ahead of ours so far


def figures_of_detector(permit: WorkPermit, sensor_id: UUID, by_hand: GasFigures, now: datetime) -> tuple[GasFigures, datetime]:
    """The figures with what the detector of that sensor measures, and of when they are: its oldest reading that counts.

    A detector of several gases tells all of them at once: the channels of its device at the same place. What was typed stands
    where the detector does not measure it. Sensor.DoesNotExist for one that is none of the firm's; InvalidInput for one that is
    out of calibration, or whose readings a person doubts.
    """
    known = detectors_for(permit)
    chosen = known.get(pk=sensor_id)
    channels = known.filter(device=chosen.device, lon=chosen.lon, lat=chosen.lat).values_list("pk", flat=True)
    doubted = doubts_of(list(channels), now)
    if chosen.pk in doubted:
        since = f"{doubted[chosen.pk].since:%Y-%m-%d}"
        raise InvalidInput(_("This detector is out of calibration or doubted since %(day)s: test with another.") % {"day": since})
    fresh = timedelta(minutes=permit_policy().sensor_fresh_min)
    readings, moments = _fresh_readings([one for one in channels if one not in doubted], asked_of(permit), fresh, now)
    if not readings:
        raise InvalidInput(
            _("The detector has said nothing for %(most)s minutes that this permit asks for.")
            % {"most": f"{permit_policy().sensor_fresh_min:g}"}
        )
    return figures_of_readings(readings, by_hand), min(min(moments), now)


def _fresh_readings(
    channels: list[UUID], asked: GasAsked, fresh: timedelta, now: datetime
) -> tuple[Mapping[str, float], list[datetime]]:
    readings: dict[str, float] = {}
    moments = []
    rich_from = permit_policy().gas.rich_from
    for one in latest_values(channels).values():
        if one.value is None or one.ts is None or not asked.wants(one.quantity, rich_from):
            continue
        at = datetime_from_ms(one.ts)
        if -CLOCK_AHEAD <= now - at <= fresh:
            readings[one.quantity] = one.value
            moments.append(at)
    return readings, moments
