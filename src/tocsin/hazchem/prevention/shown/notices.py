"""What is told of overdue checks, of measures that stand again, and of risks that turned orange or red."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.prevention.rules.dynamic import RiskFactor
from tocsin.hazchem.prevention.rules.notices import MENDED, OVERDUE, TURNED
from tocsin.hazchem.prevention.shown.dynamic import DYNAMIC_NAMES, REMEDIES
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a check or a measure."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.purpose, one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The check's own page."""
    return reverse("risk_check", args=[notice.figures["check"]])


def page_of_risk(notice: "Notice") -> str:
    """The firm's dynamic risk with what would lower it; of many firms their list."""
    if "number" in notice.figures:
        return f"{reverse('dynamic_risks')}?which={notice.figures['colour']}"
    return reverse("dynamic_risk_of", args=[notice.figures["object"]])


def _turned(figures: Mapping[str, Any]) -> str:
    if "number" in figures:
        told = {**figures, "places": "; ".join(figures["places"])}
        return _("%(number)s units and firms turned orange or red at once, %(red)s of them red. The gravest: %(places)s.") % told
    told = {**figures, "colour": DYNAMIC_NAMES[figures["colour"]], "value": f"{figures['value']:.0f}"}
    remedies = "; ".join(str(REMEDIES[RiskFactor(one)]) for one in figures["lines"])
    told |= {"place": " · ".join(filter(None, (figures["firm"], figures["unit"]))), "remedies": remedies or "–"}
    return _("%(place)s: the dynamic risk is now %(colour)s, %(value)s of 100. What would lower it: %(remedies)s.") % told


def _words(purpose: str, figures: Mapping[str, Any]) -> str:
    if purpose == TURNED:
        return _turned(figures)
    if purpose == MENDED:
        return _("%(firm)s, %(unit)s: hidden danger %(danger)s is closed; the measure stands again: %(measure)s") % figures
    if figures["principal"]:
        return (
            _("%(firm)s, %(unit)s: a check was due on %(due)s and nobody has made it: %(text)s. You answer for the firm.")
            % figures
        )
    return _("%(firm)s, %(unit)s: your check was due on %(due)s: %(text)s") % figures


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            OVERDUE,
            pgettext_lazy("purpose of a notice", "overdue check of a measure"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN,),
        ),
        PurposeCard(
            MENDED,
            pgettext_lazy("purpose of a notice", "measure that stands again"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN,),
        ),
        PurposeCard(
            TURNED,
            pgettext_lazy("purpose of a notice", "dynamic risk that turned orange or red"),
            texts=texts,
            page=page_of_risk,
            acted_on=page_of_risk,
            permissions=(rights.OWN, rights.SEE),
        ),
    ),
)
