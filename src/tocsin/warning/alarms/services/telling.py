"""Who hears that an alarm flaps, once at the start and once at the end: whoever keeps its device, and the desk of its area."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.warning.alarms.queries.alarms import alarms_by_id
from tocsin.warning.alarms.rules.telling import FLAPPING, KEEPS_DEVICE, WATCHES

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation
    from tocsin.warning.alarms.models import Alarm

NAMED = 20  # alarms that one notice names


def tell_flapping(alarms: Sequence["Alarm"], *, began: bool, now: datetime) -> int:
    """One notice for each body, whatever began to flap or is calm again in this transaction; returns how many were written."""
    if not alarms:
        return 0
    by_body: dict[UUID, tuple[str, Organisation, list[Alarm]]] = {}
    desks: dict[str, list[Organisation]] = {}
    for alarm in alarms_by_id(one.pk for one in alarms):
        region = alarm.region_code
        if region not in desks:
            desks[region] = bodies_with_duty(kind="government", region_code=region, at=now)[:1]
        device = alarm.device if alarm.sensor is None else alarm.sensor.device
        keeper = device.organisation if device is not None else None
        told = [(KEEPS_DEVICE, keeper), *((WATCHES, desk) for desk in desks[region])]
        for why, body in told:
            if body is not None:
                by_body.setdefault(body.pk, (why, body, []))[2].append(alarm)
    drafts = [_draft(why, body, group, began=began, now=now) for why, body, group in by_body.values()]
    return len(write_all(drafts, Directory(now))) if drafts else 0


def _draft(why: str, body: "Organisation", alarms: Sequence["Alarm"], *, began: bool, now: datetime) -> Draft:
    act = "began" if began else "calm"
    matter = deterministic_id("flapping", act, now.isoformat(), *sorted(str(one.pk) for one in alarms))
    figures = {
        "act": act,
        "alarms": [str(one.pk) for one in alarms[:NAMED]],
        "more": max(0, len(alarms) - NAMED),
    }
    return Draft(FLAPPING, why, urgent=False, key=f"flapping-{matter}-{body.pk}", organisation=body, figures=figures)
