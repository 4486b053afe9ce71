"""What firms and supervisors are told of grades of major hazards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.installations.rules.notices import ASSESSMENT, GRADE
from tocsin.hazchem.installations.rules.registration import AssessmentState
from tocsin.hazchem.installations.shown.names import GRADE_NAMES
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of another grade."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The unit's own page."""
    return reverse("plant_unit", args=[notice.figures["unit"]])


def assessment_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told that a major hazard is to be assessed."""
    return {one.pk: "\n".join([*upward_lines(one), _assessment_words(one.figures)]) for one in notices}


def _assessment_words(figures: Mapping[str, Any]) -> str:
    told = {"firm": figures["firm"], "name": figures["name"], "grade": str(GRADE_NAMES[figures["grade"]])}
    match figures["state"]:
        case AssessmentState.OVER:
            words = _("%(firm)s, %(name)s (%(grade)s): its assessment held until %(until)s. Assess it anew and file it.")
        case AssessmentState.SOON:
            words = _("%(firm)s, %(name)s (%(grade)s): its assessment holds until %(until)s. Have it assessed before that.")
        case _:
            words = _("%(firm)s, %(name)s (%(grade)s): nobody has assessed it yet. Assess it and file it.")
    return words % {**told, "until": figures["until"]}


def _words(figures: Mapping[str, Any]) -> str:
    told = {name: str(GRADE_NAMES[figures[name]]) for name in ("before", "grade", "before_now", "grade_now")}
    told |= {name: figures[name] for name in ("firm", "name", "s", "r")}
    if figures["before"] != figures["grade"]:
        words = _("%(firm)s, %(name)s: by design now %(grade)s (before: %(before)s); S %(s)s, R %(r)s. Look at it line by line.")
    else:
        words = _("%(firm)s, %(name)s: by what is there, now %(grade_now)s (before: %(before_now)s); by design %(grade)s.")
    return words % told


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            GRADE,
            pgettext_lazy("purpose of a notice", "grade of a major hazard"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN, rights.SEE),
        ),
        PurposeCard(
            ASSESSMENT,
            pgettext_lazy("purpose of a notice", "assessment of a major hazard"),
            texts=assessment_texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN, rights.SEE),
        ),
    ),
)
