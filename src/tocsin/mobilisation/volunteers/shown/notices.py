"""What is told of volunteers, in words."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.mobilisation.volunteers.models import Call
from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules.calls import CallState
from tocsin.mobilisation.volunteers.rules.register import Standing
from tocsin.mobilisation.volunteers.shown.calls import CALL_STATE_NAMES
from tocsin.mobilisation.volunteers.shown.names import skill_name
from tocsin.notices.face import upward_lines
from tocsin.screens.words import figure, in_language, listed, moment, short_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def desk_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the body reads that keeps an entry or opened a need."""
    return {one.pk: "\n".join([*upward_lines(one), _desk_line(one.figures)]) for one in notices}


def _desk_line(figures: "Mapping[str, Any]") -> str:
    words = {name: figures.get(name, "") for name in ("name", "need", "missing", "until")}
    match figures["what"]:
        case told.UNFILLED:
            return (
                _(
                    "%(need)s: %(missing)s are missing and nobody is left to call. Open a need with a wider radius or fewer "
                    "skills, or ask another body."
                )
                % words
            )
        case told.LATE:
            words["state"] = str(CALL_STATE_NAMES[CallState(figures["state"])])
            return (
                _(
                    "%(need)s: %(name)s (%(state)s) has not said in time that all is well. Call them; if nobody answers "
                    "call who is beside them, then send the nearest unit to the place."
                )
                % words
            )
        case told.LAPSES:
            return _("%(need)s lapses at %(until)s: renew it if it is still needed.") % {
                **words,
                "until": short_moment(figures["until"]),
            }
        case told.LAPSED:
            return _("%(need)s has lapsed, and everybody on it was told.") % words
    return _("%(name)s wants to help and waits to be taken into the register of volunteers.") % words


def news_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a volunteer reads."""
    return {one.pk: _news_line(one.figures) for one in notices}


def _news_line(figures: "Mapping[str, Any]") -> str:
    words = {"body": in_language(figures.get("body", {})), "reason": figures.get("reason", ""), "text": figures.get("text", "")}
    match figures["what"]:
        case told.RELEASED:
            return _("You are not needed any more: you need not come. Thank you.")
        case told.STOOD_DOWN:
            return _("The work is over: go home, and say when you are there. Thank you. %(text)s") % words
        case told.THANKS:
            hours = figure(round(figures["minutes"] / 60, 1))
            return _("Thank you: %(hours)s hours of help are on your record.") % {"hours": hours}
        case told.CONSENT:
            return _("The text that volunteers agree to has changed. Until you have read and agreed to it nobody calls you.")
        case told.EXPIRES:
            until = {"skill": skill_name(figures["skill"]), "until": figures["until"]}
            return (
                _("%(skill)s: your certificate is valid until %(until)s. Enter the new one, or the skill counts no longer.")
                % until
            )
    if figures["what"] == Standing.CONFIRMED:
        return _("%(body)s has taken you in as a volunteer: from now on you may be called.") % words
    return _("%(body)s has not taken you in as a volunteer: %(reason)s") % words


def call_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What whoever is called reads."""
    calls = {
        str(one.pk): one for one in Call.objects.filter(pk__in=[one.figures["call"] for one in notices]).select_related("need")
    }
    return {one.pk: _call_line(calls[one.figures["call"]]) for one in notices if one.figures["call"] in calls}


def _call_line(call: Call) -> str:
    need = call.need
    words = {
        "what": need.what,
        "place": need.place,
        "km": figure(round(call.way_m / 1000, 1)),
        "when": moment(need.begins_at) if need.begins_at else _("at once"),
        "by": moment(call.answer_by),
        "text": need.text,
        "skills": listed(*(skill_name(one) for one in need.skills)),
    }
    first = _("Help is needed: %(what)s, %(place)s (%(km)s km from you), %(when)s. Can you come? Answer by %(by)s.") % words
    return "\n".join(filter(None, (first, words["skills"], words["text"])))


def desk_page(notice: "Notice") -> str:
    """The entry that waits, or the need."""
    if "need" in notice.figures:
        return reverse("volunteer_need", args=[notice.figures["need"]])
    volunteer = notice.figures.get("volunteer")
    return reverse("volunteer", args=[volunteer]) if volunteer else reverse("volunteers")


def own_page(_notice: "Notice") -> str:
    """One's own entry."""
    return reverse("own_volunteer")
