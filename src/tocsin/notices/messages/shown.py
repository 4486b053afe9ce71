"""A notice, its sendings and their fates in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.routing.shown.reasons import why_name
from tocsin.jurisdiction.contacts.rules import ContactKind
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.rules.fates import Purpose
from tocsin.screens.words import LEVEL_NAMES

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


PURPOSE_NAMES = {
    Purpose.TOLD: pgettext_lazy("purpose of a notice", "notice of a case"),
    Purpose.ORDER: pgettext_lazy("purpose of a notice", "order"),
    Purpose.STAND_BY: pgettext_lazy("purpose of a notice", "stand by while others dig"),
    Purpose.REMIND: pgettext_lazy("purpose of a notice", "reminder"),
    Purpose.ESCALATE: pgettext_lazy("purpose of a notice", "overdue"),
    Purpose.SUPERVISE: pgettext_lazy("purpose of a notice", "supervision"),
    Purpose.REPORT: pgettext_lazy("purpose of a notice", "report"),
    Purpose.HANDOVER: pgettext_lazy("purpose of a notice", "handover"),
    Purpose.CHECK_IN: pgettext_lazy("purpose of a notice", "check-in missed"),
    Purpose.SUMMARY: pgettext_lazy("purpose of a notice", "several notices in one"),
    Purpose.REACHABILITY: pgettext_lazy("purpose of a notice", "reachability drill"),
    Purpose.DUTY: pgettext_lazy("purpose of a notice", "duty roster"),
    Purpose.ROLL_CALL: pgettext_lazy("purpose of a notice", "roll call"),
    Purpose.QUALITY: pgettext_lazy("purpose of a notice", "noisy rules"),
    Purpose.PRESENCE: pgettext_lazy("purpose of a notice", "key post"),
}


CHANNEL_NAMES = {
    ContactKind.SCREEN: pgettext_lazy("channel", "screen"),
    ContactKind.TELEPHONE: pgettext_lazy("channel", "telephone"),
    ContactKind.SMS: pgettext_lazy("channel", "text message"),
    ContactKind.VOICE: pgettext_lazy("channel", "machine call"),
    ContactKind.EMAIL: pgettext_lazy("channel", "e-mail"),
    ContactKind.WEB_PUSH: pgettext_lazy("channel", "web push"),
    ContactKind.MESSENGER: pgettext_lazy("channel", "messenger"),
    ContactKind.WEBHOOK: pgettext_lazy("channel", "webhook"),
}


_OUTCOMES = {
    "no_channel": gettext_lazy("this channel is not set up"),
    "signed": gettext_lazy("stopped by a signature"),
    "replaced": gettext_lazy("no longer needed"),
    "in_summary": gettext_lazy("told in one summary with others"),
    "sender_died": gettext_lazy("the sender stopped while it was being handed over"),
    "no_receipt": gettext_lazy("the gateway took it and never said that it arrived"),
    "too_late": gettext_lazy("not handed over within its time"),
    "not_named": gettext_lazy("the drill does not name this recipient"),
}


def recipient_name(notice: Notice) -> str:
    """The body with the person, or either."""
    names = [str(one) for one in (notice.organisation, notice.person) if one is not None]
    return " · ".join(names)


def describe_notice(notice: Notice) -> dict[str, Any]:
    """One notice with its sendings, both loaded; addresses stand there for who may see the case."""
    return {
        "id": notice.pk,
        "case_id": notice.case_id,
        "to": recipient_name(notice),
        "why": notice.why,
        "why_name": why_name(notice.why),
        "purpose": notice.purpose,
        "purpose_name": str(PURPOSE_NAMES[Purpose(notice.purpose)]),
        "level": notice.level,
        "urgent": notice.urgent,
        "drill": notice.drill,
        **_fate(notice.fate),
        "written_at": notice.written_at,
        "deadline": notice.deadline,
        "read_at": notice.read_at,
        "signed_at": notice.signed_at,
        "signed_as": notice.signed_as,
        "untold": notice.untold_at is not None and notice.seen_to_at is None,
        "note": str(_OUTCOMES["not_named"]) if notice.figures.get("not_named") else "",
        "sendings": [describe_sending(one) for one in notice.sendings.all()],
    }


def describe_sending(sending: Sending) -> dict[str, Any]:
    """One channel and address, with its fate and the words of the other side."""
    address = "" if sending.channel in (ContactKind.SCREEN, ContactKind.WEB_PUSH) else sending.address
    return {
        "id": sending.pk,
        "channel": sending.channel,
        "channel_name": str(CHANNEL_NAMES[ContactKind(sending.channel)]),
        "address": address,
        **_fate(sending.fate),
        "attempts": sending.attempts,
        "is_repeat": sending.is_repeat,
        "sent_at": sending.sent_at,
        "outcome": str(_OUTCOMES.get(sending.outcome, sending.outcome)),
        "to_dial": sending.channel == ContactKind.TELEPHONE and sending.fate == Fate.QUEUED,
    }


def subject_of(notice: Notice, *, is_repeat: bool = False) -> str:
    """The first line: what it is, of which case, at which level; drills and repeats say so first."""
    marks = (_("[DRILL]") if notice.drill else "", _("[REPEAT]") if is_repeat else "")
    what = str(PURPOSE_NAMES[Purpose(notice.purpose)])
    if notice.purpose == Purpose.SUMMARY:
        what = _("%(count)d notices in one") % {"count": len(notice.figures.get("cases", []))}
    level = str(LEVEL_NAMES[notice.level]) if notice.level else ""
    number = notice.case.number if notice.case else ""
    return " ".join(filter(None, (*marks, level, what, number)))


def _fate(fate: str) -> dict[str, str]:
    return {"fate": fate, "fate_name": str(FATE_NAMES[Fate(fate)]), "class": FATE_CLASSES.get(Fate(fate), "")}
