"""Drafts of the points policy tried on history by the worker: every object, stretch after stretch, going on where one died."""

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.records.face import locked_version, record_audit, tell_trial
from tocsin.screens.clock import current_time
from tocsin.supervision.points.models import PointsRun
from tocsin.supervision.points.policy import PointsRules, read_draft, rules_of
from tocsin.supervision.points.queries.ledger import last_day
from tocsin.supervision.points.queries.replay import Changed, Found, Outcome, days_of_history, next_ids, replay
from tocsin.supervision.versions.models import PolicyTrial
from tocsin.supervision.versions.queries import visible_versions
from tocsin.supervision.versions.services import Edited, require_editor

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import PolicyVersion

log = logging.getLogger(__name__)

STRETCH: Final = 4_000  # objects of one stretch, all their days: some seconds
LEASE: Final = timedelta(minutes=5)
PATIENCE: Final = timedelta(hours=6)
ATTEMPTS: Final = 3

TOO_LONG, TOO_OFTEN = "too_long", "too_often"
"""Why a trial was given up: `PolicyTrial.error` before a colon."""


def _read(text: str, region_code: str) -> PointsRules:
    return read_draft(text)


def _newest_day() -> date | None:
    return PointsRun.objects.values_list("day", flat=True).first()


POINTS: Final = Edited("points", _read, None, _newest_day)


@transaction.atomic
def ask_trial(*, actor: "User", version_id: UUID) -> PolicyTrial:
    """Has the draft tried on the days of history by the worker; the one that is at work where there is one.

    PolicyVersion.DoesNotExist out of reach, NotAllowed without the right to edit policy or to lead there, Conflict where no day
    has been scored yet, or where the region has more objects than policy lets a trial look at.
    """
    visible = visible_versions(actor, POINTS.subject).get(pk=version_id)
    require_editor(actor, visible.region_code)
    version = locked_version(visible.pk)
    standing = PolicyTrial.objects.filter(version=version, done_at=None).first()
    if standing is not None:
        return standing
    until = last_day()
    if until is None:
        raise Conflict(_("No day has been scored yet: there is no history to try it on."))
    limits = rules_of(version.content).simulation
    days, objects = days_of_history(version.region_code, until=until, most_days=limits.days, most_rows=limits.most_rows)
    if not days:
        raise Conflict(_("There are more objects than the policy lets a trial look at (simulation.most_rows)."))
    trial = PolicyTrial.objects.create(
        version=version,
        asked_at=current_time(),
        asked_by=actor,
        free_at=timezone.now(),
        deadline=timezone.now() + PATIENCE,
        days=[one.isoformat() for one in days],
        objects_in_all=objects,
        found={"looked_at": 0, "changed": 0, "matrix": {}, "list": []},
    )
    record_audit(actor, f"{POINTS.audited}.trial_asked", POINTS.audited, version.pk, version.region_code, {"objects": objects})
    return trial


def work_on_next_trial(*, stretch: int = STRETCH) -> bool:
    """The next stretch of the oldest trial that nobody holds; False where none waits. What fails is tried again, then ended."""
    trial = _take()
    if trial is None:
        return False
    if timezone.now() >= trial.deadline:
        _give_up(trial, TOO_LONG)
    elif trial.attempts > ATTEMPTS:
        _give_up(trial, TOO_OFTEN)
    else:
        try:
            _work(trial, stretch)
        except Exception as error:  # the outermost handler of this item: told in its row, and tried again
            log.exception("trial %s of version %s failed", trial.pk, trial.version_id)
            again = timezone.now() + timedelta(seconds=2**trial.attempts)
            mine = PolicyTrial.objects.filter(pk=trial.pk, attempts=trial.attempts, done_at=None)
            mine.update(free_at=again, error=f"{TOO_OFTEN}:{type(error).__name__}"[:500])
    return True


def _take() -> PolicyTrial | None:
    """Holds the row for the time of the lease; who dies in it leaves it to the next one."""
    now = timezone.now()
    with transaction.atomic():
        waiting = PolicyTrial.objects.select_for_update(skip_locked=True).filter(done_at=None, free_at__lte=now)
        trial = waiting.order_by("asked_at", "pk").first()
        if trial is not None:
            trial.attempts, trial.free_at = trial.attempts + 1, now + LEASE
            trial.save(update_fields=["attempts", "free_at"])
    return trial


def _work(trial: PolicyTrial, stretch: int) -> None:
    version = trial.version
    rules = rules_of(version.content)
    ids = next_ids(version.region_code, cursor=trial.cursor, limit=stretch)
    days = [date.fromisoformat(one) for one in trial.days]
    found = _added(trial.found, replay(ids, days, rules.figures()), rules) if ids else trial.found
    with transaction.atomic():
        held = PolicyTrial.objects.select_for_update().get(pk=trial.pk)
        if (held.cursor, held.attempts, held.done_at) != (trial.cursor, trial.attempts, None):
            return  # the lease ran out, and another one went on
        held.found, held.attempts, held.free_at, held.error = found, 0, timezone.now(), ""
        if ids:
            held.cursor = str(UUID(str(ids[-1])))
        if len(ids) < stretch:
            held.done_at = timezone.now()
            _keep(held, version)
        held.save(update_fields=["found", "attempts", "free_at", "error", "cursor", "done_at"])


def _added(found: Found, outcomes: list[Outcome], rules: PointsRules) -> Found:
    """What was found so far with a further stretch."""
    matrix, listed = dict(found["matrix"]), list(found["list"])
    changed = [one for one in outcomes if one.before != one.after]
    for one in outcomes:
        move = f"{one.before}>{one.after}"
        matrix[move] = matrix.get(move, 0) + 1
    listed += [
        Changed(
            object=str(one.object_id),
            before=one.before,
            after=one.after,
            score_before=one.score_before,
            score_after=one.score_after,
        )
        for one in changed[: rules.simulation.most_listed - len(listed)]
    ]
    return {
        "looked_at": found["looked_at"] + len(outcomes),
        "changed": found["changed"] + len(changed),
        "matrix": matrix,
        "list": listed,
    }


def _keep(trial: PolicyTrial, version: "PolicyVersion") -> None:
    """The finished trial becomes what the version is known by."""
    whole = {"first": trial.days[0], "until": trial.days[-1], "days": len(trial.days), "objects": trial.objects_in_all}
    tell_trial(row=version, trial={**whole, **trial.found})
    details = {"changed": trial.found["changed"], "looked_at": trial.found["looked_at"]}
    record_audit(trial.asked_by, f"{POINTS.audited}.simulated", POINTS.audited, version.pk, version.region_code, details)


def _give_up(trial: PolicyTrial, why: str) -> None:
    """It ends without a result; the reason stands in its row and on the page."""
    PolicyTrial.objects.filter(pk=trial.pk, done_at=None).update(done_at=timezone.now(), error=trial.error or why)
    log.error("trial %s of version %s was given up: %s", trial.pk, trial.version_id, trial.error or why)
