"""Who and what lies in the area of a warning that came in."""

from typing import TYPE_CHECKING

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.atlas.face import ExposureOut, Occasion, describe_area
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.incoming_warnings.queries.incoming import visible_incoming
from tocsin.mobilisation.incoming_warnings.rules.states import IncomingState
from tocsin.notices.messages.rules.subjects import Subject
from tocsin.screens.words import in_language

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person
    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning


def exposed_to_incoming(warning: "IncomingWarning", user: "Person") -> ExposureOut | None:
    """Who is in its area from its begin to its end, at the fullest; None for a reader who may not know, or without an area."""
    if not warning.shape or not may_anywhere(user, "exposure.see"):
        return None
    begin = warning.onset_at or warning.came_at
    return describe_area(user, shapely.geometry.shape(warning.shape), at=begin, until=max(begin, warning.expires_at))


def incoming_that_concerns(user: "Person", warning_id: "UUID") -> Occasion:
    """A warning of another service as bodies in its area are told of it; DoesNotExist for one that the user may not see."""
    warning = visible_incoming(user).get(pk=warning_id)
    refused = ""
    if warning.exercise:
        refused = _("This is an exercise: nobody outside is told of it.")
    elif warning.state != IncomingState.IN_FORCE:
        refused = _("This warning is over: nobody is told of it any more.")
    headline = in_language({language: one.get("headline", "") for language, one in warning.texts.items()}) or str(warning)
    measures = in_language({language: one.get("measures", "") for language, one in warning.texts.items()})
    return Occasion(
        Subject("incoming_warning", warning.pk, headline[:40], warning.region_code, AlarmLevel[warning.level.upper()]),
        reverse("incoming_warning", args=[warning.pk]),
        words=" ".join(filter(None, (headline, measures)))[:300],
        refused=refused,
    )
