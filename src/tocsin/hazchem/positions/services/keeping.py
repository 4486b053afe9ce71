"""Tracks go after the days in policy, and tags with their holders' names some time after they were withdrawn."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.hazchem.positions.models import PositionTag, PresentPosition, TrackPoint
from tocsin.hazchem.positions.policy import position_policy
from tocsin.records.retention.rules import Kept

BATCH: Final = 5000
TAGS: Final = 50


def old_points(before: datetime) -> QuerySet[TrackPoint]:
    """Positions of before that time that zones have seen."""
    return TrackPoint.objects.filter(at__lt=before, judged=True)


def old_tags(before: datetime) -> QuerySet[PositionTag]:
    """Tags that were withdrawn before that time."""
    return PositionTag.objects.filter(withdrawn_at__lt=before).order_by("withdrawn_at", "pk")


def _forget_points(before: datetime) -> int:
    ids = list(old_points(before).order_by("at").values_list("pk", flat=True)[:BATCH])
    TrackPoint.objects.filter(pk__in=ids).delete()
    stale = list(PresentPosition.objects.filter(at__lt=before).values_list("pk", flat=True)[:BATCH])
    PresentPosition.objects.filter(pk__in=stale).delete()
    return len(ids) + len(stale)


def _forget_tags(before: datetime) -> int:
    ids = list(old_tags(before).values_list("pk", flat=True)[:TAGS])
    PositionTag.objects.filter(pk__in=ids).delete()
    return len(ids)


TRACKS = Kept(
    "position_tracks",
    pgettext_lazy("kept", "Tracks of people and vehicles in plants"),
    "hazchem.positions",
    lambda: position_policy().keeping.track_days,
    key="track_days",
    count=lambda before: old_points(before).count(),
    forget=_forget_points,
    why=gettext_lazy("Personal Information Protection Law, article 19: no longer than the purpose needs."),
)
TAGS_WITHDRAWN = Kept(
    "position_tags",
    pgettext_lazy("kept", "Withdrawn tags with the names of their holders"),
    "hazchem.positions",
    lambda: position_policy().keeping.tags_days,
    key="tags_days",
    count=lambda before: old_tags(before).count(),
    forget=_forget_tags,
)
