"""A person's track is looked at: each look is written down with who, whose and of when."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.positions.models import PositionTag, TrackPoint
from tocsin.hazchem.positions.queries.tags import visible_tags
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_POINTS: Final = 5000
LONGEST: Final = timedelta(days=1)


@transaction.atomic
def look_at_track(*, actor: "User", tag_id: UUID, since: datetime, until: datetime) -> tuple[PositionTag, list[TrackPoint]]:
    """Where a tag was while this holder carried it, oldest first, at most 5,000 points; the look is in the audit trail.

    InvalidInput for more than a day at once.
    """
    tag = visible_tags(actor).get(pk=tag_id)
    if not since < until <= since + LONGEST:
        raise InvalidInput(_("A track is looked at from one time to a later one, a day at most."))
    points = list(tag.track.filter(at__gte=max(since, tag.held_since), at__lte=until).order_by("at")[:MOST_POINTS])
    told = {
        "number": tag.number,
        "holder": tag.holder,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "points": len(points),
    }
    record_audit(actor, "position_track.seen", "position_tag", tag.pk, tag.region_code, told)
    return tag, points
