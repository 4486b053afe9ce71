"""Who and what lies in the area of a warning that came in."""

from typing import TYPE_CHECKING

import shapely

from tocsin.atlas.face import ExposureOut, describe_area
from tocsin.jurisdiction.face import may_anywhere

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning


def exposed_to_incoming(warning: "IncomingWarning", user: "Person") -> ExposureOut | None:
    """Who is in its area from its begin to its end, at the fullest; None for a reader who may not know, or without an area."""
    if not warning.shape or not may_anywhere(user, "exposure.see"):
        return None
    begin = warning.onset_at or warning.came_at
    return describe_area(user, shapely.geometry.shape(warning.shape), at=begin, until=max(begin, warning.expires_at))
