"""The loops over alarms: detections applied, causes looked for, clocks kept. Each may die at any moment."""

import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.conf import settings

from tocsin.bus.loops.rows import LogLoop, Loop, seconds_until
from tocsin.bus.streams import DETECTIONS
from tocsin.warning.alarms import queries
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.services import (
    clocks as services,
)
from tocsin.warning.alarms.services import (
    detections as services_detections,
)
from tocsin.warning.alarms.services import (
    losses as services_losses,
)
from tocsin.warning.alarms.services import (
    nuisance as services_nuisance,
)
from tocsin.warning.alarms.services.detections import BATCH
from tocsin.warning.diagnosis.services import replays as services_replays
from tocsin.warning.diagnosis.services.diagnoses import work_on_next_task
from tocsin.warning.early_signs import services as early_signs_services
from tocsin.warning.early_signs.policy import shipped_watch_figures

log = logging.getLogger(__name__)


def apply_entries(entries: Sequence[tuple[int, bytes]]) -> None:
    """Applies detections of the log; the position is written with the effects."""
    detections = []
    for sequence, payload in entries:
        try:
            detections.append(msgspec.json.decode(payload, type=Detection))
        except msgspec.MsgspecError as error:
            log.error("detection %d of the log is skipped: %s", sequence, error)
    clock = settings.CONFIGURATION.clock
    services_detections.apply_detections(detections=detections, now=clock.now(), speed=clock.speed, position=entries[-1][0])


def diagnose(*, now: datetime) -> bool:
    """One due diagnosis, or a replay while none is due."""
    return work_on_next_task() or services_replays.work_on_next_replay()


def diagnosis_due() -> float | None:
    """When the next task is free; diagnoses are due by the machine's clock."""
    return seconds_until(queries.next_diagnosis_at(), by_machine=True)


def keep_clocks(*, now: datetime) -> int:
    """Ends shelves, follows sensors into service and out of it, and calms what has been calm for long enough."""
    changed = services.end_shelves(now=now) + services.follow_service(now=now)
    return changed + services.find_good_sensors() + services_nuisance.calm_down(now=now)


def follow_losses(*, now: datetime) -> int:
    """What a lost device or station explains, and early signs that became alarms."""
    return services_losses.follow_losses(now=now) + early_signs_services.join_alarms(near_m=shipped_watch_figures().gather_m)


def forget_records(*, now: datetime) -> int:
    """Forgets what the log of detections has forgotten."""
    return services.forget_records()


LOOPS = (
    LogLoop(
        name="apply-detections",
        stream=DETECTIONS,
        position=services_detections.applied_position,
        work=apply_entries,
        batch=BATCH,
        lease_s=15.0,
    ),
    Loop(
        name="diagnose-alarms",
        work=diagnose,
        due=diagnosis_due,
        period_s=5.0,
        wakes_on=("warning.DiagnosisTask", "warning.ReplayResult"),
    ),
    Loop(name="keep-alarm-clocks", work=keep_clocks, period_s=1.0),
    Loop(name="follow-losses", work=follow_losses, period_s=5.0),
    Loop(name="forget-detections", work=forget_records, period_s=600.0),
)
