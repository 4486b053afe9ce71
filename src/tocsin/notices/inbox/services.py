"""What recipients do with notices, and what desks enter for them: read, signed, returned, called, seen to.

A signature for a notice that asks for an act is the body's signature for that act; it stops everything that is still pending.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.bus.bulk import save_all
from tocsin.bus.services import record_event
from tocsin.jurisdiction.contacts.rules import TELEPHONE
from tocsin.jurisdiction.face import may, require, shortened, system_actor
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.events import NoticeSigned
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.contributions import ActCard, CallLine, Noting, Said, act_card, follow_call, subject_card
from tocsin.notices.messages.queries.inbox import inbox_of, of_one_reader
from tocsin.notices.messages.rules import rights
from tocsin.notices.messages.services import delivery
from tocsin.notices.messages.services.writing import names_of
from tocsin.notices.messages.shown import asks_signature, recipient_name
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

BY_HAND = (Fate.DELIVERED, Fate.SIGNED, Fate.FAILED)  # reached, accepted on the telephone, nobody answered


@transaction.atomic
def read_notice(*, actor: "User", notice_id: UUID) -> Notice:
    """It has been opened on a screen. Notice.DoesNotExist for one that is not in this person's inbox."""
    notice, now = _own(actor, notice_id), current_time()
    delivery.see([notice], by=actor, now=now)
    _read([notice], now)
    return notice


@transaction.atomic
def see_notices(*, actor: "User", notice_ids: Collection[UUID]) -> int:
    """A page that this person looks at has shown these rows of their inbox; returns how many nobody had seen before."""
    now = current_time()
    rows = inbox_of(actor, now=now, state="all").filter(pk__in=notice_ids, seen_at__isnull=True)
    found = list(Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True))))
    delivery.see(found, by=actor, now=now)
    return len(found)


@transaction.atomic
def read_all(*, actor: "User", until: datetime, notice_ids: Collection[UUID] = ()) -> int:
    """All that was in this person's inbox by then has been read (of these alone, where given); what waits for a signature waits
    on. Returns how many.
    """
    now = current_time()
    rows = inbox_of(actor, now=now).filter(written_at__lte=until, read_at__isnull=True)
    rows = rows.filter(pk__in=notice_ids) if notice_ids else rows
    found = [one for one in rows if not asks_signature(one)]
    delivery.see(found, by=actor, now=now)
    _read(found, now)
    return len(found)


@transaction.atomic
def sign_notice(*, actor: "User", notice_id: UUID, channel: str = "console") -> Notice:
    """The person signs; where it asks for an act, for their body, which needs the right to that."""
    notice = _own(actor, notice_id)
    act = act_card(notice)
    if act is not None:
        act.require(actor, notice)
    delivery.see([notice], by=actor, now=current_time())
    return _sign(notice, actor, Said(str(actor), channel))


@transaction.atomic
def sign_by_receipt(sending: Sending) -> Notice:
    """A key was pressed on the telephone that a machine called: whoever answered there has accepted."""
    notice = _loaded(sending.notice_id)
    said = Said(f"{recipient_name(notice)} {shortened(sending.channel, sending.address)}"[:120], "voice")
    return _sign(notice, system_actor(), said)


@transaction.atomic
def sign_by_link(*, notice: Notice, name: str) -> Notice:
    """Whoever has the link signs with a typed name. InvalidInput without one, Conflict where the link is used up."""
    return _sign(_loaded(notice.pk), system_actor(), Said(_typed(name), "link"))


@transaction.atomic
def see_by_link(*, notice: Notice, name: str) -> Notice:
    """Somebody of those who read a public link says that they have seen it. It is no answer: nothing that is pending stops, no
    clock is met. The first name is kept and stands in the time line; more change nothing.
    """
    typed = _typed(name)
    line = _open(notice, system_actor(), "link")
    found = _held(notice.pk)
    if not found.link_seen_as:
        found.link_seen_as = typed
        found.save(update_fields=["link_seen_as"])
        if line is not None:
            line("link_seen", figures={"body": _body(found), "said_by": typed})
    return found


@transaction.atomic
def return_by_link(*, notice: Notice, name: str, reason: str, text: str) -> Notice:
    """The unit sends the order back with a reason; no clock of the case is set back by it."""
    found = _loaded(notice.pk)
    said, act = Said(_typed(name), "link"), _running(found)
    if act is None:
        raise Conflict(_("There is no order any more that could be sent back."))
    act.give_back(found, system_actor(), said, reason, text.strip()[:2000])
    return found


