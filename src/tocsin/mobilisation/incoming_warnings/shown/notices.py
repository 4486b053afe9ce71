"""What people read of warnings that came in, of what they have to do, and of the services themselves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tocsin.base.reasons import told
from tocsin.mobilisation.incoming_warnings.shown.incoming import verdict_name
from tocsin.mobilisation.public_warnings.shown.warnings import LEVEL_NAMES
from tocsin.notices.face import upward_lines
from tocsin.screens.words import in_language, short_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice

_OF_SERVICES = {
    "refused": gettext_lazy("A warning of %(name)s was refused and is not followed: %(verdict)s. %(reason)s"),
    "silent": gettext_lazy("%(name)s has given no sign of life since %(since)s: its warnings do not arrive. %(reason)s"),
}
_ENDED = {
    "over": pgettext_lazy("why a task ended", "the warning is over"),
    "outside": pgettext_lazy("why a task ended", "no longer in the area of the warning"),
}
_ASKS = gettext_lazy("%(headline)s (%(level)s, %(service)s). To do by %(due)s: %(do)s")
_OVER = gettext_lazy("Over: %(headline)s (%(service)s). Nothing more is asked.")
_OUTSIDE = gettext_lazy("No longer for you: %(headline)s (%(service)s) holds on elsewhere. Nothing more is asked here.")
_LATE = gettext_lazy("%(headline)s (%(level)s): %(count)s have not answered in time: %(names)s.")


def texts_of_services(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody inside reads of a service."""
    return {one.pk: "\n".join([*upward_lines(one), _line_of_service(one.figures)]) for one in notices}


def page_of_service(notice: "Notice") -> str:
    """The refused message, or the services."""
    if notice.figures["what"] == "refused":
        return reverse("incoming_message", args=[notice.figures["message"]])
    return reverse("warning_services")


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a desk, an owner, a firm or a supervisor reads of a warning."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def warning_words(evidence: Mapping[str, Any]) -> str:
    """What a firm's task after a warning is about."""
    told_of = evidence["warning"]
    words = f"{_headline(told_of['headline'])}: {in_language(told_of['do'])}"
    ended = _ENDED.get(told_of.get("ended", ""))
    return f"{words} ({ended})" if ended else words


def _line_of_service(figures: Mapping[str, Any]) -> str:
    told_of = {
        "name": figures["name"],
        "verdict": verdict_name(figures.get("verdict", "")),
        "reason": told(figures.get("reason") or {}),
        "since": short_moment(figures["since"]) if "since" in figures else "",
    }
    return (str(_OF_SERVICES[figures["what"]]) % told_of).strip()


def _lines(figures: Mapping[str, Any]) -> list[str]:
    words = {
        "headline": _headline(figures["headline"]),
        "level": LEVEL_NAMES[figures["level"]],
        "service": figures["service"],
        "due": short_moment(figures["due"]) if "due" in figures else "",
        "do": in_language(figures["do"]) if "do" in figures else "",
        "count": figures.get("count", 0),
        "names": pgettext("between names", ", ").join(figures.get("names", ())),
    }
    line = {"over": _OVER, "outside": _OUTSIDE, "late": _LATE}.get(figures["what"], _ASKS)
    lines = [str(line) % words]
    if figures["unsigned"]:
        lines.append(_("Nobody has signed this warning."))
    if figures.get("firm"):
        lines.insert(0, figures["firm"])
    if exposed := figures.get("exposed"):
        lines.append(exposed_words(exposed))
    return lines


def exposed_words(exposed: Mapping[str, int]) -> str:
    """What of a body lies in the area."""
    told_of = {"assets": exposed.get("assets", 0), "sensors": exposed.get("sensors", 0)}
    return _("In the area: %(assets)s parts of networks, %(sensors)s sensors.") % told_of if any(exposed.values()) else ""


def _headline(told: Mapping[str, str]) -> str:
    """In the reader's language, else in the one in which the service wrote it."""
    return in_language(told) or next(iter(told.values()), "")
