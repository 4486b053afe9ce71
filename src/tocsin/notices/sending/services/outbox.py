"""The senders' half of the outbox: sendings are leased, handed to channels outside of any transaction, and their fates written.

A row that was leased and whose lease has run out was in flight when its sender died: it is uncertain. Urgent ones are sent again,
marked as a repeat, under the same idempotency key.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.ids import deterministic_id, new_id
from tocsin.base.keys import Purpose, key_for
from tocsin.bus.bulk import save_all
from tocsin.bus.services import in_one_transaction
from tocsin.bus.traces import traces_of
from tocsin.notices.channels.rules.letters import Letter
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending as policy
from tocsin.notices.messages.queries.contributions import purposes
from tocsin.notices.messages.rules.fates import SUMMARY, Room, Wall, room_for
from tocsin.notices.messages.rules.links import link_path
from tocsin.notices.messages.services.writing import walled
from tocsin.notices.messages.shown import headline_of, page_of, redacted_text_of, texts_of
from tocsin.notices.sending.services.fates import STOPPED, Done, locked, settle

if TYPE_CHECKING:
    from django.db.models import QuerySet

_RELATED = (
    "notice__organisation",
    "notice__person",
    "notice__instead_of__organisation",
    "notice__instead_of__person",
)


@dataclass(frozen=True)
class Leased:
    """A sending that this sender holds: its channel, what to hand over, and the place of a trace from which it goes on."""

    sending_id: UUID
    channel: str
    letter: Letter
    trace: str = ""


def exchange(
    done: Collection[Done], *, room: Mapping[str, int], links: str, now: datetime, machine_now: datetime
) -> list[Leased]:
    """Writes what became of those held, and takes new ones, up to `room` of each channel: one transaction. The letters are
    composed behind it, so that words in two languages hold no lock of the database.

    `links`: the address before the path of one-time links, empty where outsiders do not reach us.
    """
    waiting = _waiting(machine_now).filter(channel__in=[channel for channel, free in room.items() if free > 0])
    if not done and not waiting.exists():
        return []  # an idle sender takes no lock of the database

    def work() -> list[Sending]:
        settle(done, now=now, machine_now=machine_now)
        return _take(room, now=now, machine_now=machine_now) if any(room.values()) else []

    return _letters(in_one_transaction(work), links)


def seconds_until_next(channels: Collection[str], *, machine_now: datetime) -> float | None:
    """In how many seconds the first that waits for one of these channels may go (below 0: it could); None where none waits."""
    waiting = Sending.objects.filter(fate=Fate.QUEUED, channel__in=channels, summary__isnull=True)
    moment = waiting.order_by("not_before").values_list("not_before", flat=True).first()
    return None if moment is None else (moment - machine_now).total_seconds()


def _waiting(machine_now: datetime) -> "QuerySet[Sending]":
    return Sending.objects.filter(fate=Fate.QUEUED, not_before__lte=machine_now, summary__isnull=True)


def _take(room: Mapping[str, int], *, now: datetime, machine_now: datetime) -> list[Sending]:
    waiting = _waiting(machine_now)
    leased: list[Sending] = []
    for channel, free in room.items():
        if free <= 0:
            continue
        rows = waiting.filter(channel=channel).order_by("-notice__urgent", "not_before", "id").select_related(*_RELATED)
        leased += _within_caps(list(locked(rows, skip=True)[:free]), now=now, machine_now=machine_now)
    found = []
    for row in leased:
        if not _may_go_out(row, now):
            continue
        row.fate, row.attempts, row.tried_at = Fate.SENDING.value, row.attempts + 1, machine_now
        row.leased_until = machine_now + timedelta(seconds=policy().lease_s)
        found.append(row)
    save_all(leased, "fate", "attempts", "tried_at", "leased_until", "outcome")
    return found


def _may_go_out(row: Sending, now: datetime) -> bool:
    """The one gate of the senders: stopped notices, what is too late, and the wall between drill and real."""
    notice = row.notice
    if notice.fate in STOPPED:
        row.fate, row.outcome = Fate.SUPERSEDED.value, "replaced"
    elif notice.drill and walled(notice.wall or {}, notice) is not Wall.NAMED:
        row.fate, row.outcome = Fate.SUPERSEDED.value, "not_named"
    elif notice.deadline <= now:
        row.fate, row.outcome = Fate.FAILED.value, "too_late"
    else:
        return True
    return False


def _within_caps(rows: list[Sending], *, now: datetime, machine_now: datetime) -> list[Sending]:
    """Those that may go to their address now; the others are told in one summary, which goes in their place."""
    cap = policy().cap
    free: list[Sending] = []
    over: dict[tuple[str, str], list[Sending]] = {}
    capped = {row.pk for row in rows if row.channel in cap.channels and row.notice.purpose in cap.purposes}
    since = machine_now - timedelta(seconds=cap.window_s)
    lately = _lately({row.address for row in rows if row.pk in capped}, since=since)
    of_person = _lately_of({row.notice.person_id for row in rows if row.pk in capped}, since=since)
    for row in rows:
        key = (row.channel, row.address)
        person, is_capped = row.notice.person_id, row.pk in capped
        has_room = person is None or room_for(lately=of_person[person], cap=cap.person_sendings, capped=is_capped) is Room.FREE
        if has_room and room_for(lately=lately[key], cap=cap.sendings, capped=is_capped) is Room.FREE:
            lately[key] += 1
            of_person[person] += 1
            free.append(row)
        else:
            over.setdefault(key, []).append(row)
    going = [row.pk for row in free]
    summaries = (_summarise(key, held, going, now=now, machine_now=machine_now) for key, held in over.items())
    return free + [one for one in summaries if one is not None]


def _lately(addresses: Collection[str], *, since: datetime) -> Counter[tuple[str, str]]:
    """By channel and address how many were tried since."""
    tried = Sending.objects.filter(channel__in=policy().cap.channels, address__in=addresses, tried_at__gte=since)
    counted = tried.order_by().values_list("channel", "address").annotate(count=Count("pk"))
    return Counter({(channel, address): count for channel, address, count in counted})


def _lately_of(people: Collection[UUID | None], *, since: datetime) -> Counter[UUID | None]:
    """By person how many were tried since, by whichever channel."""
    known = [one for one in people if one is not None]
    if not known:
        return Counter()
    tried = Sending.objects.filter(channel__in=policy().cap.channels, notice__person__in=known, tried_at__gte=since)
    return Counter(dict(tried.order_by().values_list("notice__person").annotate(count=Count("pk"))))


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
    rows = list(waiting.select_related("notice"))
    summary = Notice.objects.create(
        region_code=first.region_code,
        organisation=first.organisation,
        person=first.person,
        purpose=SUMMARY,
        why=first.why,
        level=max(row.notice.level for row in rows),
        urgent=any(row.notice.urgent for row in rows),
        drill=first.drill,
        subject_kind=first.subject_kind if first.drill else "",
        subject_id=first.subject_id if first.drill else None,
        subject_label=first.subject_label if first.drill else "",
        wall=first.wall,
        figures={"cases": list(dict.fromkeys(row.notice.subject_label for row in rows if row.notice.subject_label))},
        key=name,
        written_at=now,
        deadline=max(row.notice.deadline for row in rows),
    )
    waiting.filter(pk__in=[row.pk for row in rows]).update(summary=summary, outcome="in_summary")
    made = Sending.objects.create(
        id=new_id(),
        notice=summary,
        channel=key[0],
        address=key[1],
        language=held[0].language,
        contact_point=held[0].contact_point,
        not_before=machine_now,
    )
    return Sending.objects.select_related(*_RELATED).get(pk=made.pk)


def _letters(rows: list[Sending], links: str) -> list[Leased]:
    """What is handed over for these rows, in their order; each in the language of who reads it there."""
    groups: dict[str, list[Sending]] = {}
    for row in rows:
        person = row.notice.person.language if row.notice.person else ""
        groups.setdefault(row.language or person or settings.LANGUAGE_CODE, []).append(row)
    letters: dict[UUID, Letter] = {}
    for language, group in groups.items():
        with translation.override(language):
            texts = texts_of({row.notice_id: row.notice for row in group}.values())
            letters |= {row.pk: _letter(row, texts[row.notice_id], links) for row in group}
    places = traces_of(row.notice.subject_id for row in rows if row.notice.subject_id is not None)
    return [Leased(row.pk, row.channel, letters[row.pk], places.get(row.notice.subject_id or row.pk, "")) for row in rows]


def _letter(row: Sending, text: str, links: str) -> Letter:
    notice = row.notice
    accept = _("Press 1 to accept.") if row.channel == "voice" and notice.act_id is not None else ""
    in_letters = purposes()[notice.purpose].in_letters
    secret = in_letters(notice) if in_letters else ""
    return Letter(
        id=str(row.pk),
        address=row.address,
        subject=headline_of(notice, is_repeat=row.is_repeat),
        text="\n".join(filter(None, (text, accept, secret))),
        redacted="\n".join(filter(None, (redacted_text_of(notice, text), secret))),
        receiver=str(row.contact_point or ""),
        link=f"{links}{link_path(notice.pk, key_for(Purpose.LINKS))}" if links else "",
        public_link=f"{links}{link_path(notice.pk, key_for(Purpose.LINKS), public=True)}" if links else "",
        urgent=notice.urgent,
        drill=notice.drill,
        is_repeat=row.is_repeat,
        data=_data(notice),
    )


def _data(notice: Notice) -> dict[str, object]:
    return {
        "notice": str(notice.pk),
        "purpose": notice.purpose,
        "why": notice.why,
        "scale": "alarm",
        "level": notice.level,
        "case": notice.subject_label if notice.case_id else None,
        "order": notice.act_label if notice.order_id else None,
        "page": page_of(notice),
    }
