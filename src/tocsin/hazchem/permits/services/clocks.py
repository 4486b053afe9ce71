"""What time alone does to permits: they expire; ends, late signatures, silent monitoring, long pauses, certificates and watchers
who are away are told.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import named_in, newest_tests, next_signers, row_of
from tocsin.hazchem.permits.rules.kinds import OVER, PermitAct, PermitState
from tocsin.hazchem.permits.rules.notices import PermitWarning
from tocsin.hazchem.permits.services.covers import close_covers
from tocsin.hazchem.permits.services.telling import (
    drafts_for_signer,
    drafts_of_end,
    drafts_of_silence,
    drafts_of_warning,
    note,
    tell_new,
)
from tocsin.jurisdiction.face import system_actor
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.face import certificates_ending, people_away

AT_ONCE: Final = 50  # permits that expire in one transaction
_OVER = [one.value for one in OVER]
_AT_WORK = (PermitState.RUNNING, PermitState.PAUSED)
_BEGUN = (*_AT_WORK, PermitState.STOPPED)


def follow_permits(*, now: datetime) -> None:
    """One round of all clocks over the permits that are not over, read once. Notices have keys: a second round tells nothing
    twice, and asks no more than whether its keys are known.
    """
    _expire_ended(now)
    permits = list(_rows().exclude(state__in=[*_OVER, PermitState.DRAFT]).order_by("pk"))
    looks = (_ends, _late_signatures, _silences, _pauses, _certificates)
    drafts = [draft for look in looks for draft in look(permits, now)]
    running = [one for one in permits if one.state == PermitState.RUNNING and one.watcher_id is not None]
    away = people_away({one.watcher_id for one in running if one.watcher_id is not None}, now)
    drafts += [draft for one in running for draft in _of_absence(one, away)]
    tell_new(drafts, now)


def warn_of_watchers_away(*, away: dict[UUID, datetime], now: datetime) -> int:
    """Warns of works whose watcher is away, once for each absence; how many works. `away`: by account since when."""
    running = list(_rows().filter(state=PermitState.RUNNING, watcher__in=list(away)))
    tell_new([draft for one in running for draft in _of_absence(one, away)], now)
    return len(running)


def _rows() -> QuerySet[WorkPermit]:
    return WorkPermit.objects.select_related("object__organisation", "applicant", "analyst", "watcher", "approver")


def _expire_ended(now: datetime) -> None:
    """Those whose time, or that of the permit they serve, is over: a batch in a transaction, each with its step and notices."""
    ended = Q(ends_at__lte=now) | Q(serves__state__in=_OVER)
    waiting = WorkPermit.objects.exclude(state__in=_OVER).filter(ended).order_by("ends_at", "pk")
    directory = Directory(now)
    for part in batched(list(waiting.values_list("pk", flat=True)), AT_ONCE):
        with transaction.atomic():
            list(WorkPermit.objects.select_for_update().filter(pk__in=part).order_by("pk"))
            permits = _rows().filter(pk__in=part).exclude(state__in=_OVER).order_by("pk")
            drafts = [draft for one in permits for draft in _expire(one, now)]
            if drafts:
                write_all(drafts, directory)


def _expire(permit: WorkPermit, now: datetime) -> list[Draft]:
    begun = permit.state in _BEGUN
    permit.state, permit.state_at = PermitState.EXPIRED, now
    permit.save(update_fields=["state", "state_at"])
    close_covers(permit, system_actor(), now)
    note(permit, PermitAct.EXPIRED, system_actor(), now, automatic=True)
    if not begun:
        return []
    key = f"{permit.ends_at:%Y%m%d%H%M}"
    return drafts_of_warning(permit, PermitWarning.EXPIRED, key, ends=permit.ends_at.isoformat())


def _ends(permits: Sequence[WorkPermit], now: datetime) -> Iterator[Draft]:
    soon = now + timedelta(minutes=permit_policy().remind_before_min)
    for permit in permits:
        if permit.state in _AT_WORK and now < permit.ends_at <= soon:
            yield from drafts_of_end(permit)


def _late_signatures(permits: Sequence[WorkPermit], now: datetime) -> Iterator[Draft]:
    late = now - timedelta(minutes=permit_policy().approval_late_min)
    states = (PermitState.SIGNING, PermitState.STOPPED)
    waiting = [one for one in permits if one.state in states and one.state_at <= late and one.ends_at > now]
    signers = next_signers(waiting)
    for permit in waiting:
        yield from drafts_for_signer(permit, signers[permit.pk], again=True)


def _silences(permits: Sequence[WorkPermit], now: datetime) -> Iterator[Draft]:
    running = [one for one in permits if one.state == PermitState.RUNNING and row_of(one).record_min is not None]
    tested = newest_tests(running)
    for permit in running:
        since = max(permit.state_at, tested.get(permit.pk, permit.state_at))
        if now - since > timedelta(minutes=row_of(permit).record_min or 0):
            yield from drafts_of_silence(permit, since)


def _pauses(permits: Sequence[WorkPermit], now: datetime) -> Iterator[Draft]:
    for permit in permits:
        most = row_of(permit).pause_min if permit.state == PermitState.PAUSED else None
        if most is not None and permit.paused_at is not None and now - permit.paused_at > timedelta(minutes=most):
            key = f"{permit.paused_at:%Y%m%d%H%M%S}"
            yield from drafts_of_warning(permit, PermitWarning.LONG_PAUSE, key, since=permit.paused_at.isoformat())


def _of_absence(permit: WorkPermit, away: dict[UUID, datetime]) -> list[Draft]:
    at = away.get(permit.watcher_id) if permit.watcher_id else None
    if at is None:
        return []
    told = {"person": str(permit.watcher), "since": at.isoformat()}
    return drafts_of_warning(permit, PermitWarning.WATCHER_AWAY, f"{at:%Y%m%d%H%M%S}", **told)


def _certificates(permits: Sequence[WorkPermit], now: datetime) -> Iterator[Draft]:
    """Certificates of those who are named, as far as the register of key people has them."""
    holders: dict[UUID, list[WorkPermit]] = defaultdict(list)
    for permit in permits:
        for person in {one for one in named_in(permit).values() if one is not None}:
            holders[person].append(permit)
    before = timezone.localdate(now + timedelta(days=permit_policy().certificate_soon_days))
    for held in certificates_ending(holders, before):
        for permit in holders[held.user_id]:
            key = f"{held.certificate_id.hex[-12:]}-{held.expires:%Y%m%d}"
            told = {"person": held.person, "certificate": held.name, "until": f"{held.expires:%Y-%m-%d}"}
            yield from drafts_of_warning(permit, PermitWarning.CERTIFICATE, key, **told)