@transaction.atomic
def report_by_link(*, notice: Notice, name: str, text: str) -> Notice:
    """What the other side has to say, into the act or the time line of the subject. Conflict for more than the policy lets in."""
    said, words = Said(_typed(name), "link"), text.strip()[:2000]
    if not words:
        raise InvalidInput(_("Say what you report."))
    line = _open(notice, system_actor(), said.channel)
    found = _held(notice.pk)
    _count_report(found)
    act = _running(found)
    if act is not None:
        act.report(found, system_actor(), said, words)
    elif line is not None:
        line("reported", text=words, figures={"body": _body(found), "said_by": said.name})
    else:
        raise Conflict(_("This notice is about no case."))
    _read([found], current_time())
    return found


@transaction.atomic
def record_call(
    *, actor: "User", notice_id: UUID, fate: Fate, said_by: str, text: str = "", number: str = "", channel: str = "console"
) -> Notice:
    """One line about a call that a person made: whom they had, and what came of it (one of `BY_HAND`). It settles everything of
    the same matter that waits at the same reader.

    A call that was accepted is the unit's signature, entered on its behalf and marked as such.
    """
    notice = _loaded(notice_id)
    if not may(actor, rights.SEE, notice.region_code):
        raise Notice.DoesNotExist
    require(actor, rights.KEEP, notice.region_code)
    if fate not in BY_HAND:
        raise InvalidInput(_("Say what came of the call: reached, accepted, or nobody answered."))
    if fate is not Fate.FAILED and not said_by.strip():
        raise InvalidInput(_("Say whom you had on the telephone."))
    now = current_time()
    note = _open(notice, actor, channel)  # what the subject holds first, then the rows
    row = _dialled(notice, number)
    line = ": ".join(filter(None, (said_by.strip(), text.strip())))[:500]
    settled = [notice, *_settled_with(notice, row.address)]
    _enter(row, fate, line, actor, now)
    if note is not None:
        note("called", text=line, figures={"body": _body(notice), "fate": fate.value})
    follow_call(notice, actor, CallLine(said_by.strip(), text.strip(), row.address, fate.value))
    record_audit(actor, "notice.called", "notice", notice.pk, notice.region_code, {"fate": fate.value, "rows": len(settled)})
    if fate is not Fate.FAILED:
        _end_ringing([one for one in settled if one.untold_at is not None], actor, now)
    for one in settled[1:]:
        _enter(_dialled(one, row.address), fate, line, actor, now)
    delivery.carry(settled)
    if fate is Fate.SIGNED:
        said = Said(said_by.strip()[:120], "telephone")
        for one in settled:
            if one.signed_at is None and (one is notice or act_card(one) is not None):
                _sign(one, actor, said)
    if fate is not Fate.FAILED:
        delivery.deliver(settled, now)
    return notice


def _settled_with(notice: Notice, number: str) -> list[Notice]:
    """What else of the matter a call at this number tells the same reader: one person is called once."""
    rows = of_one_reader(notice).exclude(pk=notice.pk).filter(delivered_at__isnull=True).exclude(fate=Fate.SUPERSEDED)
    dialled = rows.filter(sendings__channel=TELEPHONE, sendings__address=number, sendings__fate=Fate.QUEUED)
    return list(dialled.select_related("organisation", "person").order_by("written_at", "id").distinct())


def _enter(row: Sending, fate: Fate, line: str, actor: "User", now: datetime) -> None:
    row.fate, row.outcome, row.entered_by, row.attempts = fate.value, line, actor, row.attempts + 1
    row.sent_at, row.tried_at = now, timezone.now()
    row.save()


@transaction.atomic
def see_to(*, actor: "User", notice_id: UUID, text: str) -> Notice:
    """Somebody has taken it in hand that nobody could be told, and says how. It rings no more."""
    notice = _loaded(notice_id)
    if not may(actor, rights.SEE, notice.region_code) or notice.untold_at is None:
        raise Notice.DoesNotExist
    require(actor, rights.KEEP, notice.region_code)
    if not text.strip():
        raise InvalidInput(_("Say how they are told."))
    if (note := _open(notice, actor, "console")) is not None:
        note("seen_to", text=text, figures={"body": _body(notice)})
    ringing = of_one_reader(notice).filter(untold_at__isnull=False, seen_to_at__isnull=True)
    _end_ringing([notice, *ringing.exclude(pk=notice.pk)], actor, current_time())
    record_audit(actor, "notice.seen_to", "notice", notice.pk, notice.region_code, {"text": text.strip()[:500]})
    return notice


def _own(actor: "User", notice_id: UUID) -> Notice:
    return _loaded(inbox_of(actor, now=current_time(), state="all").values_list("pk", flat=True).get(pk=notice_id))


