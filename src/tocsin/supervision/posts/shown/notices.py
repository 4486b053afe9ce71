"""What people are told of roll calls and of key posts that nobody fills, in words, and where that is acted upon."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.notices.face import upward_lines
from tocsin.screens.words import in_language, listed, short_moment, span
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.posts.rules import FIRM
from tocsin.supervision.posts.shown.names import STATE_NAMES, VOTE_NAMES, post_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def call_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is called."""
    return {one.pk: "\n".join([*upward_lines(one), *_of_call(one.figures)]) for one in notices}


def post_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the supervising body, the firm and the desk above read."""
    return {one.pk: "\n".join([*upward_lines(one), *_of_post(one.figures, one.why)]) for one in notices}


def call_page(_notice: "Notice") -> str:
    """One's own calls."""
    return reverse("own_calls")


def post_page(notice: "Notice") -> str:
    """The firm's page, or the duty wall for a list."""
    return reverse("presence_of_firm", args=[notice.figures["object"]]) if "object" in notice.figures else reverse("presence")


def _of_call(figures: Mapping[str, Any]) -> list[str]:
    words = {"firm": figures["firm"], "until": short_moment(figures["until"])}
    again = [_("This is the second call.")] if figures["number"] > 1 else []
    return [*again, _("Roll call at %(firm)s: please answer by %(until)s that you are on post.") % words]


def _of_post(figures: Mapping[str, Any], why: str) -> list[str]:
    if "list" in figures:
        count = len(figures["list"]) + figures["more"]
        head = ngettext(
            "%(count)d absence was found only after the shift had ended; nobody was called:",
            "%(count)d absences were found only after the shifts had ended; nobody was called:",
            count,
        )
        lines = [f"{_post(one)}, {span(one['hours'])}: {STATE_NAMES[one['state']]}" for one in figures["list"]]
        more = figures["more"]
        rest = [_("%(count)d more on the duty wall.") % {"count": more}] if more else []
        return [head % {"count": count}, *lines, *rest]
    if "terminal" in figures:
        words = {"firm": figures["firm"], "sources": listed(*(str(VOTE_NAMES.get(one, one)) for one in figures["terminal"]))}
        return [
            _("%(firm)s: the token of a terminal or gate has ended (%(sources)s).") % words,
            _("What it sends is your own word from now on and no evidence. Ask the authority to bind a new token."),
        ]
    if "permit" in figures:
        words = {
            "firm": figures["firm"],
            "post": post_name(figures["kind"]),
            "hours": span(figures["hours"]),
            "permit": figures["permit"],
        }
        return [_("%(firm)s: permit %(permit)s needs %(post)s, %(hours)s. Nobody fit is planned: enter a shift.") % words]
    if "late_since" in figures:
        words = {"post": _posts(figures), "time": short_moment(figures["late_since"]), "body": in_language(figures["looks"])}
        return [_("%(post)s: nobody is on post, and %(body)s has not looked by %(time)s.") % words]
    words = {"post": _posts(figures), "time": short_moment(figures["until"])}
    if why == FIRM:
        return [
            _("%(post)s. Nobody answered the roll call, called and called again.") % words,
            _("Fill the post now, and answer on the page of roll calls or by telephone. The authority looks by %(time)s.")
            % words,
        ]
    return [_("%(post)s. Called and called again, no answer. Somebody has to look by %(time)s.") % words]


def _posts(figures: Mapping[str, Any]) -> str:
    names = [
        f"{role_name(one['role'])} ({STATE_NAMES[one['state']]})" if "state" in one else role_name(one["role"])
        for one in figures["posts"]
    ]
    return f"{figures['firm']}: {listed(*names)}"


def _post(figures: Mapping[str, Any]) -> str:
    return listed(figures["firm"], role_name(figures["role"]))
