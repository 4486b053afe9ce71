"""What time alone does to permits: they expire; ends, late signatures and silent monitoring are told."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import newest_test, row_of
from tocsin.hazchem.permits.rules.kinds import OVER, PermitAct, PermitState
from tocsin.hazchem.permits.services.telling import note, tell_next, tell_of_end, tell_of_silence
from tocsin.jurisdiction.face import system_actor

_OVER = [one.value for one in OVER]
_AT_WORK = [PermitState.RUNNING, PermitState.PAUSED]


def follow_permits(*, now: datetime) -> None:
    """One round of all clocks; each permit in its own transaction. Notices have keys, so a second round tells nothing twice."""
    policy = permit_policy()
    ended = Q(ends_at__lte=now) | (Q(serves__state__in=_OVER))
    for pk in WorkPermit.objects.exclude(state__in=_OVER).filter(ended).order_by("ends_at").values_list("pk", flat=True):
        _expire(pk, now)
    soon = now + timedelta(minutes=policy.remind_before_min)
    for permit in _rows().filter(state__in=_AT_WORK, ends_at__lte=soon, ends_at__gt=now):
        with transaction.atomic():
            tell_of_end(permit, now)
    late = now - timedelta(minutes=policy.approval_late_min)
    for permit in _rows().filter(state__in=[PermitState.SIGNING, PermitState.STOPPED], state_at__lte=late, ends_at__gt=now):
        with transaction.atomic():
            tell_next(permit, now, again=True)
    for permit in _rows().filter(state=PermitState.RUNNING):
        _hear(permit, now)


def _rows() -> QuerySet[WorkPermit]:
    return WorkPermit.objects.select_related("object__organisation", "applicant", "analyst", "watcher", "approver")


@transaction.atomic
def _expire(pk: UUID, now: datetime) -> None:
    permit = WorkPermit.objects.select_for_update().get(pk=pk)
    if permit.state not in _OVER:
        permit.state, permit.state_at = PermitState.EXPIRED, now
        permit.save(update_fields=["state", "state_at"])
        note(permit, PermitAct.EXPIRED, system_actor(), now, automatic=True)


def _hear(permit: WorkPermit, now: datetime) -> None:
    every = row_of(permit).record_min
    if every is None:
        return
    test = newest_test(permit)
    since = max(permit.state_at, test.at) if test else permit.state_at
    if now - since > timedelta(minutes=every):
        with transaction.atomic():
            tell_of_silence(permit, since, now)
