"""What became of sendings: answers of channels, receipts of gateways, and what time alone does. Many at once, in few statements.

A row that was leased and whose lease has run out was in flight when its sender died: it is uncertain. Urgent ones are sent again,
marked as a repeat, under the same idempotency key.
"""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from tocsin.bus.bulk import save_all
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.contacts.rules import SCREEN
from tocsin.notices.channels.rules.letters import Answer, Receipt
from tocsin.notices.channels.rules.verdicts import Fate, Verdict, pause_s
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending as policy
from tocsin.notices.messages.queries.contributions import signed_for, staying, upward_unseen
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.rules.fates import HEARD, REACHED, SUMMARY, better_fate, fate_after
from tocsin.notices.messages.services.delivery import carry, deliver
from tocsin.notices.messages.services.writing import go_upward
from tocsin.notices.sending.services.next_channel import try_next_way
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from django.db.models import QuerySet

STOPPED = (Fate.SIGNED.value, Fate.SUPERSEDED.value)
LOOKED_AFTER = 200  # rows of a kind in one look
_CHANGED = ("fate", "outcome", "leased_until", "sent_at", "not_before", "is_repeat")


@dataclass(frozen=True)
class Done:
    """What became of one that was held."""

    sending_id: UUID
    answer: Answer


def settle(done: Collection[Done], *, now: datetime, machine_now: datetime) -> None:
    """Writes the answers; not those of rows that another sender took for lost, or of which a receipt was quicker."""
    answers = {one.sending_id: one.answer for one in done}
    held = Sending.objects.filter(pk__in=list(answers), fate=Fate.SENDING).select_related("notice")
    rows = list(locked(held.order_by("id"), skip=False)) if answers else []
    for row in rows:
        _answered(row, answers[row.pk], now=now, machine_now=machine_now)
    _write(rows)
    summed = _settle_summed([row for row in rows if row.notice.purpose == SUMMARY])
    directory = Directory(now)
    for row in rows:
        if row.fate == Fate.FAILED:
            try_next_way(row, directory)
    carry([*(row.notice for row in rows), *summed])
    deliver([*(row.notice for row in rows if row.fate in HEARD), *(one for one in summed if one.fate in HEARD)], now)


def look_after(*, now: datetime, machine_now: datetime) -> int:
    """What time alone does: leases that ran out, receipts that never came, deadlines, and notices that reached nobody."""
    overdue = Sending.objects.filter(leased_until__lt=machine_now, fate__in=(Fate.SENDING, Fate.SENT))
    if overdue.exists() or _late(now).exists() or _unheard(now).exists() or _to_repeat(now).exists():
        return in_one_transaction(partial(_look_after, now=now, machine_now=machine_now))
    return 0


@transaction.atomic
def take_receipt(receipt: Receipt, *, channel: str) -> Sending | None:
    """What a gateway tells later. None where it is of no sending of that channel. A key pressed is a signature: `answering`."""
    rows = Sending.objects.filter(channel=channel).select_related("notice")
    try:
        row = rows.filter(pk=UUID(receipt.id)).first()
    except ValueError:
        row = rows.filter(outcome=receipt.id).first()  # the gateway's own number
    if row is None:
        return None
    if receipt.fate is Fate.FAILED:
        if row.fate in (Fate.SENT, Fate.UNCERTAIN):
            row.fate, row.outcome = Fate.FAILED.value, receipt.words
            try_next_way(row, Directory(current_time()))
    elif receipt.fate is not Fate.SIGNED:
        row.fate = better_fate(Fate(row.fate), receipt.fate).value
    row.save(update_fields=["fate", "outcome"])
    carry([row.notice])
    if row.fate in HEARD:
        deliver([row.notice], current_time())
    return row


def locked(rows: "QuerySet[Sending]", *, skip: bool) -> "QuerySet[Sending]":
    """Two senders never hold one row: SQLite lets one transaction write at a time; on PostgreSQL what another holds is waited
    for, or passed over with `skip`.
    """
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(of=("self",), skip_locked=skip)
    return rows.select_for_update() if connection.features.has_select_for_update else rows


def _answered(row: Sending, answer: Answer, *, now: datetime, machine_now: datetime) -> None:
    notice = row.notice
    fate = fate_after(
        answer.verdict,
        urgent=notice.urgent,
        attempts=row.attempts,
        most=policy().attempts,
        in_time=now < notice.deadline and notice.fate not in STOPPED,
    )
    row.fate, row.outcome, row.leased_until = fate.value, answer.words[:500], None
    if fate is Fate.QUEUED:
        wait = pause_s(row.attempts, policy().back_off, chance=random.random())  # noqa: S311 - a pause
        row.not_before = machine_now + timedelta(seconds=wait)
        row.is_repeat = row.is_repeat or answer.verdict is Verdict.UNKNOWN
    elif fate in REACHED:
        row.sent_at = now
        row.leased_until = machine_now + timedelta(seconds=policy().receipt_s) if answer.gives_receipt else None


