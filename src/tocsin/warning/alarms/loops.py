"""The loops over alarms: detections applied, clocks kept. Each may die at any moment."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.bus.loops.rows import LogLoop, Loop, seconds_until
from tocsin.bus.streams import DETECTIONS
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.queries.due import next_clock
from tocsin.warning.alarms.services import clocks, covered, doubted, losses, nuisance, timers
from tocsin.warning.alarms.services.detections import BATCH, applied_position, apply_detections
from tocsin.warning.alarms.services.due import due_now
from tocsin.warning.covers.queries import Covers

log = logging.getLogger(__name__)


def apply_entries(entries: Sequence[tuple[int, bytes]]) -> None:
    """Applies detections of the log; the position is written with the effects."""
    detections = []
    for sequence, payload in entries:
        try:
            detections.append(decode_json(payload, Detection))
        except InvalidInput as error:
            log.error("detection %d of the log is skipped: %s", sequence, error)
    clock = settings.CONFIGURATION.clock
    apply_detections(detections=detections, now=clock.now(), speed=clock.speed, position=entries[-1][0])


def keep_clocks(*, now: datetime) -> int:
    """Ends what has an end, lets rise and lapse what nobody follows, follows sensors into service and out of it, and calms what
    has been calm for long enough. One statement says which of these is due: mostly none.
    """
    due, changed = due_now(now), clocks.find_good_sensors()
    if Covers.between(now, now):
        due |= {"held_by_a_cover"}
    for condition, act in KEPT:
        if condition in due:
            changed += act(now=now)
    return changed


KEPT: Final[tuple[tuple[str, Callable[..., int]], ...]] = (
    ("shelf_over", clocks.end_shelves),
    ("service", clocks.follow_service),
    ("suppression_over", timers.end_suppressions),
    ("level_is_free", timers.free_levels),
    ("held_by_a_cover", covered.follow_covers),
    ("doubted", doubted.follow_doubts),
    ("rises", timers.raise_unconfirmed),
    ("lapses", timers.lapse_acknowledgements),
    ("calms", nuisance.calm_down),
)
"""What is done where the condition of that name (`services/due.py`) holds for some alarm, in this order."""


def clock_due() -> float | None:
    """When time alone next changes an alarm."""
    return seconds_until(next_clock(current_time()))


def forget_records(*, now: datetime) -> int:
    """Forgets what the log of detections has forgotten."""
    return clocks.forget_records()


LOOPS = (
    LogLoop(
        name="apply-detections",
        stream=DETECTIONS,
        position=applied_position,
        work=apply_entries,
        batch=BATCH,
        lease_s=15.0,
        urgent=True,
    ),
    Loop(
        name="keep-alarm-clocks",
        work=keep_clocks,
        due=clock_due,
        period_s=5.0,
        wakes_on=("warning.Alarm", "warning.Cover", "sensing.Sensor"),
        rest_s=1.0,
    ),
    Loop(name="follow-losses", work=losses.follow_losses, period_s=5.0),
    Loop(name="forget-detections", work=forget_records, period_s=600.0),
)
