"""What electrical danger contributes to notices."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.engine.work.danger import DangerKind, DangerVerdict
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.electrical.rules import ANSWERED, DANGER, MENDED
from tocsin.supervision.electrical.services.telling import answer_from_delivery
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.rules import OWN_FIRM
from tocsin.supervision.work.shown.power import DANGER_NAMES, DANGER_UNITS, DANGER_VERDICTS

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice


def _texts(line: Callable[[Mapping[str, Any], str], str]) -> "Callable[[Sequence[Notice]], Mapping[UUID, str]]":
    def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
        return {one.pk: "\n".join([*upward_lines(one), line(_words(one.figures), one.why)]) for one in notices}

    return texts


def _words(figures: Mapping[str, Any]) -> dict[str, Any]:
    kind = DangerKind(figures["kind"])
    unit = DANGER_UNITS.get(kind, "%")
    scale = 100.0 if unit == "%" else 1.0
    value, limit = figures.get("value"), figures.get("limit")
    hours = figures.get("hours")
    return {
        **figures,
        "kind": str(DANGER_NAMES[kind]),
        "verdict": str(DANGER_VERDICTS[DangerVerdict(figures["verdict"])][0]),
        "measured": "–" if value is None else f"{value * scale:.0f} {unit}",
        "allowed": "–" if limit is None else f"{limit * scale:.0f} {unit}",
        "ahead": "" if not hours else _(", in about %(count)d h if it goes on so") % {"count": max(1, round(hours))},
    }


def _danger(words: Mapping[str, Any], why: str) -> str:
    told = _("%(firm)s, %(place)s: %(kind)s %(verdict)s (%(measured)s, limit %(allowed)s%(ahead)s).") % words
    if why == OWN_FIRM:
        return f"{told} {_('Look at it at once, and answer what you do. It ends when the measurement is normal again.')}"
    return f"{told} {_('The firm has been told and answers.')}"


def _mended(words: Mapping[str, Any], _why: str) -> str:
    return _("%(firm)s, %(place)s: %(kind)s is over, measured %(measured)s.") % words


def _answered(words: Mapping[str, Any], _why: str) -> str:
    return _("%(firm)s, %(place)s, %(kind)s: the firm answers “%(text)s”.") % words


def _page(notice: "Notice") -> str:
    return reverse("electrical_of_firm", args=[notice.figures["object"]])


_READERS = (rights.OWN, rights.INSPECT)
NOTICES = Contribution(
    purposes=(
        PurposeCard(
            DANGER,
            pgettext_lazy("purpose of a notice", "electrical danger"),
            texts=_texts(_danger),
            page=_page,
            acted_on=_page,
            permissions=_READERS,
            on_delivered=answer_from_delivery,
        ),
        PurposeCard(
            MENDED,
            pgettext_lazy("purpose of a notice", "electrical danger over"),
            texts=_texts(_mended),
            page=_page,
            permissions=_READERS,
            stays=True,
        ),
        PurposeCard(
            ANSWERED,
            pgettext_lazy("purpose of a notice", "answer to an electrical danger"),
            texts=_texts(_answered),
            page=_page,
            permissions=(rights.INSPECT,),
            stays=True,
        ),
    ),
)
