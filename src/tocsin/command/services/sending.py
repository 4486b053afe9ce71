"""The senders' half of the outbox: sendings are leased, handed to channels outside of any transaction, and their fates written.

A row that was leased and whose lease has run out was in flight when its sender died: it is uncertain. Urgent ones are sent again,
marked as a repeat, under the same idempotency key.
"""

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.ids import deterministic_id, new_id
from tocsin.command.descriptions.notices import redacted_text_of, subject_of, text_of
from tocsin.command.models import Notice, Sending
from tocsin.command.notify.letters import Answer, Letter, Receipt
from tocsin.command.policy.sending import sending as policy
from tocsin.command.queries.routing import Directory
from tocsin.command.rules.links import link_path
from tocsin.command.rules.notices import (
    PENDING,
    REACHED,
    STAYS,
    Fate,
    Purpose,
    Room,
    Wall,
    better_fate,
    fate_after,
    pause_s,
    room_for,
    wall,
)
from tocsin.command.services.next_way import try_next_way
from tocsin.command.services.notices import carry, go_upward, meet_clocks

if TYPE_CHECKING:
    from django.db.models import QuerySet

_STOPPED = (Fate.SIGNED.value, Fate.SUPERSEDED.value)
_RELATED = (
    "notice__case__lead__sensor__asset",
    "notice__case__lead__sensor__device",
    "notice__case__lead__asset",
    "notice__case__lead__device",
    "notice__case__drill",
    "notice__organisation",
    "notice__person",
    "notice__order",
    "notice__instead_of__organisation",
    "notice__instead_of__person",
)


@dataclass(frozen=True)
class Leased:
    """A sending that this sender holds: its channel, and what to hand over."""

    sending_id: UUID
    channel: str
    letter: Letter


@dataclass(frozen=True)
class Done:
    """What became of one that was held."""

    sending_id: UUID
    answer: Answer


def exchange(
    done: Collection[Done], *, room: Mapping[str, int], links: str, now: datetime, machine_now: datetime
) -> list[Leased]:
    """Writes what became of those held, and takes new ones, up to `room` of each channel: one transaction.

    `links`: the address before the path of one-time links, empty where outsiders do not reach us.
    """
    waiting = _waiting(machine_now).filter(channel__in=[channel for channel, free in room.items() if free > 0])
    if not done and not waiting.exists():
        return []  # an idle sender takes no lock of the database
    with transaction.atomic():
        for one in done:
            _settle(one.sending_id, one.answer, now=now, machine_now=machine_now)
        return _take(room, links=links, now=now, machine_now=machine_now) if any(room.values()) else []


def look_after(*, now: datetime, machine_now: datetime) -> int:
    """What time alone does: leases that ran out, receipts that never came, deadlines, and notices that reached nobody."""
    overdue = Sending.objects.filter(leased_until__lt=machine_now, fate__in=(Fate.SENDING, Fate.SENT))
    if overdue.exists() or _late(now).exists() or _unheard(now).exists():
        with transaction.atomic():
            return _look_after(now=now, machine_now=machine_now)
    return 0


def _look_after(*, now: datetime, machine_now: datetime) -> int:
    held = Sending.objects.filter(fate=Fate.SENDING, leased_until__lt=machine_now)
    count = 0
    for row in _locked(held.select_related("notice"))[:200]:
        _uncertain(row, "sender_died", now=now, machine_now=machine_now)
        count += 1
    count += _repeat_without_receipt(now=now, machine_now=machine_now)
    count += _give_up(now=now)
    return count


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
            try_next_way(row, Directory(settings.CONFIGURATION.clock.now()))
    elif receipt.fate is not Fate.SIGNED:
        row.fate = better_fate(Fate(row.fate), receipt.fate).value
    row.save(update_fields=["fate", "outcome"])
    carry(row.notice)
    return row


def _waiting(machine_now: datetime) -> "QuerySet[Sending]":
    return Sending.objects.filter(fate=Fate.QUEUED, not_before__lte=machine_now, summary__isnull=True)


def _take(room: Mapping[str, int], *, links: str, now: datetime, machine_now: datetime) -> list[Leased]:
    waiting = _waiting(machine_now)
    leased: list[Sending] = []
    for channel, free in room.items():
        if free <= 0:
            continue
        rows = waiting.filter(channel=channel).order_by("-notice__urgent", "not_before", "id").select_related(*_RELATED)
        leased += _within_caps(list(_locked(rows)[:free]), now=now, machine_now=machine_now)
    found = []
    for row in leased:
        if not _may_go_out(row, now):
            continue
        row.fate, row.attempts, row.tried_at = Fate.SENDING.value, row.attempts + 1, machine_now
        row.leased_until = machine_now + timedelta(seconds=policy().lease_s)
        found.append(Leased(row.pk, row.channel, _letter(row, links)))
    Sending.objects.bulk_update(leased, ["fate", "attempts", "tried_at", "leased_until", "outcome"])
    return found


