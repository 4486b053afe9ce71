"""A notice, its sendings and their fates in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.contacts.rules import SCREEN, TELEPHONE
from tocsin.jurisdiction.face import contact_kinds, sees_numbers, shortened
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries.contributions import (
    Contribution,
    PurposeCard,
    act_card,
    act_kinds,
    purposes,
    reasons,
    subject_card,
)
from tocsin.notices.messages.rules.fates import SUMMARY, UPWARD
from tocsin.screens.shapes import OnPages
from tocsin.screens.words import LEVEL_NAMES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

FATE_NAMES = {
    Fate.QUEUED: pgettext_lazy("fate of a notice", "queued"),
    Fate.SENDING: pgettext_lazy("fate of a notice", "being sent"),
    Fate.SENT: pgettext_lazy("fate of a notice", "sent"),
    Fate.DELIVERED: pgettext_lazy("fate of a notice", "delivered"),
    Fate.READ: pgettext_lazy("fate of a notice", "read"),
    Fate.SIGNED: pgettext_lazy("fate of a notice", "signed"),
    Fate.UNCERTAIN: pgettext_lazy("fate of a notice", "uncertain"),
    Fate.FAILED: pgettext_lazy("fate of a notice", "failed"),
    Fate.SUPERSEDED: pgettext_lazy("fate of a notice", "superseded"),
}


CALL_NAMES = {
    Fate.DELIVERED: pgettext_lazy("what came of a call", "reached"),
    Fate.SIGNED: pgettext_lazy("what came of a call", "accepted"),
    Fate.FAILED: pgettext_lazy("what came of a call", "nobody answered"),
}


FATE_CLASSES = {
    Fate.DELIVERED: "good",
    Fate.READ: "good",
    Fate.SIGNED: "good",
    Fate.UNCERTAIN: "warn",
    Fate.FAILED: "bad",
}


NOTICES = Contribution(
    reasons={UPWARD: pgettext_lazy("told as", "next desk upward: nobody was found below")},
)


_OUTCOMES = {
    "no_channel": gettext_lazy("this channel is not set up"),
    "signed": gettext_lazy("stopped by a signature"),
    "replaced": gettext_lazy("no longer needed"),
    "in_summary": gettext_lazy("told in one summary with others"),
    "sender_died": gettext_lazy("the sender stopped while it was being handed over"),
    "no_receipt": gettext_lazy("the gateway took it and never said that it arrived"),
    "too_late": gettext_lazy("not handed over within its time"),
    "unseen": gettext_lazy("nobody looked in time"),
    "not_named": gettext_lazy("the drill does not name this recipient"),
}


_ON_SCREEN = {
    Fate.QUEUED: pgettext_lazy("fate on a screen", "not seen yet"),
    Fate.DELIVERED: pgettext_lazy("fate on a screen", "seen"),
}


def recipient_name(notice: Notice) -> str:
    """The body with the person, or either; the name of somebody outside."""
    names = [str(one) for one in (notice.organisation, notice.person, notice.outside or None) if one is not None]
    return " · ".join(names)


class SendingOut(Schema):
    """One channel and address."""

    id: UUID
    channel: str
    channel_name: str
    address: str = Field(description="shortened to its host or last digits where it is a key, or a number that you may not read")
    fate: str = Field(description=f"one of {', '.join(Fate)}")
    fate_name: str
    attempts: int
    is_repeat: bool = Field(description="sent again because what became of the first is uncertain")
    sent_at: datetime | None
    outcome: str

    @property
    def fate_class(self) -> str:
        """The fate's class of style."""
        return FATE_CLASSES.get(Fate(self.fate), "")

    @property
    def to_dial(self) -> bool:
        """Whether it waits for a person to dial."""
        return self.channel == TELEPHONE and self.fate == Fate.QUEUED


class NoticeOut(Schema):
    """One matter told to one body or person, with what became of it."""

    id: UUID
    case_id: UUID | None
    to: str
    why: str
    why_name: str
    purpose: str
    purpose_name: str
    level: int
    urgent: bool
    drill: bool
    fate: str
    fate_name: str
    written_at: datetime
    deadline: datetime = Field(description="until then it is tried, or dialled; then it goes upward")
    delivered_at: datetime | None = Field(
        description="it first reached somebody: seen, read, signed, told by telephone, or arrived"
    )
    seen_at: datetime | None = Field(description="a signed-in person's page has shown it")
    seen_by: str
    read_at: datetime | None
    signed_at: datetime | None
    signed_as: str
    link_seen_as: str = Field(description="the first who said by a link that others can read that they have seen it; no answer")
    untold: bool = Field(description="nobody could be told, and nobody has seen to it yet")
    sendings: list[SendingOut]
    note: OnPages[str]

    @property
    def fate_class(self) -> str:
        """The fate's class of style."""
        return FATE_CLASSES.get(Fate(self.fate), "")


def describe_notice(notice: Notice, reader: "Person | None") -> NoticeOut:
    """One notice with its sendings, both loaded; addresses as far as this reader may read them (None: a stranger)."""
    return NoticeOut(
        id=notice.pk,
        case_id=notice.case_id,
        to=recipient_name(notice),
        why=notice.why,
        why_name=why_name(notice.why),
        purpose=notice.purpose,
        purpose_name=str(purposes()[notice.purpose].words),
        level=notice.level,
        urgent=notice.urgent,
        drill=notice.drill,
        fate=notice.fate,
        fate_name=str(FATE_NAMES[Fate(notice.fate)]),
        written_at=notice.written_at,
        deadline=notice.deadline,
        delivered_at=notice.delivered_at,
        seen_at=notice.seen_at,
        seen_by=str(notice.seen_by or ""),
        read_at=notice.read_at,
        signed_at=notice.signed_at,
        signed_as=notice.signed_as,
        link_seen_as=notice.link_seen_as,
        untold=notice.untold_at is not None and notice.seen_to_at is None,
        note=str(_OUTCOMES["not_named"]) if notice.figures.get("not_named") else "",
        sendings=[_described(one, notice, reader) for one in notice.sendings.all()],
    )


