"""What became of notices: how far each is, whom it was delivered to and when, and what stops it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from tocsin.bus.bulk import save_all
from tocsin.jurisdiction.contacts.rules import SCREEN
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries.contributions import purposes, signed_for
from tocsin.notices.messages.rules.fates import OWN, PENDING, best_fate

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import User

_PENDING = [fate.value for fate in PENDING]


def supersede(notices: Any, *, now: datetime, by_signature: bool = False) -> int:
    """Stops what has not been handed over of these notices (a query set); returns how many notices were still pending.

    What a sender holds at this moment may still go out; its fate is told then.
    """
    words = "signed" if by_signature else "replaced"
    if by_signature:
        asked = notices.filter(purpose__in=signed_for(), signed_at__isnull=True)
        signed = list(asked.filter(organisation_id=F("act_body_id")))
        asked.update(fate=Fate.SIGNED.value, signed_at=now)
        deliver(signed, now)
    pending = list(notices.filter(fate__in=_PENDING).values_list("pk", flat=True))
    Sending.objects.filter(notice__in=notices.values("pk"), fate__in=[Fate.QUEUED.value, Fate.UNCERTAIN.value]).update(
        fate=Fate.SUPERSEDED.value, outcome=words, leased_until=None
    )
    Notice.objects.filter(pk__in=pending).update(fate=Fate.SUPERSEDED.value)
    return len(pending)


def hold(notices: Any, *, seconds: float) -> None:
    """What waits to be sent of these notices (a query set) waits so much longer, by the machine's own time."""
    queued = Sending.objects.filter(notice__in=notices.values("pk"), fate=Fate.QUEUED.value, attempts=0)
    for row in queued:
        row.not_before += timedelta(seconds=seconds)
    Sending.objects.bulk_update(queued, ["not_before"])


def carry(notices: Iterable[Notice]) -> None:
    """Each notice is as far as the best of its sendings; what persons did with it stands above."""
    own = {one.pk: one for one in notices if one.fate not in OWN}
    fates: dict[UUID, list[Fate]] = {pk: [] for pk in own}
    for pk, fate in Sending.objects.filter(notice__in=list(own)).values_list("notice_id", "fate"):
        fates[pk].append(Fate(fate))
    changed: dict[str, list[UUID]] = {}
    for pk, notice in own.items():
        fate = best_fate(fates[pk]).value
        if fate != notice.fate:
            notice.fate = fate
            changed.setdefault(fate, []).append(pk)
    for fate, ids in changed.items():
        Notice.objects.filter(pk__in=ids).exclude(fate__in=OWN).update(fate=fate)


def silence(found: Any, now: datetime) -> None:
    """Those of these notices (a query set) that wait for an answer wait for none any more."""
    asking = Q(purpose__in=signed_for()) | Q(read_at__isnull=True)
    waiting = list(found.filter(asking, signed_at__isnull=True).exclude(fate=Fate.SUPERSEDED).values_list("pk", flat=True))
    queued = Sending.objects.filter(notice__in=waiting, fate__in=(Fate.QUEUED, Fate.UNCERTAIN))
    queued.update(fate=Fate.SUPERSEDED.value, outcome="replaced", leased_until=None)
    Notice.objects.filter(pk__in=waiting).update(fate=Fate.SUPERSEDED.value)


def deliver(notices: Iterable[Notice], now: datetime) -> None:
    """These have reached somebody: a channel saw them arrive, a page has shown them, they were read, signed or told by
    telephone. The first such moment is kept, whoever was rung for them is let off, and what a purpose makes follow follows:
    once for each notice, and not for one that went upward in place of another.
    """
    new = list({one.pk: one for one in notices if one.delivered_at is None}.values())
    for notice in new:
        notice.delivered_at = now
        if notice.untold_at is not None and notice.seen_to_at is None:
            notice.seen_to_at = now
    save_all(new, "delivered_at", "seen_to_at")
    by_purpose: dict[str, list[Notice]] = {}
    for notice in new:
        if notice.instead_of_id is None:
            by_purpose.setdefault(notice.purpose, []).append(notice)
    for name, group in by_purpose.items():
        follow = purposes()[name].on_delivered
        if follow is not None:
            follow(group, now)


def see(notices: Collection[Notice], *, by: "User", now: datetime) -> None:
    """A page of this person has shown these rows; the first who saw one is kept."""
    new = [one for one in notices if one.seen_at is None]
    for notice in new:
        notice.seen_at, notice.seen_by = now, by
    save_all(new, "seen_at", "seen_by")
    Sending.objects.filter(notice__in=new, channel=SCREEN).exclude(fate=Fate.SUPERSEDED).update(
        fate=Fate.DELIVERED.value, outcome="", sent_at=now
    )
    carry(new)
    deliver(new, now)
