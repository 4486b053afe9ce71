"""What time alone does to permits: they expire; ends, late signatures, silent monitoring, long pauses, certificates and watchers
who are away are told.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import named_in, row_of
from tocsin.hazchem.permits.rules.kinds import OVER, PermitAct, PermitState
from tocsin.hazchem.permits.rules.notices import PermitWarning
from tocsin.hazchem.permits.services.covers import close_covers
from tocsin.hazchem.permits.services.telling import note, tell_next, tell_of_end, tell_of_silence, warn
from tocsin.jurisdiction.face import system_actor
from tocsin.supervision.face import certificates_ending, people_away

_OVER = [one.value for one in OVER]
_AT_WORK = [PermitState.RUNNING, PermitState.PAUSED]
_BEGUN = [*_AT_WORK, PermitState.STOPPED]


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
    for permit in _rows().filter(state=PermitState.RUNNING).annotate(tested=Max("tests__at")):
        _hear(permit, permit.tested, now)
    for permit in _rows().filter(state=PermitState.PAUSED):
        _look_at_pause(permit, now)
    _look_at_certificates(now)
    warn_of_watchers_away(now=now)


def warn_of_watchers_away(*, away: dict[UUID, datetime] | None = None, now: datetime) -> int:
    """Warns of works whose watcher is away, once for each absence; how many works. `away`: since when a person is, where somebody
    else knows it; else those who seem to be missing at a key post now.
    """
    running = list(_rows().filter(state=PermitState.RUNNING, watcher__isnull=False))
    watchers = {one.watcher_id for one in running if one.watcher_id is not None}
    since = people_away(watchers, now) if away is None else away
    told = 0
    for permit in running:
        at = since.get(permit.watcher_id) if permit.watcher_id else None
        if at is not None:
            with transaction.atomic():
                key = f"{at:%Y%m%d%H%M%S}"
                warn(permit, PermitWarning.WATCHER_AWAY, key, now, person=str(permit.watcher), since=at.isoformat())
            told += 1
    return told


def _rows() -> QuerySet[WorkPermit]:
    return WorkPermit.objects.select_related("object__organisation", "applicant", "analyst", "watcher", "approver")


@transaction.atomic
def _expire(pk: UUID, now: datetime) -> None:
    WorkPermit.objects.select_for_update().get(pk=pk)
    permit = _rows().get(pk=pk)
    if permit.state not in _OVER:
        begun = permit.state in _BEGUN
        permit.state, permit.state_at = PermitState.EXPIRED, now
        permit.save(update_fields=["state", "state_at"])
        close_covers(permit, system_actor(), now)
        note(permit, PermitAct.EXPIRED, system_actor(), now, automatic=True)
        if begun:
            warn(permit, PermitWarning.EXPIRED, f"{permit.ends_at:%Y%m%d%H%M}", now, ends=permit.ends_at.isoformat())


def _hear(permit: WorkPermit, tested: datetime | None, now: datetime) -> None:
    every = row_of(permit).record_min
    if every is None:
        return
    since = max(permit.state_at, tested) if tested else permit.state_at
    if now - since > timedelta(minutes=every):
        with transaction.atomic():
            tell_of_silence(permit, since, now)


def _look_at_pause(permit: WorkPermit, now: datetime) -> None:
    most = row_of(permit).pause_min
    if most is not None and permit.paused_at is not None and now - permit.paused_at > timedelta(minutes=most):
        with transaction.atomic():
            key = f"{permit.paused_at:%Y%m%d%H%M%S}"
            warn(permit, PermitWarning.LONG_PAUSE, key, now, since=permit.paused_at.isoformat())


def _look_at_certificates(now: datetime) -> None:
    """Certificates of those who are named in a permit that is not over, as far as the register of key people has them."""
    permits = list(_rows().exclude(state__in=[*_OVER, PermitState.DRAFT]))
    holders: dict[UUID, list[WorkPermit]] = defaultdict(list)
    for permit in permits:
        for person in {one for one in named_in(permit).values() if one is not None}:
            holders[person].append(permit)
    before = timezone.localdate(now + timedelta(days=permit_policy().certificate_soon_days))
    for held in certificates_ending(holders, before):
        for permit in holders[held.user_id]:
            key = f"{held.certificate_id.hex[-12:]}-{held.expires:%Y%m%d}"
            with transaction.atomic():
                told = {"person": held.person, "certificate": held.name, "until": f"{held.expires:%Y-%m-%d}"}
                warn(permit, PermitWarning.CERTIFICATE, key, now, **told)
