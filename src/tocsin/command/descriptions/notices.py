"""Notices in words: what each recipient reads, whole or redacted, and what became of each sending."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tocsin.command.descriptions.handling import STEP_NAMES
from tocsin.command.descriptions.people_notices import people_lines
from tocsin.command.models import Case, Notice, Sending
from tocsin.command.rules.clocks import Step
from tocsin.command.rules.notices import Fate, Purpose
from tocsin.command.rules.routing import Novelty, Why
from tocsin.jurisdiction.rules.contacts import ContactKind
from tocsin.warning.answer_sentences import check_words
from tocsin.warning.checks import shipped_checks
from tocsin.warning.descriptions import alarm_words, cause_label
from tocsin.warning.sentences import LEVEL_NAMES

ACTS = {
    "told": gettext_lazy("Told: %(bodies)s"),
    "called": gettext_lazy("Telephone, %(body)s: %(fate)s"),
    "notice_signed": gettext_lazy("%(body)s has signed: %(said_by)s"),
    "reported": gettext_lazy("%(body)s reports, by %(said_by)s"),
    "seen_to": gettext_lazy("Nobody could be told at %(body)s; a person sees to it"),
}
WHY_NAMES = {
    Why.SYMPTOM_OWNER: pgettext_lazy("told as", "owner of what rings"),
    Why.LIKELY_CAUSE_OWNER: pgettext_lazy("told as", "owner of a likely cause"),
    Why.INDUSTRY_DEPARTMENT: pgettext_lazy("told as", "industry department"),
    Why.LOCAL_GOVERNMENT: pgettext_lazy("told as", "local government"),
    Why.CITY_DUTY: pgettext_lazy("told as", "city duty"),
    Why.FIRE_AND_RESCUE: pgettext_lazy("told as", "fire and rescue"),
    Why.TRAFFIC_POLICE: pgettext_lazy("told as", "traffic police"),
    Why.MONITORING_CENTRE: pgettext_lazy("told as", "monitoring centre"),
    Why.NEIGHBOUR: pgettext_lazy("told as", "owner of a pipe beside the digging"),
    Why.UNIT: pgettext_lazy("told as", "unit of the order"),
    Why.CREW: pgettext_lazy("told as", "crew"),
    Why.ON_DUTY: pgettext_lazy("told as", "on duty"),
    Why.ON_CALL: pgettext_lazy("told as", "on call"),
    Why.DESK: pgettext_lazy("told as", "desk that is waited for"),
    Why.SUPERIOR: pgettext_lazy("told as", "superior"),
    Why.LEADER: pgettext_lazy("told as", "leader on shift"),
    Why.INSPECTION: pgettext_lazy("told as", "inspection"),
    Why.ROSTER: pgettext_lazy("told as", "on the roster"),
    Why.PLANNER: pgettext_lazy("told as", "plans the roster"),
    Why.ON_POST: pgettext_lazy("told as", "planned on post"),
    Why.FIRM: pgettext_lazy("told as", "the firm itself"),
    Why.COMPETENT: pgettext_lazy("told as", "supervises the firm"),
    Why.LEVEL_ABOVE: pgettext_lazy("told as", "level above: handed up by the leader on duty"),
    Why.UPWARD: pgettext_lazy("told as", "next desk upward: nobody was found below"),
    Why.REACHABILITY: pgettext_lazy("told as", "reachability drill"),
}
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
_ASKED = {
    Why.SYMPTOM_OWNER: gettext_lazy("It rings at what you own or run: send somebody and say what is found."),
    Why.LIKELY_CAUSE_OWNER: gettext_lazy("The cause may be at your network: check, and answer."),
    Why.INDUSTRY_DEPARTMENT: gettext_lazy("You supervise this trade: follow how it is handled."),
    Why.LOCAL_GOVERNMENT: gettext_lazy("It is in your area: where it stays unclear whose it is, you keep it."),
    Why.CITY_DUTY: gettext_lazy("For the duty room of the city."),
    Why.FIRE_AND_RESCUE: gettext_lazy("Gas in a closed space: stand by."),
    Why.TRAFFIC_POLICE: gettext_lazy("Gas in a closed space: be ready to close the road."),
}


def why_name(why: str) -> str:
    """As what somebody is told."""
    return str(WHY_NAMES[Why(why)]) if why in set(Why) else why


def line_words(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """The words of a line of the time line that tells of notices."""
    if act == "told":
        told = [f"{_named(one)} ({why_name(one['why'])})" for one in figures.get("bodies", [])]
        return {"bodies": pgettext("between items of a list", ", ").join(told)}
    if act not in ACTS:
        return {}
    words = {"body": _named(figures.get("body", {})), "said_by": str(figures.get("said_by", ""))}
    return words | ({"fate": str(CALL_NAMES[Fate(figures["fate"])])} if act == "called" else {})


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


def text_of(notice: Notice) -> str:
    """Everything, in this recipient's own words, the drill's mark first; never for public messengers."""
    if notice.purpose == Purpose.REACHABILITY:
        return _("Monthly test: please answer that you have read this. Nothing has happened.")
    if notice.purpose == Purpose.SUMMARY:
        return _("Cases: %(numbers)s. Open the notices on screen.") % {"numbers": ", ".join(notice.figures.get("cases", []))}
    lines = [_where(notice.case)] if notice.case else []
    if notice.order is not None and notice.purpose in (Purpose.ORDER, Purpose.STAND_BY):
        words = {"number": notice.order.number, "text": notice.order.text}
        stands_by = notice.purpose == Purpose.STAND_BY
        asked = _("Order %(number)s: others will dig beside your lines. Please sign that you stand by. %(text)s")
        lines.append((asked if stands_by else _("Order %(number)s: please sign for it. %(text)s")) % words)
    lines += _news(notice)
    lines += people_lines(notice)
    if text := notice.figures.get("text"):
        lines.append(str(text))
    told = "\n".join(line.strip() for line in lines if line)
    return f"{_('[DRILL]')} {told}" if notice.drill else told


def redacted_text_of(notice: Notice) -> str:
    """What a public messenger gets: no place, no code of a pipe, no name."""
    if notice.purpose in (Purpose.REACHABILITY, Purpose.SUMMARY):
        return text_of(notice)
    words = {"subject": subject_of(notice), "time": _time(notice.written_at)}
    return _("%(subject)s, %(time)s. Details on screen or by telephone.") % words


def _news(notice: Notice) -> list[str]:
    figures = notice.figures
    lines = []
    if notice.instead_of is not None:
        words = {"body": recipient_name(notice.instead_of)}
        lines.append(_("Nobody could be reached at %(body)s: please see to it that they are told.") % words)
    if into := figures.get("into"):
        return [*lines, _("This matter goes on under the number %(number)s.") % {"number": into}]
    if figures.get("over"):
        return [*lines, _("This case is over.")]
    if figures.get("news") == Novelty.RAISED:
        lines.append(_("The level has risen."))
    if "report" in figures:
        words = {"number": figures["report"], "time": _time(datetime.fromisoformat(figures["due_at"]))}
        lines.append(_("Report upward %(number)s waits for your signature; it is due at %(time)s.") % words)
    if "matters" in figures:
        lines.append(_("A shift waits for your signature; open matters: %(count)s.") % {"count": figures["matters"]})
    if "crew" in figures:
        lines.append(_("The crew of %(unit)s has not said that it is well.") % {"unit": _named(figures["crew"])})
    if last := figures.get("last_place"):
        words = {"lat": f"{last[1]:.5f}", "lon": f"{last[0]:.5f}", "time": _time(datetime.fromisoformat(last[2]))}
        lines.append(_("Last place: %(lat)s, %(lon)s at %(time)s.") % words)
    if "step" in figures and "percent" in figures:
        words = {"step": _step(figures["step"]), "percent": figures["percent"]}
        lines.append(_("%(step)s: %(percent)s %% of the time is over.") % words)
    if notice.purpose == Purpose.TOLD:
        why = figures.get("as", notice.why)
        asked = _ASKED.get(Why(why)) if why in set(Why) else None
        lines += [str(asked)] if asked else []
        lines += [_cause(*one) for one in figures.get("causes", [])]
        lines += _questions(notice)
    return lines


def _cause(cause: str, percent: int, asset_code: str) -> str:
    cause_there = " ".join(filter(None, (cause_label(cause), asset_code)))
    return _("Possible cause: %(cause)s, %(percent)s %%.") % {"cause": cause_there, "percent": percent}


def _questions(notice: Notice) -> Iterable[str]:
    """What this body can answer by telephone that would decide for or against its own causes."""
    if notice.organisation is None:
        return []
    causes = {cause for cause, *_rest in notice.figures.get("causes", [])}
    return [
        _("Please answer: %(question)s") % {"question": check_words(card)}
        for card in shipped_checks().cards.values()
        if card.by_telephone and card.who == notice.organisation.code and causes & set(card.check.given)
    ]


def _where(case: Case) -> str:
    words = alarm_words(case.lead) if case.lead else {"title": case.title, "place": case.place}
    told = {"title": words["title"], "place": words["place"], "time": _time(case.begun_at)}
    return _("%(title)s. Place: %(place)s. Since %(time)s.") % told


def _step(step: str) -> str:
    return str(STEP_NAMES.get(Step(step), step)) if step in set(Step) else step


def _time(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "m-d H:i")


def _named(names: Mapping[str, Any]) -> str:
    return str(names.get("zh" if (get_language() or "zh").startswith("zh") else "en", ""))


def _fate(fate: str) -> dict[str, str]:
    return {"fate": fate, "fate_name": str(FATE_NAMES[Fate(fate)]), "class": FATE_CLASSES.get(Fate(fate), "")}
