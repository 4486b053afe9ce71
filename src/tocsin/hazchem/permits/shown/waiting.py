"""What waits about permits: signatures, gas tests, ends."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import freshness_now, next_signer, row_of, visible_permits
from tocsin.hazchem.permits.rules.gas import Freshness
from tocsin.hazchem.permits.rules.kinds import PermitState
from tocsin.hazchem.permits.shown.names import KIND_NAMES
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

_MOST: Final = 200
_UNCLOSED: Final = timedelta(days=7)  # so long an expired permit waits for somebody to look the place over
_SIGNED: Final = [PermitState.DRAFT, PermitState.SIGNING, PermitState.STOPPED]


def to_sign(user: "Actor", now: datetime) -> list[WorkPermit]:
    """Permits whose next signature is the user's."""
    mine = Q(applicant_id=user.pk) | Q(analyst_id=user.pk) | Q(watcher_id=user.pk) | Q(approver_id=user.pk)
    rows = visible_permits(user).filter(mine, state__in=_SIGNED, ends_at__gt=now).order_by("ends_at")[:_MOST]
    return [one for one in rows if (role := next_signer(one)) is not None and getattr(one, f"{role.value}_id") == user.pk]


def to_test(user: "Actor", now: datetime) -> list[WorkPermit]:
    """Permits whose gas the user tests, now: approved or stopped without a test that holds, or monitoring that is due."""
    states = [PermitState.SIGNING, PermitState.APPROVED, PermitState.STOPPED, PermitState.RUNNING]
    rows = visible_permits(user).filter(analyst_id=user.pk, state__in=states, ends_at__gt=now).order_by("ends_at")[:_MOST]
    return [one for one in rows if _due(one, now)]


def to_end(user: "Actor", now: datetime) -> list[WorkPermit]:
    """Works of the user that must end soon, and those that expired and nobody has closed."""
    soon = now + timedelta(minutes=permit_policy().remind_before_min)
    mine = Q(applicant_id=user.pk) | Q(watcher_id=user.pk) | Q(approver_id=user.pk)
    at_work = Q(state__in=[PermitState.RUNNING, PermitState.PAUSED], ends_at__lte=soon)
    unclosed = Q(state=PermitState.EXPIRED, started_at__isnull=False, state_at__gt=now - _UNCLOSED)
    rows = visible_permits(user).filter(mine, at_work | unclosed)
    return list(rows.order_by("ends_at")[:_MOST])


def _due(permit: WorkPermit, now: datetime) -> bool:
    if permit.state != PermitState.RUNNING:
        return freshness_now(permit, now) not in (Freshness.GOOD, Freshness.NOT_ASKED)
    every = row_of(permit).record_min
    test = permit.tests.first()
    return every is not None and (test is None or now - test.at > timedelta(minutes=every))


def _tell(permit: WorkPermit) -> Waiting:
    about = listed(permit.number, str(KIND_NAMES[permit.kind]), permit.place)
    return Waiting(about, reverse("work_permit", args=[permit.pk]), permit.state_at, due=permit.ends_at)


WAITING: Final = (
    WaitingKind("permit_sign", pgettext_lazy("what waits", "Work permit: sign"), (rights.OWN,), found=to_sign, tell=_tell),
    WaitingKind(
        "permit_test", pgettext_lazy("what waits", "Work permit: test the gas"), (rights.OWN,), found=to_test, tell=_tell
    ),
    WaitingKind("permit_end", pgettext_lazy("what waits", "Work permit: end and close"), (rights.OWN,), found=to_end, tell=_tell),
)