def _locked(rows: "QuerySet[Sending]") -> "QuerySet[Sending]":
    """Two senders never hold one row: PostgreSQL skips what another holds, SQLite lets one transaction write at a time."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(of=("self",), skip_locked=True)
    return rows.select_for_update() if connection.features.has_select_for_update else rows


def _may_go_out(row: Sending, now: datetime) -> bool:
    """The one gate of the senders: stopped notices, what is too late, and the wall between drill and real."""
    notice = row.notice
    if notice.fate in _STOPPED:
        row.fate, row.outcome = Fate.SUPERSEDED.value, "replaced"
    elif notice.drill and _walled(notice) is not Wall.NAMED:
        row.fate, row.outcome = Fate.SUPERSEDED.value, "not_named"
    elif notice.deadline <= now:
        row.fate, row.outcome = Fate.FAILED.value, "too_late"
    else:
        return True
    return False


def _walled(notice: Notice) -> Wall:
    drill = notice.case.drill if notice.case else None
    named = drill.recipients if drill else {}
    return wall(named, organisation_id=notice.organisation_id, person_id=notice.person_id)


def _within_caps(rows: list[Sending], *, now: datetime, machine_now: datetime) -> list[Sending]:
    """Those that may go to their address now; the others are told in one summary, which goes in their place."""
    cap = policy().cap
    free: list[Sending] = []
    over: dict[tuple[str, str], list[Sending]] = {}
    since = machine_now - timedelta(seconds=cap.window_s)
    lately: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.channel, row.address)
        capped = row.channel in cap.channels and row.notice.purpose in cap.purposes
        if capped and key not in lately:
            lately[key] = Sending.objects.filter(channel=key[0], address=key[1], tried_at__gte=since).count()
        if room_for(lately=lately.get(key, 0), cap=cap.sendings, capped=capped) is Room.FREE:
            lately[key] = lately.get(key, 0) + 1
            free.append(row)
        else:
            over.setdefault(key, []).append(row)
    going = [row.pk for row in free]
    summaries = (_summarise(key, held, going, now=now, machine_now=machine_now) for key, held in over.items())
    return free + [one for one in summaries if one is not None]


def _summarise(
    key: tuple[str, str], held: list[Sending], going: list[UUID], *, now: datetime, machine_now: datetime
) -> Sending | None:
    """At most one summary for an address within some seconds; it takes with it everything that waits there by then."""
    cap = policy().cap
    window = int(machine_now.timestamp() // cap.summary_every_s)
    waiting = Sending.objects.filter(
        channel=key[0], address=key[1], fate=Fate.QUEUED, summary__isnull=True, notice__purpose__in=cap.purposes
    ).exclude(pk__in=going)
    first = held[0].notice
    name = f"summary-{deterministic_id('summary', *key, window)}"
    if Notice.objects.filter(key=name).exists():
        next_window = datetime.fromtimestamp((window + 1) * cap.summary_every_s, tz=machine_now.tzinfo)
        waiting.update(not_before=next_window)
        return None
    rows = list(waiting.select_related("notice__case"))
    summary = Notice.objects.create(
        region_code=first.region_code,
        organisation=first.organisation,
        person=first.person,
        purpose=Purpose.SUMMARY,
        why=first.why,
        level=max(row.notice.level for row in rows),
        urgent=any(row.notice.urgent for row in rows),
        drill=first.drill,
        case=first.case if first.drill else None,  # the wall asks the drill of its case
        figures={"cases": list(dict.fromkeys(row.notice.case.number for row in rows if row.notice.case))},
        key=name,
        written_at=now,
        deadline=max(row.notice.deadline for row in rows),
    )
    waiting.filter(pk__in=[row.pk for row in rows]).update(summary=summary, outcome="in_summary")
    made = Sending.objects.create(
        id=new_id(), notice=summary, channel=key[0], address=key[1], language=held[0].language, not_before=machine_now
    )
    return Sending.objects.select_related(*_RELATED).get(pk=made.pk)


def _letter(row: Sending, links: str) -> Letter:
    notice = row.notice
    person = notice.person.language if notice.person else ""
    with translation.override(row.language or person or settings.LANGUAGE_CODE):
        accept = _("Press 1 to accept.") if row.channel == "voice" and notice.order_id is not None else ""
        return Letter(
            id=str(row.pk),
            address=row.address,
            subject=subject_of(notice, is_repeat=row.is_repeat),
            text="\n".join(filter(None, (text_of(notice), accept))),
            redacted=redacted_text_of(notice),
            link=f"{links}{link_path(notice.pk, settings.SECRET_KEY)}" if links else "",
            public_link=f"{links}{link_path(notice.pk, settings.SECRET_KEY, public=True)}" if links else "",
            urgent=notice.urgent,
            drill=notice.drill,
            is_repeat=row.is_repeat,
            data=_data(notice),
        )


def _data(notice: Notice) -> dict[str, Any]:
    return {
        "notice": str(notice.pk),
        "purpose": notice.purpose,
        "why": notice.why,
        "scale": "alarm",
        "level": notice.level,
        "case": notice.case.number if notice.case else None,
        "order": notice.order.number if notice.order else None,
    }


def _settle(sending_id: UUID, answer: Answer, *, now: datetime, machine_now: datetime) -> None:
    row = Sending.objects.select_related("notice").filter(pk=sending_id).first()
    if row is None or row.fate != Fate.SENDING:  # another sender took it for lost, or a receipt was quicker
        return
    notice = row.notice
    fate = fate_after(
        answer.verdict,
        urgent=notice.urgent,
        attempts=row.attempts,
        most=policy().attempts,
        in_time=now < notice.deadline and notice.fate not in _STOPPED,
    )
    row.fate, row.outcome, row.leased_until = fate.value, answer.words[:500], None
    if fate is Fate.QUEUED:
        wait = pause_s(row.attempts, policy().back_off, chance=random.random())  # noqa: S311 - a pause
        row.not_before = machine_now + timedelta(seconds=wait)
        row.is_repeat = row.is_repeat or answer.verdict.value == "unknown"
    elif fate in REACHED:
        row.sent_at = now
        row.leased_until = machine_now + timedelta(seconds=policy().receipt_s) if answer.gives_receipt else None
    row.save()
    if notice.purpose == Purpose.SUMMARY:
        _settle_summed(notice, row)
    if fate is Fate.FAILED:
        try_next_way(row, Directory(now))
    carry(notice)
    if fate in REACHED:
        meet_clocks(notice, now)


def _settle_summed(summary: Notice, row: Sending) -> None:
    """What was told in a summary has the summary's fate."""
    summed = Sending.objects.filter(summary=summary, channel=row.channel)
    summed.filter(fate=Fate.QUEUED).update(fate=row.fate, sent_at=row.sent_at)
    for notice in Notice.objects.filter(pk__in=summed.values("notice_id")):
        carry(notice)


