"""Past alarms judged again with edited causes, piece by piece, and edited causes proposed to a second person; with audit."""

import logging
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.diagnosis.answers import with_answers
from tocsin.engine.diagnosis.judge import bodies_to_call
from tocsin.engine.diagnosis.templates import Templates
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import NewVersion, propose, record_audit
from tocsin.warning.causes.policy.causes import CAUSES
from tocsin.warning.diagnosis.models import Answer, Diagnosis, ReplayResult, ReplayRun
from tocsin.warning.diagnosis.queries.answers import standing_answers
from tocsin.warning.diagnosis.queries.diagnoses import diagnoses_when_taken
from tocsin.warning.diagnosis.queries.rankings import answer_of
from tocsin.warning.diagnosis.queries.replays import alarms_to_replay, causes_in_force, visible_replays
from tocsin.warning.diagnosis.queries.surroundings import ask
from tocsin.warning.diagnosis.queries.template_sets import parse_templates, templates_of
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS, PERMISSION_REPLAY, PERMISSION_SWITCH, JudgedAgain

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import PolicyVersion

log = logging.getLogger(__name__)

MOST_ALARMS = 200


@transaction.atomic
def start_replay(
    *, actor: "User", region_code: str, text: str, since: datetime | None = None, alarm_id: UUID | None = None
) -> ReplayRun:
    """Plans to judge past alarms of a region again, the newest `MOST_ALARMS` raised since then, or one alone.

    InvalidInput where the text can't be used, or no such alarm has a kept diagnosis. The work is done by `work_on_next_replay`.
    """
    require(actor, PERMISSION_REPLAY, region_code)
    require(actor, PERMISSION_DIAGNOSIS, region_code)
    parse_templates(text)
    alarm_ids = alarms_to_replay(region_code, since=since, alarm_id=alarm_id, most=MOST_ALARMS)
    diagnoses = diagnoses_when_taken(alarm_ids)
    if not diagnoses:
        raise InvalidInput(_("No alarm there has a kept diagnosis."))
    before = causes_in_force(region_code)
    run = ReplayRun.objects.create(region_code=region_code, before=before, text=text, by=actor)
    ReplayResult.objects.bulk_create([ReplayResult(run=run, diagnosis_id=one) for one in diagnoses.values()])
    record_audit(actor, "causes.replayed", "replay", run.pk, region_code, {"alarms": len(diagnoses)})
    return run


def work_on_next_replay() -> bool:
    """Judges one alarm again with both sets of causes; False where none is waiting. What fails is told in its row.

    Who dies in between leaves the row as it was; two who take the same row write the same.
    """
    row = ReplayResult.objects.filter(done_at__isnull=True).select_related("run__before", "diagnosis__alarm__sensor").first()
    if row is None:
        return False
    try:
        answers = _answers_then(row.diagnosis)
        old = _judge(row.diagnosis, templates_of(row.run.before), answers)
        new = _judge(row.diagnosis, parse_templates(row.run.text), answers)
    except Exception as error:  # the outermost handler of this item: told, and the run goes on
        log.exception("replay of diagnosis %s failed", row.diagnosis_id)
        _done(row, error=f"{type(error).__name__}: {error}"[:500])
    else:
        _done(row, old=old, new=new)
    return True


@transaction.atomic
def propose_causes(*, actor: "User", run_id: UUID, reason: str) -> "PolicyVersion":
    """The edited causes of a finished run, for its region and below, wait for a second person: who may confirm policy there puts
    them in force (`records.versions`). Kept diagnoses stay as they are.

    Conflict while the run goes on, or where other causes came into force since it began.
    """
    run = visible_replays(actor).get(pk=run_id)
    if ReplayResult.objects.filter(run=run, done_at__isnull=True).exists():
        raise Conflict(_("The replay still runs: wait for its end."))
    in_force = causes_in_force(run.region_code)
    if in_force != run.before:
        raise Conflict(_("Other causes came into force since this replay: replay again."))
    parse_templates(run.text)
    return _propose(actor, run.region_code, run.text, reason, run)


@transaction.atomic
def propose_causes_back(*, actor: "User", region_code: str, reason: str) -> "PolicyVersion":
    """The causes that come with the program are to be in force again, in the region and below: for a second person, too."""
    if region_code != EVERYWHERE and not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no such region."))
    return _propose(actor, region_code, "", reason, None)


def _propose(actor: "User", region_code: str, text: str, reason: str, run: ReplayRun | None) -> "PolicyVersion":
    require(actor, PERMISSION_SWITCH, region_code)
    if not reason.strip():
        raise InvalidInput(_("Say why these causes are switched on."))
    new = NewVersion(text=text, region_code=region_code, whole=True, withdrawn=not text, reason=reason)
    shown = {} if run is None else {"page": f"/replay/{run.pk}/"}
    return propose(actor=actor, policy=CAUSES.name, new=new, shown=shown)


def _answers_then(diagnosis: Diagnosis) -> list[Answer]:
    """The answers that the kept diagnosis could know, those that were withdrawn later left out."""
    return [one for one in standing_answers(diagnosis.alarm) if one.entered_at <= diagnosis.made_at]


def _judge(diagnosis: Diagnosis, templates: Templates, answers: list[Answer]) -> JudgedAgain:
    """The ranking as of the diagnosis's own time, without learnt priors: they know the findings that it is scored with."""
    alarm = diagnosis.alarm
    if alarm.sensor is None:
        raise ValueError(f"alarm {alarm.pk} has no sensor")
    ts_ms = int(diagnosis.result["ts_ms"])
    answer, _around = ask(region_code=alarm.region_code, sensor=alarm.sensor.index, ts_ms=ts_ms, templates=templates)
    ranked = with_answers(answer.hypotheses, [answer_of(one) for one in answers if one.outcome])
    symptom = next((body.owner for body in answer.call if body.reason == "symptom"), "")
    bodies = bodies_to_call(symptom, ranked)
    first = ranked[0]
    return {
        "ranking": [[one.cause, one.probability, one.owner] for one in ranked],
        "asset_code": first.asset_code,
        "body": bodies[0].owner if bodies else "",
        "lon": None if math.isnan(first.lon) else first.lon,
        "lat": None if math.isnan(first.lat) else first.lat,
    }


def _done(row: ReplayResult, **fields: Any) -> None:
    ReplayResult.objects.filter(pk=row.pk).update(done_at=timezone.now(), **fields)
