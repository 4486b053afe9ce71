"""Who and what lies in the area of a public warning: the number of people, and the bodies that must be told by name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.atlas.face import TELL, ExposureOut, Occasion, describe_area
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.public_warnings.queries.warnings import places_of, shape_of_unit, visible_warnings
from tocsin.mobilisation.public_warnings.rules.places import shape_of
from tocsin.mobilisation.public_warnings.rules.states import WarningState
from tocsin.mobilisation.public_warnings.shown.sections import WarningSection
from tocsin.mobilisation.public_warnings.shown.warnings import headline_of, texts_for_reader
from tocsin.notices.messages.rules.subjects import Subject
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from uuid import UUID

    from shapely.geometry.base import BaseGeometry

    from tocsin.jurisdiction.face import Person
    from tocsin.mobilisation.public_warnings.models import PublicWarning


def exposed_to_warning(warning: "PublicWarning", user: "Person") -> ExposureOut | None:
    """Who is in its area from its begin to its end, at the fullest; None for a reader who may not know, or an area without a
    known border.
    """
    if not may_anywhere(user, "exposure.see"):
        return None
    shape = area_of_warning(warning)
    if shape.is_empty:
        return None
    begin = warning.onset_at or warning.issued_at or current_time()
    return describe_area(user, shape, at=begin, until=max(begin, warning.expires_at))


def area_of_warning(warning: "PublicWarning") -> "BaseGeometry":
    """Where it holds as one shape; empty where no border of it is known."""
    return shapely.union_all([shape_of(place, shape_of_unit) for place in places_of(warning)])


def in_the_area(warning: "PublicWarning", user: "Person") -> Mapping[str, Any] | None:
    """The part of its page."""
    answer = exposed_to_warning(warning, user)
    about = f"public_warning:{warning.pk}" if may_anywhere(user, TELL) else ""
    return None if answer is None else {"answer": answer, "about": about}


def warning_that_concerns(user: "Person", warning_id: "UUID") -> Occasion:
    """A public warning as bodies in its area are told of it; DoesNotExist for one that the user may not see."""
    warning = visible_warnings(user).get(pk=warning_id)
    refused = ""
    if warning.exercise:
        refused = _("This is an exercise: nobody outside is told of it.")
    elif warning.state != WarningState.ISSUED:
        refused = _("Bodies are told of a warning that is in force: issue it first.")
    headline = headline_of(warning)
    level = AlarmLevel[warning.level.upper()]
    return Occasion(
        Subject("public_warning", warning.pk, headline[:40], warning.region_code, level),
        reverse("public_warning", args=[warning.pk]),
        words=" ".join(filter(None, (headline, texts_for_reader(warning).measures)))[:300],
        refused=refused,
    )


SECTION = WarningSection("mobilisation/public_warnings/_exposed.html", in_the_area, wide=True)