def describe_sending(sending: Sending, reader: "Person | None") -> SendingOut:
    """One channel and address, with its fate and the words of the other side."""
    return _described(sending, sending.notice, reader)


def address_shown(sending: Sending, notice: Notice, reader: "Person | None") -> str:
    """What this reader reads of the address: all of it where it is no key and the telephone book would show it, else its host or
    last digits. A body's own telephone number is no secret.
    """
    kind = contact_kinds().get(sending.channel)
    if kind is not None and kind.open:
        if notice.organisation is not None and notice.organisation.telephone == sending.address:
            return sending.address
        body = notice.organisation_id or (notice.person.organisation_id if notice.person else None)
        if reader is not None and notice.person_id == reader.pk:
            return sending.address
        if reader is not None and sees_numbers(reader, notice.region_code, body):
            return sending.address
    return shortened(sending.channel, sending.address)


def _described(sending: Sending, notice: Notice, reader: "Person | None") -> SendingOut:
    kind, fate = contact_kinds().get(sending.channel), Fate(sending.fate)
    return SendingOut(
        id=sending.pk,
        channel=sending.channel,
        channel_name=sending.channel if kind is None else str(kind.channel),
        address=address_shown(sending, notice, reader),
        fate=sending.fate,
        fate_name=str((_ON_SCREEN if sending.channel == SCREEN else FATE_NAMES).get(fate, FATE_NAMES[fate])),
        attempts=sending.attempts,
        is_repeat=sending.is_repeat,
        sent_at=sending.sent_at,
        outcome=str(_OUTCOMES.get(sending.outcome, sending.outcome)),
    )


def headline_of(notice: Notice, *, is_repeat: bool = False) -> str:
    """The first line: what it is, about which subject, at which level; drills and repeats say so first."""
    marks = (_("[DRILL]") if notice.drill else "", _("[REPEAT]") if is_repeat else "")
    what = str(purposes()[notice.purpose].words)
    if notice.purpose == SUMMARY:
        what = _("%(count)d notices in one") % {"count": len(notice.figures.get("cases", []))}
    level = str(LEVEL_NAMES[notice.level]) if notice.level else ""
    return " ".join(filter(None, (*marks, level, what, notice.subject_label)))


def texts_of(notices: Iterable[Notice]) -> dict[UUID, str]:
    """Everything, by the notice's id, in each recipient's own words, the drill's mark first; never for public messengers."""
    groups: dict[int, tuple[PurposeCard, list[Notice]]] = {}
    for notice in notices:
        card = purposes()[notice.purpose]
        groups.setdefault(id(card.texts), (card, []))[1].append(notice)
    found: dict[UUID, str] = {}
    for card, group in groups.values():
        texts = card.texts(group)
        marked = {notice.pk for notice in group if notice.drill and not purposes()[notice.purpose].public}
        found |= {pk: f"{_('[DRILL]')} {text}" if pk in marked else text for pk, text in texts.items()}
    return found


def text_of(notice: Notice) -> str:
    """The text of one."""
    return texts_of([notice])[notice.pk]


def redacted_text_of(notice: Notice, text: str) -> str:
    """What a public messenger gets of a notice with this text: no place, no code of a pipe, no name."""
    if purposes()[notice.purpose].public:
        return text
    time = date_format(timezone.localtime(notice.written_at), "m-d H:i")
    return _("%(subject)s, %(time)s. Details on screen or by telephone.") % {"subject": headline_of(notice), "time": time}


def upward_lines(notice: Notice) -> list[str]:
    """What stands first in the text of a notice that goes to the next desk in place of somebody whom nobody could reach."""
    if notice.instead_of is None:
        return []
    words = {"body": recipient_name(notice.instead_of)}
    return [_("Nobody could be reached at %(body)s: please see to it that they are told.") % words]


def page_of(notice: Notice) -> str:
    """The page of what the notice is about: that of its purpose, of its subject, where it is acted upon, else the inbox."""
    card = purposes()[notice.purpose]
    own = card.page(notice) if card.page else ""
    return own or subject_page_of(notice) or acted_on(notice) or reverse("notices")


def subject_page_of(notice: Notice) -> str:
    """The page of its subject; empty without one."""
    card = subject_card(notice)
    return card.page(notice) if card else ""


def act_page_of(notice: Notice) -> str:
    """The page of the act that is signed for; empty without one."""
    card = act_kinds().get(notice.act_kind)
    return card.page(notice) if card else ""


def act_name_of(notice: Notice) -> str:
    """What the act is that is signed for, an order or a call for help; empty without one."""
    card = act_kinds().get(notice.act_kind)
    return str(card.words) if card else ""


def acted_on(notice: Notice) -> str:
    """The page on which the reader acts, else the one on which it is looked at; empty where the notice itself is all."""
    card = purposes()[notice.purpose]
    page = card.acted_on or card.page
    return page(notice) if page else ""


def asks_signature(notice: Notice) -> bool:
    """Whether its reader is asked to sign it, and has not."""
    own = purposes()[notice.purpose]
    return notice.signed_at is None and (act_card(notice) is not None or (own.signature and notice.act_id is None))


def why_name(why: str) -> str:
    """As what somebody is told."""
    return str(reasons().get(why, why))