def _uncertain(row: Sending, words: str, *, now: datetime, machine_now: datetime) -> None:
    """Nobody knows whether it went out. Where it is urgent it goes again, and says so."""
    row.leased_until, row.outcome = None, words
    in_time = now < row.notice.deadline and row.notice.fate not in _STOPPED
    if row.notice.urgent and in_time and row.attempts < policy().attempts:
        row.fate, row.is_repeat, row.not_before = Fate.QUEUED.value, True, machine_now
    else:
        row.fate = Fate.UNCERTAIN.value
    row.save()
    carry(row.notice)


def _repeat_without_receipt(*, now: datetime, machine_now: datetime) -> int:
    silent = Sending.objects.filter(fate=Fate.SENT, leased_until__lt=machine_now).select_related("notice")
    count = 0
    for row in _locked(silent)[:200]:
        if row.is_repeat or not row.notice.urgent:
            row.leased_until, row.fate, row.outcome = None, Fate.UNCERTAIN.value, "no_receipt"
            row.save()
            carry(row.notice)
        else:
            _uncertain(row, "no_receipt", now=now, machine_now=machine_now)
        count += 1
    return count


def _give_up(*, now: datetime) -> int:
    """Notices whose time is over unheard, or that failed on every way: upward, and at the top they ring."""
    late = _late(now)
    notices = set(late.values_list("notice_id", flat=True)[:200])
    late.filter(notice_id__in=notices).update(fate=Fate.FAILED.value, outcome="too_late")
    failed = _unheard(now)
    notices |= set(failed.values_list("pk", flat=True)[:200])
    directory = Directory(now)
    related = ("organisation", "person__organisation", "case__drill", "order")
    for notice in Notice.objects.filter(pk__in=notices).select_related(*related):
        carry(notice)
        if notice.purpose in STAYS:
            continue
        if notice.fate == Fate.FAILED and notice.untold_at is None and not notice.upward.exists():
            go_upward(notice, directory)
    return len(notices)


def _late(now: datetime) -> "QuerySet[Sending]":
    return Sending.objects.filter(fate=Fate.QUEUED, notice__deadline__lte=now)


def _unheard(now: datetime) -> "QuerySet[Notice]":
    """Notices that failed lately, that do not ring, and of which nobody above has been told."""
    failed = Notice.objects.filter(fate=Fate.FAILED, written_at__gte=now - timedelta(days=2), written_at__lte=now)
    return failed.filter(untold_at__isnull=True, upward__isnull=True).exclude(purpose__in=STAYS)


def pending_of(notices: Iterable[Notice]) -> int:
    """How many sendings of these may still go out."""
    ids = [one.pk for one in notices]
    return Sending.objects.filter(notice_id__in=ids, fate__in=[fate.value for fate in PENDING]).count()