def _loaded(notice_id: UUID) -> Notice:
    return Notice.objects.select_related("organisation", "person").get(pk=notice_id)


def _held(notice_id: UUID) -> Notice:
    """The same, which nobody else changes until the transaction ends."""
    rows = Notice.objects.select_for_update(of=("self",)) if connection.features.has_select_for_update else Notice.objects.all()
    return rows.select_related("organisation", "person").get(pk=notice_id)


def _count_report(notice: Notice) -> None:
    """One report more of this link; Conflict for too many, or too soon after the last."""
    limits, now = sending(), timezone.now()
    if notice.link_reports >= limits.link_reports:
        raise Conflict(_("By this link %(count)d reports have come: call the duty desk.") % {"count": limits.link_reports})
    if notice.link_reported_at is not None and now - notice.link_reported_at < timedelta(seconds=limits.link_report_every_s):
        raise Conflict(_("Your last report has come in just now: wait some seconds."))
    notice.link_reports, notice.link_reported_at = notice.link_reports + 1, now
    notice.save(update_fields=["link_reports", "link_reported_at"])


def _running(notice: Notice) -> ActCard | None:
    """The act that this notice's reader signs for, as long as it has not ended."""
    act = act_card(notice)
    return None if act is None or act.standing(notice).ended else act


def _open(notice: Notice, actor: "User", channel: str) -> Noting | None:
    """The time line of the notice's subject, held until the transaction ends; None where it is about nothing that has one."""
    card = subject_card(notice)
    return card.open(notice, actor, channel) if card is not None else None


def _body(notice: Notice) -> dict[str, str]:
    return names_of(notice.organisation) if notice.organisation else {"zh": notice.outside, "en": notice.outside}


def _typed(name: str) -> str:
    if not name.strip():
        raise InvalidInput(_("Enter your name."))
    return name.strip()[:120]


def _read(notices: list[Notice], now: datetime) -> None:
    new = [one for one in notices if one.read_at is None]
    for notice in new:
        notice.read_at = now
        if notice.fate not in (Fate.SIGNED, Fate.SUPERSEDED):
            notice.fate = Fate.READ.value
    save_all(new, "read_at", "fate")
    delivery.deliver(new, now)


def _sign(notice: Notice, actor: "User", said: Said) -> Notice:
    """Signed once; a second signature changes nothing where the name is the same, else it is refused with the first name."""
    if notice.signed_at is not None and notice.signed_as:
        if notice.signed_as == said.name:
            return notice
        words = {"name": notice.signed_as}
        raise Conflict(_("%(name)s has signed already.") % words)
    now = current_time()
    act = act_card(notice)
    if act is not None:
        standing = act.standing(notice)
        if standing.ended:
            raise Conflict(_("This order has ended: there is nothing to sign any more."))
        if standing.waits:
            act.accept(notice, actor, said)
    elif (note := _open(notice, actor, said.channel)) is not None:
        note("notice_signed", figures={"body": _body(notice), "said_by": said.name})
    Sending.objects.filter(notice=notice, fate__in=[Fate.QUEUED.value, Fate.UNCERTAIN.value]).update(
        fate=Fate.SUPERSEDED.value, outcome="signed"
    )
    notice.refresh_from_db()
    notice.fate, notice.signed_at, notice.signed_as = Fate.SIGNED.value, now, said.name
    notice.read_at = notice.read_at or now
    if notice.untold_at is not None:
        notice.seen_to_at = notice.seen_to_at or now
    notice.save()
    delivery.deliver([notice], now)
    event = NoticeSigned(case_id=str(notice.case_id or ""), notice_id=str(notice.pk), order_id=str(notice.order_id or ""))
    record_event(event, region=notice.region_code)
    return notice


def _dialled(notice: Notice, number: str) -> Sending:
    """The row of the number that was dialled; a new one for a number that was not known."""
    rows = Sending.objects.filter(notice=notice, channel=TELEPHONE)
    row = (rows.filter(address=number) if number else rows.order_by("id")).first()
    if row is None:
        if not number.strip():
            raise InvalidInput(_("Enter the number that you dialled."))
        row = Sending(id=new_id(), notice=notice, channel=TELEPHONE, address=number.strip()[:40])
        row.not_before = timezone.now()
    return row


def _end_ringing(notices: list[Notice], actor: "User", now: datetime) -> None:
    """Of these nobody is rung for any more."""
    for notice in notices:
        notice.seen_to_at, notice.seen_to_by = now, actor
    save_all(notices, "seen_to_at", "seen_to_by")
