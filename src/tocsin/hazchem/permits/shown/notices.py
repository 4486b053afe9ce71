"""What signers, those at work and the control room are told of permits."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.permits.rules.notices import ENDS, SIGN, SILENT, STOPPED, WARNING, PermitWarning
from tocsin.hazchem.permits.shown.names import KIND_NAMES, ROLE_NAMES
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a permit."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.purpose, one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The permit's own page."""
    return reverse("work_permit", args=[notice.figures["permit"]])


def _words(purpose: str, figures: Mapping[str, Any]) -> str:
    told = {name: figures[name] for name in ("number", "place", "firm")} | {"kind": KIND_NAMES[figures["kind"]]}
    if purpose == SIGN:
        told |= {"role": ROLE_NAMES[figures["role"]]}
        if figures["again"]:
            return _("Permit %(number)s, %(kind)s at %(place)s, still waits for you as its %(role)s.") % told
        return _("Permit %(number)s, %(kind)s at %(place)s: it is your turn as its %(role)s.") % told
    if purpose == ENDS:
        told |= {"ends": _moment(figures["ends"])}
        return _("Permit %(number)s, %(kind)s at %(place)s, ends at %(ends)s: finish and close it, or stop.") % told
    if purpose == SILENT:
        told |= {"since": _moment(figures["since"])}
        return _("Permit %(number)s, %(kind)s at %(place)s: no monitoring was written down since %(since)s.") % told
    if purpose == WARNING:
        return _warning(figures, told)
    if figures["alarm"]:
        return (
            _(
                "STOP: %(kind)s at %(place)s of %(firm)s, permit %(number)s, was stopped by an alarm beside it. Everybody leaves;"
                " only a new gas test and the signatures of analyst and approver let it go on."
            )
            % told
        )
    if figures["reason"] == "gas_test":
        return _("STOP: %(kind)s at %(place)s of %(firm)s, permit %(number)s: the gas test does not hold.") % told
    told |= {"reason": figures["reason"]}
    return _("STOP: %(kind)s at %(place)s of %(firm)s, permit %(number)s: %(reason)s") % told


def _warning(figures: Mapping[str, Any], told: dict[str, Any]) -> str:
    match PermitWarning(figures["about"]):
        case PermitWarning.EXPIRED:
            told |= {"ends": _moment(figures["ends"])}
            return (
                _(
                    "Permit %(number)s, %(kind)s at %(place)s, expired at %(ends)s and is not closed: end the work, look the"
                    " place over, close it."
                )
                % told
            )
        case PermitWarning.CERTIFICATE:
            told |= {name: figures[name] for name in ("person", "certificate", "until")}
            return _("Permit %(number)s, %(kind)s at %(place)s: %(certificate)s of %(person)s holds until %(until)s.") % told
        case PermitWarning.WATCHER_AWAY:
            told |= {"person": figures["person"], "since": _moment(figures["since"])}
            return _("Permit %(number)s, %(kind)s at %(place)s: its watcher %(person)s is away since %(since)s. Stop it.") % told
        case PermitWarning.LONG_PAUSE:
            told |= {"since": _moment(figures["since"])}
            return _("Permit %(number)s, %(kind)s at %(place)s, rests since %(since)s: only a new gas test lets it go on.") % told


def _moment(text: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"


_SEEN_BY = (rights.OWN, rights.SEE)
NOTICES = Contribution(
    purposes=tuple(
        PurposeCard(code, words, texts=texts, page=page, acted_on=page, permissions=_SEEN_BY, stays=code != STOPPED)
        for code, words in (
            (SIGN, pgettext_lazy("purpose of a notice", "work permit to sign")),
            (ENDS, pgettext_lazy("purpose of a notice", "work permit that ends")),
            (SILENT, pgettext_lazy("purpose of a notice", "monitoring under a work permit is silent")),
            (WARNING, pgettext_lazy("purpose of a notice", "work permit that needs somebody")),
            (STOPPED, pgettext_lazy("purpose of a notice", "work that was stopped")),
        )
    ),
    reasons={one: pgettext_lazy("told as", "named in the permit, or its firm") for one in (SIGN, ENDS, SILENT, WARNING, STOPPED)},
)