def _settle_summed(summaries: Iterable[Sending]) -> list[Notice]:
    """What was told in a summary has the summary's fate; returns the notices that were."""
    found: list[Notice] = []
    for row in summaries:
        summed = Sending.objects.filter(summary=row.notice, channel=row.channel)
        summed.filter(fate=Fate.QUEUED).update(fate=row.fate, sent_at=row.sent_at)
        found += Notice.objects.filter(pk__in=summed.values("notice_id"))
    return found


def _look_after(*, now: datetime, machine_now: datetime) -> int:
    with_notice = Sending.objects.select_related("notice")
    died = list(locked(with_notice.filter(fate=Fate.SENDING, leased_until__lt=machine_now), skip=True)[:LOOKED_AFTER])
    silent = list(locked(with_notice.filter(fate=Fate.SENT, leased_until__lt=machine_now), skip=True)[:LOOKED_AFTER])
    for row in died:
        _uncertain(row, "sender_died", now=now, machine_now=machine_now, again=True)
    for row in silent:
        _uncertain(row, "no_receipt", now=now, machine_now=machine_now, again=not row.is_repeat)
    again = list(locked(_to_repeat(now).select_related("notice"), skip=True)[:LOOKED_AFTER])
    for row in again:
        row.fate, row.is_repeat, row.not_before, row.leased_until = Fate.QUEUED.value, True, machine_now, None
        row.repeats, row.attempts = row.repeats + 1, 0
    _write([*died, *silent])
    save_all(again, *_CHANGED, "repeats", "attempts")
    carry(row.notice for row in (*died, *silent, *again))
    return len(again) + len(died) + len(silent) + _give_up(now=now)


def _uncertain(row: Sending, words: str, *, now: datetime, machine_now: datetime, again: bool) -> None:
    """Nobody knows whether it went out. Where it is urgent, and `again`, it goes once more and says so."""
    row.leased_until, row.outcome = None, words
    in_time = now < row.notice.deadline and row.notice.fate not in STOPPED
    if again and row.notice.urgent and in_time and row.attempts < policy().attempts:
        row.fate, row.is_repeat, row.not_before = Fate.QUEUED.value, True, machine_now
    else:
        row.fate = Fate.UNCERTAIN.value


def _give_up(*, now: datetime) -> int:
    """Notices whose time is over unheard, or that failed on every way: upward, and at the top they ring."""
    late = _late(now)
    ids = set(late.values_list("notice_id", flat=True)[:LOOKED_AFTER])
    given_up = late.filter(notice_id__in=ids)
    given_up.filter(channel=SCREEN).update(fate=Fate.FAILED.value, outcome="unseen")
    given_up.update(fate=Fate.FAILED.value, outcome="too_late")
    ids |= set(_unheard(now).values_list("pk", flat=True)[:LOOKED_AFTER])
    related = ("organisation", "person__organisation", "instead_of")
    found = list(Notice.objects.filter(pk__in=ids).select_related(*related))
    carry(found)
    go_upward(list(_unheard(now).filter(pk__in=ids).select_related(*related)), Directory(now))
    return len(ids)


def _to_repeat(now: datetime) -> "QuerySet[Sending]":
    """Urgent sendings that a channel has taken some time ago and of which nobody has heard by any way: they go again. What asks
    for a signature is heard when it is read or signed; that a telephone got it is not enough.
    """
    repeat = policy().repeat
    taken = Sending.objects.filter(
        channel__in=repeat.channels,
        fate__in=(Fate.SENT, Fate.DELIVERED),
        sent_at__lte=now - timedelta(minutes=repeat.every_min),
        sent_at__gte=now - timedelta(days=1),
        repeats__lt=repeat.most,
        notice__urgent=True,
        notice__deadline__gt=now,
        notice__read_at__isnull=True,
        notice__signed_at__isnull=True,
        notice__seen_at__isnull=True,
    )
    unsigned = Q(notice__purpose__in=signed_for())
    return taken.filter(Q(notice__delivered_at__isnull=True) | unsigned).exclude(notice__fate__in=STOPPED)


def _late(now: datetime) -> "QuerySet[Sending]":
    return Sending.objects.filter(fate=Fate.QUEUED, notice__deadline__lte=now)


def _unheard(now: datetime) -> "QuerySet[Notice]":
    """Notices that failed lately, and urgent ones of which nobody knows by their deadline whether they arrived, that do not ring
    and of which nobody above has been told. What is not urgent waits on a screen until it is seen, unless its purpose says
    otherwise.
    """
    over = Q(fate=Fate.FAILED) | Q(fate=Fate.UNCERTAIN, urgent=True, deadline__lte=now)
    rows = Notice.objects.filter(over, written_at__gte=now - timedelta(days=2), written_at__lte=now)
    unheard = rows.filter(untold_at__isnull=True, upward__isnull=True).exclude(purpose__in=staying())
    on_screen = Exists(Sending.objects.filter(notice=OuterRef("pk"), channel=SCREEN))
    return unheard.filter(Q(urgent=True) | Q(purpose__in=upward_unseen()) | ~on_screen)


def _write(rows: list[Sending]) -> None:
    save_all(rows, *_CHANGED)
